using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Local.Demo;

/// <summary>Fills the embedded storage with the sample data of the demo. Never used with a configured storage.</summary>
internal sealed class DemoStore(StorageConnection connection, StorageNames names)
{
    private const int MaxConcurrentUploads = 8;
    private const string FilledKey = "demo";

    private readonly CochinStorage storage = connection.Connect(names);

    private IEnumerable<TableClient> Tables => [storage.Operations, storage.Devis, storage.Jobs, storage.Runs];

    /// <summary>Whether an earlier demo filled it completely.</summary>
    public async Task<bool> IsFilledAsync(CancellationToken cancellationToken)
    {
        try
        {
            var container = await storage.Backups.GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            return container.Value.Metadata.ContainsKey(FilledKey);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return false;
        }
    }

    /// <summary>Deletes all containers and tables of the program.</summary>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        await storage.Backups.DeleteIfExistsAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        await storage.System.DeleteIfExistsAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        foreach (var table in Tables)
        {
            await table.DeleteAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <param name="onUploaded">Receives the number of blobs uploaded so far.</param>
    public async Task FillAsync(DemoContent content, Action<int> onUploaded, CancellationToken cancellationToken)
    {
        await FillAsync(storage.Operations, content.Operations, cancellationToken).ConfigureAwait(false);
        await FillAsync(storage.Devis, content.Devis, cancellationToken).ConfigureAwait(false);
        await storage.Backups.CreateIfNotExistsAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        var count = 0;
        await Parallel.ForEachAsync(
            DemoContent.Blobs,
            new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrentUploads, CancellationToken = cancellationToken },
            async (blob, token) =>
            {
                await UploadAsync(content, blob, token).ConfigureAwait(false);
                onUploaded(Interlocked.Increment(ref count));
            }).ConfigureAwait(false);

        // Set last, so that an interrupted demo fills the storage again.
        var metadata = new Dictionary<string, string> { [FilledKey] = "yes" };
        await storage.Backups.SetMetadataAsync(metadata, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    private async Task UploadAsync(DemoContent content, DemoBlob blob, CancellationToken cancellationToken)
    {
        var client = connection.Connect(names, new BackdatedRequests(blob.Age)).Backups.GetBlobClient(blob.Name);
        var options = new BlobUploadOptions { Metadata = content.MetadataOf(blob) };
        await client.UploadAsync(new BinaryData(blob.Content()), options, cancellationToken).ConfigureAwait(false);
        if (blob.IsLeased)
        {
            await client.GetBlobLeaseClient().AcquireAsync(BlobLeaseClient.InfiniteLeaseDuration, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task FillAsync(TableClient table, IEnumerable<TableEntity> rows, CancellationToken cancellationToken)
    {
        await table.CreateIfNotExistsAsync(cancellationToken).ConfigureAwait(false);
        foreach (var row in rows)
        {
            await table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false);
        }
    }
}
