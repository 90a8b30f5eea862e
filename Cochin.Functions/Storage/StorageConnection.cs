using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace Cochin.Functions.Storage;

/// <summary>Creates storage clients from a connection string, or from addresses and a credential.</summary>
internal sealed class StorageConnection
{
    private readonly string? connectionString;
    private readonly Uri? blobService;
    private readonly Uri? tableService;
    private readonly TokenCredential? credential;

    /// <exception cref="FormatException">The text is not a connection string.</exception>
    /// <exception cref="ArgumentException">The connection string is incomplete.</exception>
    public StorageConnection(string connectionString)
    {
        this.connectionString = connectionString;

        // Creating the clients validates the connection string.
        _ = Connect(new StorageNames());
    }

    public StorageConnection(Uri blobService, Uri tableService, TokenCredential credential)
    {
        this.blobService = blobService;
        this.tableService = tableService;
        this.credential = credential;
    }

    /// <summary>Configures the retries of the clients; tests use shorter ones.</summary>
    public Action<RetryOptions> ConfigureRetries { get; init; } = static retry =>
    {
        retry.MaxRetries = 5;
        retry.Delay = TimeSpan.FromMilliseconds(250);
        retry.MaxDelay = TimeSpan.FromSeconds(10);
        retry.NetworkTimeout = TimeSpan.FromSeconds(30);
    };

    /// <summary>The transport to use instead of the network; null for the network.</summary>
    public HttpPipelineTransport? Transport { get; init; }

    /// <summary>Creates the clients without sending a request.</summary>
    /// <param name="policies">Policies to add to the pipelines, called once per request.</param>
    public CochinStorage Connect(StorageNames names, params HttpPipelinePolicy[] policies)
    {
        HttpPipelinePolicy[] perCall = [new FirstResponseTimeoutPolicy(TimeProvider.System), .. policies];

        // A separate transport, because clients share their connections by default.
        var locks = Blobs(BlobOptions(Transport ?? new HttpClientTransport()));
        return Clients([]);

        CochinStorage Clients(HttpPipelinePolicy[] perRetry)
        {
            var blobOptions = BlobOptions(Transport, perRetry);
            var tables = Tables(Configure(new TableClientOptions(), Transport, [new AccessDeniedPolicy(StorageService.Table), .. perCall], perRetry));
            return new CochinStorage(Blobs(blobOptions), tables, names, blobOptions.Retry, locks)
            {
                Connect = beforeWrite => Clients([new WriteGuardPolicy(beforeWrite)]),
            };
        }

        BlobClientOptions BlobOptions(HttpPipelineTransport? transport, params HttpPipelinePolicy[] perRetry)
        {
            // A folder may be a blob named `temp/folder/`. By default, the client would trim the slash.
            var options = new BlobClientOptions { TrimBlobNameSlashes = false };
            return Configure(options, transport, [new AccessDeniedPolicy(StorageService.Blob), .. perCall], perRetry);
        }

        BlobServiceClient Blobs(BlobClientOptions options) =>
            connectionString is not null ? new BlobServiceClient(connectionString, options) : new BlobServiceClient(blobService, credential, options);

        TableServiceClient Tables(TableClientOptions options) =>
            connectionString is not null ? new TableServiceClient(connectionString, options) : new TableServiceClient(tableService, credential, options);
    }

    private TOptions Configure<TOptions>(
        TOptions options,
        HttpPipelineTransport? transport,
        IEnumerable<HttpPipelinePolicy> perCall,
        IEnumerable<HttpPipelinePolicy> perRetry)
        where TOptions : ClientOptions
    {
        ConfigureRetries(options.Retry);
        options.Transport = transport ?? options.Transport;
        options.AddPolicy(new InterceptedResponsePolicy(), HttpPipelinePosition.PerRetry);
        options.AddPolicy(new BodyTimeoutPolicy(options.Retry.NetworkTimeout), HttpPipelinePosition.PerCall);
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
