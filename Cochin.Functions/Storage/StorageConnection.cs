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

    /// <summary>How often and how long the clients retry.</summary>
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
    /// <param name="policies">Added to the pipelines; each is called once per request.</param>
    public CochinStorage Connect(StorageNames names, params HttpPipelinePolicy[] policies)
    {
        HttpPipelinePolicy[] perCall = [new FirstResponseTimeoutPolicy(TimeProvider.System), .. policies];

        // By default the clients of a process share their connections.
        var locks = Blobs(BlobOptions(Transport ?? new HttpClientTransport()));
        return Clients([]);

        CochinStorage Clients(HttpPipelinePolicy[] perRetry)
        {
            var blobOptions = BlobOptions(Transport, perRetry);
            var tables = Tables(Patient(new TableClientOptions(), Transport, [new AccessDeniedPolicy(StorageService.Table), .. perCall], perRetry));
            return new CochinStorage(Blobs(blobOptions), tables, names, blobOptions.Retry, locks)
            {
                Connect = beforeWrite => Clients([new WriteGuardPolicy(beforeWrite)]),
            };
        }

        BlobClientOptions BlobOptions(HttpPipelineTransport? transport, params HttpPipelinePolicy[] perRetry)
        {
            // Folders may have a blob of their own, `temp/folder/`; by default the client would go to `temp/folder` for it.
            var options = new BlobClientOptions { TrimBlobNameSlashes = false };
            return Patient(options, transport, [new AccessDeniedPolicy(StorageService.Blob), .. perCall], perRetry);
        }

        BlobServiceClient Blobs(BlobClientOptions options) =>
            connectionString is not null ? new BlobServiceClient(connectionString, options) : new BlobServiceClient(blobService, credential, options);

        TableServiceClient Tables(TableClientOptions options) =>
            connectionString is not null ? new TableServiceClient(connectionString, options) : new TableServiceClient(tableService, credential, options);
    }

    private TOptions Patient<TOptions>(
        TOptions options,
        HttpPipelineTransport? transport,
        IEnumerable<HttpPipelinePolicy> perCall,
        IEnumerable<HttpPipelinePolicy> perRetry)
        where TOptions : ClientOptions
    {
        Patience(options.Retry);
        options.Transport = transport ?? options.Transport;
        options.AddPolicy(new InterceptedResponsePolicy(), HttpPipelinePosition.PerRetry);
        foreach (var policy in perCall)
        {
            options.AddPolicy(policy, HttpPipelinePosition.PerCall);
        }

        foreach (var policy in perRetry)
        {
            options.AddPolicy(policy, HttpPipelinePosition.PerRetry);
        }

        return options;
    }
}
