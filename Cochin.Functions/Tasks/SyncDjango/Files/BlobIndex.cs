using Azure;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tasks.SyncDjango.Files;

/// <summary>The blobs below <c>storage/</c>, reduced to what shows that a file has not changed since its upload. Less than 100 bytes for each.</summary>
internal sealed class BlobIndex
{
    private readonly Dictionary<BlobKey, Upload> blobs = [];
    private readonly Dictionary<BlobKey, string> otherForms = [];

    /// <summary>Lists the blobs with their metadata. Without a container, there are none.</summary>
    /// <exception cref="RequestFailedException">The blobs can't be listed, or the container existed before and is gone.</exception>
    public static async Task<BlobIndex> ReadAsync(CochinStorage storage, Action<long> listed, CancellationToken cancellationToken)
    {
        var index = new BlobIndex();
        try
        {
            var query = new ListingQuery(BackupBlob.Root, WithMetadata: true);
            await foreach (var page in storage.BackupListing.PagesAsync(query, cancellationToken).ConfigureAwait(false))
            {
                foreach (var blob in page.Blobs)
                {
                    index.Add(blob);
                }

                listed(index.blobs.Count);
            }
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            if ((await MissingContainer.ExplainAsync(storage, cancellationToken).ConfigureAwait(false)).ExistedBefore)
            {
                throw;
            }

            index.IsContainerMissing = true;
        }

        return index;
    }

    /// <summary>Whether the container does not exist yet.</summary>
    public bool IsContainerMissing { get; private set; }

    /// <summary>Whether there may be a blob with this name.</summary>
    public bool MayHave(string name) =>
        blobs.ContainsKey(BlobKey.Of(name)) || name.Contains('\r', StringComparison.Ordinal); // XML turns a carriage return into a line feed.

    /// <summary>Returns the name of the blob for a file name, which may have its accents in another form; null if there is certainly none.</summary>
    public string? FindName(string name)
    {
        var composed = ComposedName.Of(name);
        return MayHave(name) ? name : MayHave(composed) ? composed : otherForms.GetValueOrDefault(BlobKey.Of(composed));
    }

    /// <returns>The SHA-256 of the file if it was uploaded and has not changed since; otherwise null.</returns>
    public string? FindUnchanged(SourceFile file) =>
        blobs.TryGetValue(BlobKey.Of(file.BlobName), out var blob) && blob.Size == file.Size && blob.ModifiedAt == file.ModifiedAt.UtcTicks
            ? blob.Sha256.ToString()
            : null;

    private void Add(ListedBlob blob)
    {
        blobs[BlobKey.Of(blob.Name)] = Upload.Of(blob);
        var composed = ComposedName.Of(blob.Name);
        if (composed != blob.Name)
        {
            otherForms.TryAdd(BlobKey.Of(composed), blob.Name);
        }
    }

    private readonly record struct Upload(long Size, long ModifiedAt, Checksum Sha256)
    {
        public static Upload Of(ListedBlob blob) =>
            Checksum.Parse(FileMetadata.ChecksumIn(blob.Metadata)) is { } sha256 && FileMetadata.ModifiedIn(blob.Metadata) is { } modifiedAt
                ? new(blob.Bytes, modifiedAt.UtcTicks, sha256)
                : new(-1, 0, default);
    }
}
