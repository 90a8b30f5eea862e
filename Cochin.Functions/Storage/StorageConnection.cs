using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace Cochin.Functions.Storage;

/// <summary>How the storage is reached: by connection string, or by address and identity.</summary>
internal sealed class StorageConnection
{
    private readonly string? connectionString;
    private readonly Uri? blobService;
    private readonly Uri? tableService;
    private readonly TokenCredential? credential;

    /// <exception cref="FormatException">It is not a connection string.</exception>
    /// <exception cref="ArgumentException">It lacks a part.</exception>
    public StorageConnection(string connectionString)
    {
        this.connectionString = connectionString;

        // The clients read the string when they are made: here is where a mistake shows.
        _ = Connect(new StorageNames());
    }

    public StorageConnection(Uri blobService, Uri tableService, TokenCredential credential)
    {
        this.blobService = blobService;
        this.tableService = tableService;
        this.credential = credential;
    }

    /// <summary>How often and how long the clients try; tests have less time.</summary>
    public Action<RetryOptions> Patience { get; init; } = static retry =>
    {
        retry.MaxRetries = 5;
        retry.Delay = TimeSpan.FromMilliseconds(250);
        retry.MaxDelay = TimeSpan.FromSeconds(10);
        retry.NetworkTimeout = TimeSpan.FromSeconds(30);
    };

    /// <summary>What carries requests instead of the network; null for the network.</summary>
    public HttpPipelineTransport? Transport { get; init; }

    /// <summary>Makes the clients; no request is sent.</summary>
    /// <param name="policies">Taken into the pipelines, each called once a request.</param>
    public CochinStorage Connect(StorageNames names, params HttpPipelinePolicy[] policies)
    {
        var firstContact = new FirstContactPolicy(TimeProvider.System);

        var blobOptions = BlobOptions();
        var lockOptions = BlobOptions();
        var tableOptions = Patient(new TableClientOptions(), [new RefusalPolicy(StorageService.Table), firstContact, .. policies]);

        // Connections of their own, which those that are made by default don't have.
        lockOptions.Transport = Transport ?? new HttpClientTransport();
        return new CochinStorage(Blobs(blobOptions), Tables(), names, blobOptions.Retry, Blobs(lockOptions));

        BlobClientOptions BlobOptions()
        {
            // Folders may have a blob of their own, `temp/folder/`; by default the client would go to `temp/folder` for it.
            var options = new BlobClientOptions { TrimBlobNameSlashes = false };
            return Patient(options, [new RefusalPolicy(StorageService.Blob), firstContact, .. policies]);
        }

        BlobServiceClient Blobs(BlobClientOptions options) =>
            connectionString is not null ? new BlobServiceClient(connectionString, options) : new BlobServiceClient(blobService, credential, options);

        TableServiceClient Tables() => connectionString is not null
            ? new TableServiceClient(connectionString, tableOptions)
            : new TableServiceClient(tableService, credential, tableOptions);
    }

    private TOptions Patient<TOptions>(TOptions options, IEnumerable<HttpPipelinePolicy> policies)
        where TOptions : ClientOptions
    {
        Patience(options.Retry);
        options.Transport = Transport ?? options.Transport;
        options.AddPolicy(new ForeignAnswerPolicy(), HttpPipelinePosition.PerRetry);
        foreach (var policy in policies)
        {
            options.AddPolicy(policy, HttpPipelinePosition.PerCall);
        }

        options.AddPolicy(new WriteGuardPolicy(), HttpPipelinePosition.PerRetry);
        return options;
    }
}
