using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tests.Azurite;

/// <summary>A test on a real Azurite with separate containers and tables.</summary>
public abstract class StorageTest(AzuriteServer server) : IAsyncLifetime
{
    private readonly string unique = "t" + Guid.NewGuid().ToString("N")[..12];

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal string ConnectionString => server.Endpoint.ConnectionString;

    internal StorageNames Names => new() { BackupContainer = unique + "-backups", SystemContainer = unique + "-system", TablePrefix = unique };

    internal CochinStorage Storage { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync()
    {
        Storage = NewStorage();
        await Storage.Backups.CreateAsync(cancellationToken: Cancellation);
    }

    public virtual async ValueTask DisposeAsync()
    {
        // Deletes in the emulator get slower with the number of blobs.
        await Storage.Backups.DeleteIfExistsAsync(cancellationToken: CancellationToken.None);
        await Storage.System.DeleteIfExistsAsync(cancellationToken: CancellationToken.None);
        GC.SuppressFinalize(this);
    }

    /// <summary>Creates clients for the same storage with additional policies, for faults and observation.</summary>
    internal CochinStorage NewStorage(params HttpPipelinePolicy[] policies) => NewStorage(Names, policies);

    internal CochinStorage NewStorage(StorageNames names, params HttpPipelinePolicy[] policies)
    {
        var blobOptions = new BlobClientOptions { TrimBlobNameSlashes = false };
        var tableOptions = new TableClientOptions();
        foreach (var policy in policies)
        {
            blobOptions.AddPolicy(policy, HttpPipelinePosition.PerRetry);
            tableOptions.AddPolicy(policy, HttpPipelinePosition.PerRetry);
        }

        foreach (ClientOptions options in new ClientOptions[] { blobOptions, tableOptions })
        {
            options.Retry.Delay = TimeSpan.FromMilliseconds(10);
            options.Retry.MaxDelay = TimeSpan.FromMilliseconds(100);
        }

        return new CochinStorage(
            new BlobServiceClient(ConnectionString, blobOptions),
            new TableServiceClient(ConnectionString, tableOptions),
            names,
            blobOptions.Retry)
        {
            Connect = beforeWrite => NewStorage(names, [new WriteGuardPolicy(beforeWrite), .. policies]),
        };
    }

    /// <summary>Uploads a blob to the backup container. The server's timestamps make it <paramref name="age"/> old.</summary>
    internal async Task<BlobContentInfo> UploadAsync(
        string name,
        TimeSpan age = default,
        string content = "content",
        IDictionary<string, string>? metadata = null)
    {
        var blob = NewStorage(new BackdatePolicy(age)).Backups.GetBlobClient(name);
        return await blob.UploadAsync(BinaryData.FromString(content), new BlobUploadOptions { Metadata = metadata }, Cancellation);
    }

    internal async Task<string[]> BlobNamesAsync() =>
        [.. await Storage.Backups.GetBlobsAsync(cancellationToken: Cancellation).Select(blob => blob.Name).ToListAsync(Cancellation)];

    /// <summary>Writes a row of the operations table as the Django application would.</summary>
    internal Task AddOperationAsync(string kind, string id, params (string Column, object? Value)[] columns) =>
        AddRowAsync(Storage.Operations, kind, id, columns);

    /// <summary>Writes a row of the quotes table as the Django application would.</summary>
    internal Task AddDevisAsync(string number, params (string Column, object? Value)[] columns) =>
        AddRowAsync(Storage.Devis, "devis", number, columns);

    protected static async Task AddRowAsync(TableClient table, string partitionKey, string rowKey, (string Column, object? Value)[] columns)
    {
        await table.CreateIfNotExistsAsync(Cancellation);
        var row = new TableEntity(partitionKey, rowKey);
        foreach (var (column, value) in columns)
        {
            row[column] = value;
        }

        await table.UpsertEntityAsync(row, TableUpdateMode.Replace, Cancellation);
    }
}
