using System.Runtime.CompilerServices;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>Lists the units in the temporary areas.</summary>
internal sealed class TempListing(BlobListing listing, int pageSize, TimeProvider time)
{
    public int PageSize => pageSize;

    /// <summary>The number of pages to request at once. With 1, the units are returned in order.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>The service's time at the first page; null before that, or if the service does not report it.</summary>
    public DateTimeOffset? ServiceTime { get; private set; }

    /// <summary>How long the first page took, as an estimate for a small request. Zero before that.</summary>
    public TimeSpan ResponseTime { get; private set; }

    /// <summary>Lists all units in pages. The listing is complete if no exception is thrown.</summary>
    /// <param name="from">What to list.</param>
    /// <param name="blobsToKeep">See <see cref="UnitGrouper"/>.</param>
    public async IAsyncEnumerable<TempPage> PagesAsync(ListingPosition from, int blobsToKeep, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Parts of a divided area are added when their first page arrives.
        var groupers = from.Parts.ToDictionary(
            part => part.Prefix,
            part => new UnitGrouper(part.Area, blobsToKeep, part.Open.Select(facts => new TempUnit(facts))));
        string[] areas = [.. from.Parts.Select(part => part.Area).Distinct()];
        var divided = new DividedListing(listing, mayDivide: prefix => areas.Contains(prefix[..^1]), keepsItems: true);
        var reads = divided.Read(
            from.Parts.Select(part => new ListingQuery(part.Prefix, pageSize, WithMetadata: true, part.Marker)),
            Concurrency);
        var started = time.GetTimestamp();
        await foreach (var (part, page, rest) in reads.PagesAsync(cancellationToken).ConfigureAwait(false))
        {
            ServiceTime ??= page.ServiceTime;
            ResponseTime = ResponseTime == TimeSpan.Zero ? time.GetElapsedTime(started) : ResponseTime;
            var grouper = Grouper(part.Prefix);
            var units = page.Blobs.SelectMany(grouper.Add);
            if (rest.All(next => next.Prefix != part.Prefix))
            {
                groupers.Remove(part.Prefix);
                units = units.Concat(grouper.Finish());
            }

            yield return new TempPage(part.Prefix, units, () => new ListingPosition([.. reads.Left.Select(Part)]));
        }

        UnitGrouper Grouper(string prefix)
        {
            if (!groupers.TryGetValue(prefix, out var grouper))
            {
                groupers[prefix] = grouper = new UnitGrouper(AreaOf(prefix), blobsToKeep);
            }

            return grouper;
        }

        ListingPart Part(ListingQuery query) =>
            new(AreaOf(query.Prefix), query.Prefix, query.Marker, groupers.TryGetValue(query.Prefix, out var grouper) ? grouper.Open : []);

        string AreaOf(string prefix) => Array.Find(areas, area => prefix.StartsWith(area + "/", StringComparison.Ordinal))!;
    }

    /// <summary>Lists the blobs of one unit.</summary>
    public IAsyncEnumerable<ListedBlob> BlobsAsync(TempUnit unit, CancellationToken cancellationToken) =>
        listing.BlobsAsync(new ListingQuery(unit.Path, pageSize, WithMetadata: true), cancellationToken)
            .Where(blob => unit.Owns(blob.Name.AsSpan(unit.Area.Length + 1)));
}

/// <summary>A page of the listing of all areas.</summary>
/// <param name="Prefix">The prefix of its part.</param>
/// <param name="Units">The units that are complete after this page. Enumerate them once, before the next page is requested.</param>
/// <param name="Next">Returns the position after this page. Call it after the units were enumerated, and before the next page is requested.</param>
internal sealed record TempPage(string Prefix, IEnumerable<TempUnit> Units, Func<ListingPosition> Next);
