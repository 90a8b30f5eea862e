using System.Net;
using System.Security.Cryptography;
using System.Text;
using Cochin.Functions.Jobs;
using Cochin.Functions.Network;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>
/// Pings an external monitor when a run of a job starts, succeeds or fails, if the job has a ping address. If the whole program is down, the
/// monitor receives no pings and alerts the operator.
/// </summary>
/// <remarks>https://healthchecks.io/docs/http_api/</remarks>
internal sealed class PingFollower(JobCatalog catalog, ILogger<PingFollower> logger) : RunFollower, IDisposable
{
    private const int Attempts = 2;
    private const int MaxBodyLength = 2_000;
    private const int MaxResponseLength = 200;

    // Healthchecks.io returns these texts with status 200 for an unknown address and for too many pings.
    private static readonly string[] NotCounted = ["(not found)", "(rate limited)"];

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    private readonly HttpClient http = NewClient();

    public void Dispose() => http.Dispose();

    public override Task StartedAsync(Run run, CancellationToken cancellationToken) =>
        PingAsync(run.Definition, run.Id, "/start", "", attempts: 1, cancellationToken);

    public override Task EndedAsync(RunReport report, CancellationToken cancellationToken) => report.Outcome switch
    {
        Outcome.Partial when report.IsUnfinished => Task.CompletedTask, // The work is not finished. The run that finishes it sends the ping.
        _ when report.IsTyped => Task.CompletedTask, // Not a run of the job.
        Outcome.Completed or Outcome.Partial => PingAsync(catalog.Find(report.Job), report.RunId, "", Body(report), Attempts, cancellationToken),
        Outcome.Failed when report.IsInterrupted => Task.CompletedTask, // If no run follows, the monitor reports a start without an end.
        Outcome.Failed => PingAsync(catalog.Find(report.Job), report.RunId, "/fail", Body(report), Attempts, cancellationToken),
        _ => Task.CompletedTask, // Skipped: neither a success nor a failure.
    };

    /// <summary>The <c>rid</c> of the run, a UUID with which the monitor matches the start and the end of a run.</summary>
    internal static Guid Rid(string runId) => new(SHA256.HashData(Encoding.UTF8.GetBytes(runId)).AsSpan(0, 16));

    private static string Body(RunReport report)
    {
        var counts = string.Join(", ", report.Counts.Where(count => count.Value != 0).Select(count => $"{count.Key} {count.Value}"));
        var text = $"{report.Outcome} {report.RunId} {report.Error ?? counts}";
        return text.Length <= MaxBodyLength ? text : text[..MaxBodyLength];
    }

    private async Task PingAsync(JobDefinition? job, string runId, string path, string body, int attempts, CancellationToken cancellationToken)
    {
        if (job?.Ping is not { } ping)
        {
            return;
        }

        for (var attempt = 1; ; attempt++)
        {
            var why = await TryPingAsync(ping.For(path, Rid(runId)), body, cancellationToken).ConfigureAwait(false);
            if (why is null)
            {
                return;
            }

            if (attempt >= attempts)
            {
                logger.PingFailed(job.Name, runId, why);
                return;
            }
        }
    }

    /// <returns>The error, without the address; null on success.</returns>
    private async Task<string?> TryPingAsync(Uri address, string body, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new StringContent(body);
            using var response = await http.PostAsync(address, content, cancellationToken).ConfigureAwait(false);
            var text = await ResponseText.ReadAsync(response.Content, MaxResponseLength, cancellationToken).ConfigureAwait(false);
            var mediaType = response.Content.Headers.ContentType?.MediaType;
            return IsAccepted(response.StatusCode, mediaType, text)
                ? null
                : $"it answered {(int)response.StatusCode}, {ResponseText.Describe(mediaType, text)}.";
        }
        catch (HttpRequestException e)
        {
            return $"it can't be reached{LoopbackBypass.DescribeProxy(address)} ({e.HttpRequestError}).";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"it did not answer{LoopbackBypass.DescribeProxy(address)} within {Limit.TotalSeconds:0} s.";
        }
    }

    // A web page comes from a proxy or a sign-in page, not from the monitor.
    private static bool IsAccepted(HttpStatusCode status, string? mediaType, string text) =>
        status is >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices
        && !ResponseText.IsHtml(mediaType)
        && !NotCounted.Any(phrase => text.Contains(phrase, StringComparison.OrdinalIgnoreCase));

    private static HttpClient NewClient()
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        var client = new HttpClient(handler) { Timeout = Limit };
        Product.AddTo(client.DefaultRequestHeaders);
        return client;
    }
}
