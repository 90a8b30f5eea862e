using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Local.Demo;

/// <summary>Fills the embedded storage with the sample data of the demo, unless it has other data. Never used with a configured storage.</summary>
internal sealed class DemoStore(StorageConnection connection, StorageNames names)
{
    private const int MaxConcurrentUploads = 8;

    // The metadata of the backup container, which only the demo creates in an embedded storage.
    private const string Mark = "demo";
    private const string Begun = "begun";
    private const string Filled = "yes";

    private readonly CochinStorage storage = connection.Connect(names);

    private IEnumerable<TableClient> Tables => [storage.Operations, storage.Devis, storage.Jobs, storage.Runs];

    public async Task<DemoState> ReadStateAsync(CancellationToken cancellationToken)
    {
        try
        {
            var container = await storage.Backups.GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            return !container.Value.Metadata.TryGetValue(Mark, out var mark) ? DemoState.Foreign
                : mark == Filled ? DemoState.Filled
                : DemoState.Begun;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            TableClient[] tables = [storage.Operations, storage.Devis, storage.Configurations];
            return await tables.ToAsyncEnumerable().AnyAsync(HasRowsAsync, cancellationToken).ConfigureAwait(false) ? DemoState.Foreign : DemoState.Empty;
        }

        async ValueTask<bool> HasRowsAsync(TableClient table, CancellationToken token)
        {
            try
            {
                return await table.QueryAsync<TableEntity>(maxPerPage: 1, cancellationToken: token).AnyAsync(token).ConfigureAwait(false);
            }
            catch (RequestFailedException e) when (MissingTable.Is(e))
            {
                return false;
            }
        }
    }

    /// <summary>Deletes all containers and tables of the program. Only for a storage that the demo has created.</summary>
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
        await storage.Backups.CreateIfNotExistsAsync(metadata: MarkAs(Begun), cancellationToken: cancellationToken).ConfigureAwait(false);
        await FillAsync(storage.Operations, content.Operations, cancellationToken).ConfigureAwait(false);
        await FillAsync(storage.Devis, content.Devis, cancellationToken).ConfigureAwait(false);
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
        await storage.Backups.SetMetadataAsync(MarkAs(Filled), cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    private static Dictionary<string, string> MarkAs(string state) => new() { [Mark] = state };

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

/// <summary>What the embedded storage contains.</summary>
internal enum DemoState
{
    /// <summary>No data of an application.</summary>
    Empty,

    /// <summary>The sample data, incomplete because the demo was interrupted.</summary>
    Begun,

    /// <summary>The sample data.</summary>
    Filled,

    /// <summary>Data that the demo did not create.</summary>
    Foreign,
}
