using System.Collections.Concurrent;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.BackupRecords;

/// <summary>
/// The blobs outside <c>storage/</c>, which the reconciliation does not list. They are searched only before a record is marked as missing, because
/// its blob may have a similar name (<see cref="BlobNameReading.LooseForm"/>).
/// </summary>
internal sealed class OutsideBlobs(CochinStorage storage)
{
    // The keys of the loose forms of the blobs, by folder.
    private readonly ConcurrentDictionary<string, Lazy<Task<HashSet<BlobKey>>>> keysByFolder = new();

    /// <summary>Finds the blobs with the same loose form as a name.</summary>
    /// <param name="name">The blob name that a record refers to.</param>
    /// <param name="isNew">Whether the record was written after the work started, so that a cached listing may be too old.</param>
    public async Task<IReadOnlyList<ListedBlob>> FindAsync(string name, bool isNew, CancellationToken cancellationToken)
    {
        var looseName = BlobNameReading.LooseForm(name);
        var found = new List<ListedBlob>();
        var folders = FoldersAsync(cancellationToken).Where(folder => IsAbove(BlobNameReading.LooseForm(folder), looseName));
        await foreach (var folder in folders.ConfigureAwait(false))
        {
            if (isNew || (await KeysAsync(folder, cancellationToken).ConfigureAwait(false)).Contains(BlobKey.Of(looseName)))
            {
                found.AddRange(await ListAsync(folder, cancellationToken)
                    .Where(blob => BlobNameReading.LooseForm(blob.Name) == looseName).ToListAsync(cancellationToken).ConfigureAwait(false));
            }
        }

        return found;
    }

    // A blob may have the name of a folder, or an encoded slash in its name.
    private static bool IsAbove(string folder, string name) => folder.Length == 0 || name == folder || name.StartsWith(folder + "/", StringComparison.Ordinal);

    private Task<HashSet<BlobKey>> KeysAsync(string folder, CancellationToken cancellationToken) => keysByFolder.GetOrAdd(
        folder,
        _ => new(() => ListAsync(folder, cancellationToken).Select(blob => BlobKey.Of(BlobNameReading.LooseForm(blob.Name)))
            .ToHashSetAsync(cancellationToken: cancellationToken).AsTask())).Value;

    /// <summary>Returns the top-level folders and blobs of the container, except the folder of the backups.</summary>
    private IAsyncEnumerable<string> FoldersAsync(CancellationToken cancellationToken) => storage.Backups
        .GetBlobsByHierarchyAsync(BlobTraits.None, BlobStates.None, delimiter: "/", prefix: null, cancellationToken)
        .Select(item => item.IsPrefix ? item.Prefix : item.Blob.Name)
        .Where(name => name != BackupBlob.Root);

    private IAsyncEnumerable<ListedBlob> ListAsync(string folder, CancellationToken cancellationToken) =>
        storage.BackupListing.BlobsAsync(new ListingQuery(folder), cancellationToken);
}
