using System.Runtime.CompilerServices;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>Lists the temporary areas, as units.</summary>
/// <param name="areas">In the order in which they are listed, without a slash at the end.</param>
internal sealed class TempListing(BlobListing listing, IReadOnlyList<string> areas, int pageSize, TimeProvider time)
{
    public int PageSize => pageSize;

    /// <summary>Which areas are listed; the others are passed over.</summary>
    public Func<string, bool> IsWanted { get; init; } = static _ => true;

    /// <summary>The service's clock when the first page was made; null until then, and where the service does not tell.</summary>
    public DateTimeOffset? ServiceTime { get; private set; }

    /// <summary>How long the quickest first page of an area took: what any request takes at least. Zero until then.</summary>
    public TimeSpan AnswerTook { get; private set; }

    /// <summary>All units of all areas, by pages. An error in the middle is thrown: what ended without one is complete.</summary>
    /// <param name="from">Where to go on.</param>
    /// <param name="blobsToKeep">See <see cref="UnitGrouper"/>.</param>
    public async IAsyncEnumerable<TempPage> PagesAsync(ListingPosition from, int blobsToKeep, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var position = From(from); position.Area < areas.Count; position = From(new ListingPosition(position.Area + 1, null, [])))
        {
            var (number, area) = (position.Area, areas[position.Area]);
            var grouper = new UnitGrouper(area, blobsToKeep, position.Open.Select(facts => new TempUnit(facts)));
            var query = new ListingQuery($"{area}/", pageSize, WithMetadata: true, Marker: position.Marker);
            var asked = time.GetTimestamp();
            var isFirst = true;
            await foreach (var page in listing.PagesAsync(query, cancellationToken).ConfigureAwait(false))
            {
                ServiceTime ??= page.ServiceTime;
                var took = isFirst ? time.GetElapsedTime(asked) : AnswerTook;
                isFirst = false;
                AnswerTook = AnswerTook == TimeSpan.Zero || took < AnswerTook ? took : AnswerTook;
                var units = page.Blobs.SelectMany(grouper.Add);
                yield return page.Next is null
                    ? new TempPage(units.Concat(grouper.Finish()), () => From(new ListingPosition(number + 1, null, [])))
                    : new TempPage(units, () => new ListingPosition(number, page.Next, [.. grouper.Open.Select(unit => unit.Facts)]));
            }
        }
    }

    /// <summary>The blobs of one unit.</summary>
    public IAsyncEnumerable<ListedBlob> BlobsAsync(TempUnit unit, CancellationToken cancellationToken) =>
        listing.BlobsAsync(new ListingQuery(unit.Path, pageSize, WithMetadata: true), cancellationToken)
            .Where(blob => unit.Owns(blob.Name.AsSpan(unit.Area.Length + 1)));

    private ListingPosition From(ListingPosition position)
    {
        while (position.Area < areas.Count && !IsWanted(areas[position.Area]))
        {
            position = new ListingPosition(position.Area + 1, null, []);
        }

        return position;
    }
}
