using System.Collections.Concurrent;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>
/// The blobs outside <c>storage/</c>, which the reconciliation does not list. They are looked up if the record of such a blob would be
/// marked missing: the blob may have a nearly equal name (<see cref="BlobNameReading.NearOf"/>).
/// </summary>
internal sealed class OutsideBlobs(CochinStorage storage)
{
    // By folder, the nearly equal names as keys of 16 bytes.
    private readonly ConcurrentDictionary<string, Lazy<Task<HashSet<BlobKey>>>> known = new();

    /// <summary>Finds the blobs of all nearly equal names.</summary>
    /// <param name="name">What a record has, or what that means.</param>
    /// <param name="isNew">Whether the record was written since the work began, so that what was listed before proves nothing for it.</param>
    public async Task<IReadOnlyList<ListedBlob>> FindAsync(string name, bool isNew, CancellationToken cancellationToken)
    {
        var near = BlobNameReading.NearOf(name);
        var found = new List<ListedBlob>();
        await foreach (var folder in FoldersAsync(cancellationToken).Where(folder => IsAbove(BlobNameReading.NearOf(folder), near)).ConfigureAwait(false))
        {
            if (isNew || (await KeysAsync(folder, cancellationToken).ConfigureAwait(false)).Contains(BlobKey.Of(near)))
            {
                found.AddRange(await ListAsync(folder, cancellationToken)
                    .Where(blob => BlobNameReading.NearOf(blob.Name) == near).ToListAsync(cancellationToken).ConfigureAwait(false));
            }
        }

        return found;
    }

    // A blob may itself have the name of a folder, or a slash that is encoded.
    private static bool IsAbove(string folder, string name) => folder.Length == 0 || name == folder || name.StartsWith(folder + "/", StringComparison.Ordinal);

    private Task<HashSet<BlobKey>> KeysAsync(string folder, CancellationToken cancellationToken) => known.GetOrAdd(
        folder,
        _ => new(() => ListAsync(folder, cancellationToken).Select(blob => BlobKey.Of(BlobNameReading.NearOf(blob.Name)))
            .ToHashSetAsync(cancellationToken: cancellationToken).AsTask())).Value;

    /// <summary>The folders and blobs directly in the container, without that of the backups.</summary>
    private IAsyncEnumerable<string> FoldersAsync(CancellationToken cancellationToken) => storage.Backups
        .GetBlobsByHierarchyAsync(BlobTraits.None, BlobStates.None, delimiter: "/", prefix: null, cancellationToken)
        .Select(item => item.IsPrefix ? item.Prefix : item.Blob.Name)
        .Where(name => name != BackupBlob.Root);

    private IAsyncEnumerable<ListedBlob> ListAsync(string folder, CancellationToken cancellationToken) =>
        storage.BackupListing.BlobsAsync(new ListingQuery(folder), cancellationToken);
}
