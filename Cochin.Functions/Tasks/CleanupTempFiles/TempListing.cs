using System.Runtime.CompilerServices;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>Lists the units in the temporary areas.</summary>
/// <param name="areas">The areas in listing order, without a trailing slash.</param>
internal sealed class TempListing(BlobListing listing, IReadOnlyList<string> areas, int pageSize, TimeProvider time)
{
    public int PageSize => pageSize;

    /// <summary>Selects the areas to list.</summary>
    public Func<string, bool> IsWanted { get; init; } = static _ => true;

    /// <summary>The service's time at the first page; null before that, or if the service does not report it.</summary>
    public DateTimeOffset? ServiceTime { get; private set; }

    /// <summary>The duration of the fastest first page of an area, as an estimate for a small request. Zero before that.</summary>
    public TimeSpan ResponseTime { get; private set; }

    /// <summary>Lists all units of all areas in pages. The listing is complete if no exception is thrown.</summary>
    /// <param name="from">The position to start from.</param>
    /// <param name="blobsToKeep">See <see cref="UnitGrouper"/>.</param>
    public async IAsyncEnumerable<TempPage> PagesAsync(ListingPosition from, int blobsToKeep, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var position = SkipUnwanted(from); position.Area < areas.Count; position = SkipUnwanted(new ListingPosition(position.Area + 1, null, [])))
        {
            var (number, area) = (position.Area, areas[position.Area]);
            var grouper = new UnitGrouper(area, blobsToKeep, position.Open.Select(facts => new TempUnit(facts)));
            var query = new ListingQuery($"{area}/", pageSize, WithMetadata: true, Marker: position.Marker);
            var started = time.GetTimestamp();
            var isFirst = true;
            await foreach (var page in listing.PagesAsync(query, cancellationToken).ConfigureAwait(false))
            {
                ServiceTime ??= page.ServiceTime;
                var took = isFirst ? time.GetElapsedTime(started) : ResponseTime;
                isFirst = false;
                ResponseTime = ResponseTime == TimeSpan.Zero || took < ResponseTime ? took : ResponseTime;
                var units = page.Blobs.SelectMany(grouper.Add);
                yield return page.Next is null
                    ? new TempPage(units.Concat(grouper.Finish()), () => SkipUnwanted(new ListingPosition(number + 1, null, [])))
                    : new TempPage(units, () => new ListingPosition(number, page.Next, [.. grouper.Open.Select(unit => unit.Facts)]));
            }
        }
    }

    /// <summary>Lists the blobs of one unit.</summary>
    public IAsyncEnumerable<ListedBlob> BlobsAsync(TempUnit unit, CancellationToken cancellationToken) =>
        listing.BlobsAsync(new ListingQuery(unit.Path, pageSize, WithMetadata: true), cancellationToken)
            .Where(blob => unit.Owns(blob.Name.AsSpan(unit.Area.Length + 1)));

    private ListingPosition SkipUnwanted(ListingPosition position)
    {
        while (position.Area < areas.Count && !IsWanted(areas[position.Area]))
        {
            position = new ListingPosition(position.Area + 1, null, []);
        }

        return position;
    }
}

/// <summary>A page of the listing of all areas.</summary>
/// <param name="Units">The units that are complete after this page. Enumerate them once, before the next page is requested.</param>
/// <param name="Next">Returns the position after this page. Call it after the units were enumerated.</param>
internal sealed record TempPage(IEnumerable<TempUnit> Units, Func<ListingPosition> Next);
