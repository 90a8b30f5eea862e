using System.Runtime.CompilerServices;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>Lists the temporary areas, as units.</summary>
internal sealed class TempListing(BlobListing listing, int pageSize)
{
    /// <summary>The three areas, in the order in which they are gone through.</summary>
    public static IReadOnlyList<string> Areas { get; } = ["temp", "restore_temp", "uploads"];

    /// <summary>The service's clock when the first page was made; null until then, and where the service does not tell.</summary>
    public DateTimeOffset? ServiceTime { get; private set; }

    /// <summary>All units of all areas. An error in the middle is thrown: what ended without one is complete.</summary>
    /// <param name="blobsToKeep">See <see cref="UnitGrouper"/>.</param>
    public async IAsyncEnumerable<TempUnit> UnitsAsync(int blobsToKeep, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var area in Areas)
        {
            var grouper = new UnitGrouper(area, blobsToKeep);
            await foreach (var blob in BlobsAsync($"{area}/", cancellationToken).ConfigureAwait(false))
            {
                foreach (var unit in grouper.Add(blob))
                {
                    yield return unit;
                }
            }

            foreach (var unit in grouper.Finish())
            {
                yield return unit;
            }
        }
    }

    /// <summary>The blobs of one unit.</summary>
    public IAsyncEnumerable<ListedBlob> BlobsAsync(TempUnit unit, CancellationToken cancellationToken) =>
        BlobsAsync(unit.Path, cancellationToken).Where(blob => unit.Owns(blob.Name.AsSpan(unit.Area.Length + 1)));

    private async IAsyncEnumerable<ListedBlob> BlobsAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in listing.PagesAsync(new ListingQuery(prefix, pageSize), cancellationToken).ConfigureAwait(false))
        {
            ServiceTime ??= page.ServiceTime;
            foreach (var blob in page.Blobs)
            {
                yield return blob;
            }
        }
    }
}
