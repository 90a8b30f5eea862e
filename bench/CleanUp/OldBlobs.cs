using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Cochin.Bench.Contestants;
using Cochin.Functions.Local.Demo;
using Cochin.Functions.Storage;

namespace Cochin.Bench.CleanUp;

/// <summary>Fills an Azurite with old blobs, and looks whether they are gone.</summary>
internal sealed class OldBlobs(BenchAzurite azurite)
{
    private const int UploadsAtOnce = 16;

    private readonly CochinStorage storage = azurite.Connection.Connect(new StorageNames(), new BackdatedRequests(TempBlobs.Age));

    public async Task FillAsync(int count, CancellationToken cancellationToken)
    {
        await storage.Backups.CreateAsync(cancellationToken: cancellationToken);
        var content = new BinaryData(new byte[16]);
        await Parallel.ForEachAsync(
            TempBlobs.Names(count),
            new ParallelOptions { MaxDegreeOfParallelism = UploadsAtOnce, CancellationToken = cancellationToken },
            async (name, token) => await storage.Backups.GetBlobClient(name).UploadAsync(content, token));
        await storage.Operations.CreateIfNotExistsAsync(cancellationToken);
        foreach (var rows in LiveAndFinished.Rows().Chunk(100))
        {
            await storage.Operations.SubmitTransactionAsync(
                rows.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)),
                cancellationToken);
        }
    }

    /// <summary>How many are left.</summary>
    public async Task<int> LeftAsync(CancellationToken cancellationToken) =>
        await storage.Backups.GetBlobsAsync(BlobTraits.None, BlobStates.None, null, cancellationToken).CountAsync(cancellationToken);
}
