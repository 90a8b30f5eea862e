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
/// Tells a watcher outside of each run of a job, where the job has a ping address: that it starts, that it succeeded, that it
/// failed. When the whole program is dead, the watcher hears nothing, and says so to people.
/// </summary>
/// <remarks>https://healthchecks.io/docs/http_api/</remarks>
internal sealed class PingFollower(JobCatalog catalog, ILogger<PingFollower> logger) : RunFollower, IDisposable
{
    private const int Attempts = 2;
    private const int LongestBody = 2_000;
    private const int LongestAnswer = 200;

    // Healthchecks.io answers so, with 200, for an address that it does not know and for too many pings.
    private static readonly string[] NotCounted = ["(not found)", "(rate limited)"];

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    private readonly HttpClient http = NewClient();

    public void Dispose() => http.Dispose();

    public override Task StartedAsync(Run run, CancellationToken cancellationToken) =>
        PingAsync(run.Definition, run.Id, "/start", "", attempts: 1, cancellationToken);

    public override Task EndedAsync(RunReport report, CancellationToken cancellationToken) => report.Outcome switch
    {
        Outcome.Partial when report.IsUnfinished => Task.CompletedTask, // The work still goes on: the run that ends it says so.
        _ when report.IsTyped => Task.CompletedTask, // A person typed the task: nothing that the job's schedule has done.
        Outcome.Completed or Outcome.Partial => PingAsync(catalog.Find(report.Job), report.RunId, "", Body(report), Attempts, cancellationToken),
        Outcome.Failed when report.IsInterrupted => Task.CompletedTask, // Neither; a start without an end is what the watcher hears, should no run follow.
        Outcome.Failed => PingAsync(catalog.Find(report.Job), report.RunId, "/fail", Body(report), Attempts, cancellationToken),
        _ => Task.CompletedTask, // A skip is no success, and no failure either.
    };

    /// <summary>The run's id as a UUID, which is what tells the start and the end of one run from those of another there.</summary>
    internal static Guid Rid(string runId) => new(SHA256.HashData(Encoding.UTF8.GetBytes(runId)).AsSpan(0, 16));

    private static string Body(RunReport report)
    {
        var counts = string.Join(", ", report.Counts.Where(count => count.Value != 0).Select(count => $"{count.Key} {count.Value}"));
        var text = $"{report.Outcome} {report.RunId} {report.Error ?? counts}";
        return text.Length <= LongestBody ? text : text[..LongestBody];
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

    /// <returns>What went wrong, without the address; null where nothing did.</returns>
    private async Task<string?> TryPingAsync(Uri address, string body, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new StringContent(body);
            using var answer = await http.PostAsync(address, content, cancellationToken).ConfigureAwait(false);
            var text = await ResponseText.ReadAsync(answer.Content, LongestAnswer, cancellationToken).ConfigureAwait(false);
            var mediaType = answer.Content.Headers.ContentType?.MediaType;
            return IsAccepted(answer.StatusCode, mediaType, text) ? null : $"it answered {(int)answer.StatusCode}, {ResponseText.Describe(mediaType, text)}.";
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

    // No watcher answers a ping with a web page; a proxy or a network's sign-in does.
    private static bool IsAccepted(HttpStatusCode status, string? mediaType, string text) =>
        status is >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices
        && !ResponseText.IsHtml(mediaType)
        && !NotCounted.Any(answer => text.Contains(answer, StringComparison.OrdinalIgnoreCase));

    private static HttpClient NewClient()
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        var client = new HttpClient(handler) { Timeout = Limit };
        Product.AddTo(client.DefaultRequestHeaders);
        return client;
    }
}
