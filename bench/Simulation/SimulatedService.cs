using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Cochin.Functions.Storage;
using Cochin.Functions.Local.Azurite;
using Azure.Core.Pipeline;

namespace Cochin.Bench.Simulation;

/// <summary>
/// The storage service without a network or a store: listings and rows come from a rule, page by page; every write is answered as done and
/// forgotten. What is measured over it is the program alone.
/// </summary>
internal sealed class SimulatedService(BlobSet blobs, RowSet? rows, SimulatedConditions conditions) : HttpMessageHandler
{
    public const int BlobPort = 10_001;
    public const int TablePort = 10_002;

    private const string BackupContainer = "backups";
    private const string OperationsTable = "CochinOperations";

    private readonly ConcurrentDictionary<string, long> requests = new();
    private readonly Timeline timeline = new(conditions.Busy);
    private int inFlight;

    /// <summary>How many requests of each kind were answered.</summary>
    public IReadOnlyDictionary<string, long> Requests => requests;

    /// <summary>If given, remembers what is deleted, and no listing shows it any more.</summary>
    public DeletedBlobs? Deleted { get; init; }

    /// <summary>Blobs that have not been deleted.</summary>
    public long Left => blobs.Count - (Deleted?.Count ?? 0);

    public Timeline Timeline => timeline;

    /// <summary>Called after each page that was served.</summary>
    public Action Served { get; set; } = static () => { };

    /// <summary>The program's own clients, with this for a network.</summary>
    public StorageConnection Connect() => new(new AzuriteEndpoint(0, BlobPort, BlobPort, TablePort).ConnectionString)
    {
        Transport = new HttpClientTransport(new HttpClient(this, disposeHandler: false)),
    };

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        AnswerAsync(request, cancellationToken);

    /// <param name="request">To <see cref="TablePort"/> for tables, to any other port for blobs.</param>
    public async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var concurrent = Interlocked.Increment(ref inFlight);
        try
        {
            var isRefused = timeline.Refuses(concurrent);
            if (conditions.LatencyMs > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(conditions.LatencyMs), cancellationToken);
            }

            var (kind, answer) = isRefused
                ? ("refused", Failure(HttpStatusCode.ServiceUnavailable, "ServerBusy"))
                : await AnswerAtOnceAsync(request, cancellationToken);
            requests.AddOrUpdate(kind, 1, static (_, count) => count + 1);
            answer.RequestMessage = request;
            answer.Headers.Date = TimeProvider.System.GetUtcNow();
            answer.Headers.Add("x-ms-version", "2025-11-05");
            answer.Headers.Add("x-ms-request-id", "00000000-0000-0000-0000-000000000000");
            return answer;
        }
        finally
        {
            Interlocked.Decrement(ref inFlight);
        }
    }

    private async Task<(string Kind, HttpResponseMessage Answer)> AnswerAtOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        var query = Query(address);
        var path = address.AbsolutePath.Trim('/').Split('/', 3); // Account, container, blob.
        return address.Port == TablePort
            ? AnswerTable(request.Method, path.ElementAtOrDefault(1) ?? "", query)
            : (request.Method.Method, query.GetValueOrDefault("comp", ""), path.Length) switch
            {
                ("GET", "list", _) => ("list", Page(BlobPages.Write(path[1] == BackupContainer ? blobs : null, Deleted, query))),
                ("GET" or "HEAD", _, 2) => ("container", Done(HttpStatusCode.OK)),
                ("GET" or "HEAD", _, _) => ("look", path[1] == BackupContainer ? Done(HttpStatusCode.OK) : Failure(HttpStatusCode.NotFound, "BlobNotFound")),
                ("POST", "batch", _) => ("batch", await BatchResponse.WriteAsync(
                    request.Content!,
                    Deleted,
                    TimeSpan.FromMilliseconds(conditions.LatencyOfPartMs),
                    cancellationToken)),
                ("DELETE", _, _) => ("delete", Delete(path[2], request)),
                ("PUT", "lease", _) => ("lease", Leased(request)),
                ("PUT", "metadata", _) => ("write", Done(HttpStatusCode.OK)),
                ("PUT", "appendblock", _) => ("append", Appended()),
                _ => ("write", Done(HttpStatusCode.Created)),
            };
    }

    private (string Kind, HttpResponseMessage Answer) AnswerTable(HttpMethod method, string target, Dictionary<string, string> query)
    {
        if (method != HttpMethod.Get)
        {
            return ("rowWrite", Done(HttpStatusCode.NoContent));
        }

        var isQuery = target.EndsWith("()", StringComparison.Ordinal) || !target.EndsWith(')');
        if (!isQuery)
        {
            return ("row", Failure(HttpStatusCode.NotFound, "ResourceNotFound"));
        }

        var answer = Page(RowPages.Write(target.StartsWith(OperationsTable, StringComparison.Ordinal) ? rows : null, query, out var next));
        if (next is not null)
        {
            answer.Headers.Add("x-ms-continuation-NextPartitionKey", "backup");
            answer.Headers.Add("x-ms-continuation-NextRowKey", next);
        }

        return ("rows", answer);
    }

    private HttpResponseMessage Delete(string name, HttpRequestMessage request) =>
        Deleted?.Delete(Uri.UnescapeDataString(name), request.Headers.IfMatch.FirstOrDefault()?.Tag) switch
        {
            DeletedBlobs.Verdict.NotFound => Failure(HttpStatusCode.NotFound, "BlobNotFound"),
            DeletedBlobs.Verdict.Changed => Failure(HttpStatusCode.PreconditionFailed, "ConditionNotMet"),
            _ => Done(HttpStatusCode.Accepted),
        };

    private HttpResponseMessage Page(HttpContent content)
    {
        Served();
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
    }

    private static HttpResponseMessage Leased(HttpRequestMessage request)
    {
        var isNew = request.Headers.TryGetValues("x-ms-lease-action", out var action) && action.First() == "acquire";
        var answer = Done(isNew ? HttpStatusCode.Created : HttpStatusCode.OK);
        var hasId = request.Headers.TryGetValues("x-ms-proposed-lease-id", out var ids) || request.Headers.TryGetValues("x-ms-lease-id", out ids);
        answer.Headers.Add("x-ms-lease-id", hasId ? ids!.First() : Guid.Empty.ToString());
        return answer;
    }

    private static HttpResponseMessage Appended()
    {
        var answer = Done(HttpStatusCode.Created);
        answer.Headers.Add("x-ms-blob-append-offset", "0");
        answer.Headers.Add("x-ms-blob-committed-block-count", "1");
        return answer;
    }

    private static HttpResponseMessage Done(HttpStatusCode status)
    {
        var answer = new HttpResponseMessage(status) { Content = new ByteArrayContent([]) };
        answer.Content.Headers.LastModified = new DateTimeOffset(2026, 9, 1, 10, 0, 0, TimeSpan.Zero);
        answer.Headers.ETag = new EntityTagHeaderValue("\"0x8DE0\"");
        return answer;
    }

    private static HttpResponseMessage Failure(HttpStatusCode status, string code)
    {
        var answer = new HttpResponseMessage(status)
        {
            Content = new StringContent(
                $"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>Simulated.</Message></Error>",
                Encoding.UTF8,
                "application/xml"),
        };
        answer.Headers.Add("x-ms-error-code", code);
        return answer;
    }

    private static Dictionary<string, string> Query(Uri address) => address.Query.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .ToDictionary(
            pair => Uri.UnescapeDataString(pair[0].Replace('+', ' ')),
            pair => pair.Length == 2 ? Uri.UnescapeDataString(pair[1].Replace('+', ' ')) : "");
}
