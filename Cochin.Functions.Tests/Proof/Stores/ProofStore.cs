using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Storage;
using Cochin.Functions.Local.Azurite;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Proof.Stores;

/// <summary>Containers and tables for one point of a matrix, on real Azurite.</summary>
internal sealed class ProofStore : IAsyncDisposable
{
    private readonly AzuriteEndpoint azurite;
    private readonly string unique = "p" + Guid.NewGuid().ToString("N")[..12];

    public ProofStore(AzuriteEndpoint azurite)
    {
        this.azurite = azurite;
        Names = new StorageNames
        {
            BackupContainer = unique + "-backups",
            SystemContainer = unique + "-system",
            AuditContainer = unique + "-system",
            TablePrefix = unique,
        };
        Storage = Connect(azurite.ConnectionString);
    }

    public StorageNames Names { get; }

    /// <summary>The storage as the Django application and the test reach it, past all faults.</summary>
    public CochinStorage Storage { get; }

    /// <summary>What in texts differs from store to store.</summary>
    public string Unique => unique;

    /// <summary>The program's settings for this store, reached at an address.</summary>
    public IEnumerable<KeyValuePair<string, string>> Settings(AzuriteEndpoint at) =>
    [
        new("CochinStorage", at.ConnectionString),
        new("Cochin__Storage__BackupContainer", Names.BackupContainer),
        new("Cochin__Storage__SystemContainer", Names.SystemContainer),
        new("Cochin__Storage__TablePrefix", Names.TablePrefix),
    ];

    /// <param name="age">How old the server itself takes the blob to be, in hours.</param>
    public async Task<ETag> UploadAsync(string name, double age = 0, IDictionary<string, string>? metadata = null, byte[]? content = null)
    {
        var options = new BlobClientOptions { TrimBlobNameSlashes = false };
        options.AddPolicy(new BackdatePolicy(TimeSpan.FromHours(age)), global::Azure.Core.HttpPipelinePosition.PerCall);
        var blob = new BlobServiceClient(azurite.ConnectionString, options).GetBlobContainerClient(Names.BackupContainer).GetBlobClient(name);
        var written = await blob.UploadAsync(
            content is null ? BinaryData.FromString("content") : BinaryData.FromBytes(content),
            new BlobUploadOptions { Metadata = metadata });
        return written.Value.ETag;
    }

    public Task AddOperationAsync(string kind, string id, params (string Column, object? Value)[] columns) =>
        AddRowAsync(Storage.Operations, kind, id, columns);

    public Task AddDevisAsync(string number, params (string Column, object? Value)[] columns) =>
        AddRowAsync(Storage.Devis, DevisRow.Partition, number, columns);

    public static async Task AddRowAsync(TableClient table, string partitionKey, string rowKey, params (string Column, object? Value)[] columns)
    {
        var row = new TableEntity(partitionKey, rowKey);
        foreach (var (column, value) in columns)
        {
            row[column] = value;
        }

        await table.UpsertEntityAsync(row, TableUpdateMode.Replace);
    }

    /// <summary>Does to a dead one's locks what the end of their leases does.</summary>
    public async Task EndLeasesAsync()
    {
        await foreach (var name in HeldLocksAsync())
        {
            await Storage.System.GetBlobClient(name).GetBlobLeaseClient().BreakAsync(TimeSpan.Zero);
        }
    }

    /// <summary>The locks that somebody holds.</summary>
    public async IAsyncEnumerable<string> HeldLocksAsync()
    {
        if (!await Storage.System.ExistsAsync())
        {
            yield break;
        }

        await foreach (var blob in Storage.System.GetBlobsAsync(BlobTraits.None, BlobStates.None, "locks/", CancellationToken.None))
        {
            if (blob.Properties.LeaseStatus == LeaseStatus.Locked)
            {
                yield return blob.Name;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Each delete in the emulator costs more the more blobs it holds.
        await Storage.Backups.DeleteIfExistsAsync();
        await Storage.System.DeleteIfExistsAsync();
        var tables = new[] { Storage.Operations, Storage.Devis, Storage.Configurations, Storage.Jobs, Storage.Runs };
        await Task.WhenAll(tables.Select(table => table.DeleteAsync()));
    }

    private CochinStorage Connect(string connectionString) => new(
        new BlobServiceClient(connectionString, new BlobClientOptions { TrimBlobNameSlashes = false }),
        new TableServiceClient(connectionString),
        Names)
    {
        Connect = _ => throw new NotSupportedException(),
    };
}
