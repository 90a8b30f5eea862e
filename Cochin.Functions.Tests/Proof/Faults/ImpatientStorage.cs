using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tests.Proof.Faults;

/// <summary>The program's clients, which try as they do but wait for less: a matrix of minutes would take days.</summary>
internal static class ImpatientStorage
{
    public static CochinStorage Connect(string connectionString, StorageNames names) => new(
        new BlobServiceClient(connectionString, Impatient(new BlobClientOptions { TrimBlobNameSlashes = false }, StorageService.Blob)),
        new TableServiceClient(connectionString, Impatient(new TableClientOptions(), StorageService.Table)),
        names);

    private static TOptions Impatient<TOptions>(TOptions options, StorageService service)
        where TOptions : ClientOptions
    {
        options.Retry.MaxRetries = 3;
        options.Retry.Delay = TimeSpan.FromMilliseconds(10);
        options.Retry.MaxDelay = TimeSpan.FromMilliseconds(50);
        options.Retry.NetworkTimeout = TimeSpan.FromMilliseconds(600);
        options.AddPolicy(new RefusalPolicy(service), HttpPipelinePosition.PerCall);
        return options;
    }
}
