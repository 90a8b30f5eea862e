using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Cochin.Functions.Notifications;

/// <summary>
/// Delivers messages to the webhook, with a time limit for each attempt, retries for what passes, and the waits that Discord
/// asks for. Trouble is a result; only the caller's cancellation is thrown.
/// </summary>
internal sealed class DiscordWebhook : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    // A webhook that was removed does not come back; a new address is a new setting.
    private static readonly TimeSpan WaitWhenRevoked = TimeSpan.FromHours(6);

    private readonly DiscordSettings settings;
    private readonly TimeProvider time;
    private readonly HttpClient http;
    private readonly ResiliencePipeline<Answer> pipeline;
    private readonly WebhookPace pace;

    public DiscordWebhook(DiscordSettings settings, TimeProvider time)
    {
        this.settings = settings;
        this.time = time;
        pace = new WebhookPace(time);

        // A webhook does not move; following a redirect would hand the message to somebody else.
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Timeout.InfiniteTimeSpan };
        pipeline = BuildPipeline();
    }

    public bool IsConfigured => settings.WebhookUrl is not null;

    public void Dispose() => http.Dispose();

    /// <param name="throwIfStopped">Asked before each attempt: a process that was paused wakes up in the middle of one.</param>
    /// <exception cref="InvalidOperationException">No webhook is set.</exception>
    public async Task<Delivery> SendAsync(DiscordMessage message, CancellationToken cancellationToken, Action? throwIfStopped = null)
    {
        var address = settings.WebhookUrl ?? throw new InvalidOperationException("No webhook is set.");
        var json = JsonSerializer.SerializeToUtf8Bytes(message, DiscordJson.Default.DiscordMessage);
        await pace.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var answer = await pipeline.ExecuteAsync(
                async token =>
                {
                    throwIfStopped?.Invoke();
                    return await PostAsync(address, json, token).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false);
            return Judge(answer);
        }
        catch (TimeoutRejectedException)
        {
            return new Delivery(DeliveryResult.Unavailable, $"Discord did not answer within {settings.TimeoutSeconds} s, {settings.MaxAttempts} times in a row.");
        }
        catch (HttpRequestException e)
        {
            // Its message may name the host, which is no secret, but never the path, which is.
            return new Delivery(DeliveryResult.Unavailable, $"Discord can't be reached ({e.HttpRequestError}).");
        }
    }

    /// <summary>Asks whether the webhook is there, without posting anything: Discord describes it.</summary>
    /// <exception cref="InvalidOperationException">No webhook is set.</exception>
    public async Task<Delivery> ProbeAsync(CancellationToken cancellationToken)
    {
        var address = settings.WebhookUrl ?? throw new InvalidOperationException("No webhook is set.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(settings.TimeoutSeconds));
        try
        {
            using var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            return Judge(new Answer(answer.StatusCode, RetryAfter: null));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Delivery(DeliveryResult.Unavailable, $"Discord did not answer within {settings.TimeoutSeconds} s.");
        }
        catch (HttpRequestException e)
        {
            return new Delivery(DeliveryResult.Unavailable, $"Discord can't be reached ({e.HttpRequestError}).");
        }
    }

    private ResiliencePipeline<Answer> BuildPipeline()
    {
        var builder = new ResiliencePipelineBuilder<Answer> { TimeProvider = time };
        if (settings.MaxAttempts > 1)
        {
            builder.AddRetry(new RetryStrategyOptions<Answer>
            {
                MaxRetryAttempts = settings.MaxAttempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(500),
                MaxDelay = TimeSpan.FromSeconds(15),
                ShouldHandle = new PredicateBuilder<Answer>()
                    .Handle<HttpRequestException>()
                    .Handle<TimeoutRejectedException>()
                    .HandleResult(answer => answer is { Status: HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError, IsLongWait: false }),
                DelayGenerator = arguments => ValueTask.FromResult(arguments.Outcome.Result?.RetryAfter),
            });
        }

        return builder.AddTimeout(TimeSpan.FromSeconds(settings.TimeoutSeconds)).Build();
    }

    private async Task<Answer> PostAsync(Uri address, byte[] json, CancellationToken cancellationToken)
    {
        // With `wait`, Discord answers when the message stands, not when it was taken in.
        var waiting = new UriBuilder(address);
        var others = waiting.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Where(part => !part.StartsWith("wait=", StringComparison.Ordinal));
        waiting.Query = string.Join('&', [.. others, "wait=true"]);

        using var request = new HttpRequestMessage(HttpMethod.Post, waiting.Uri) { Content = new ByteArrayContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") } } };

        // The status says it all: a message that stands is not sent again because the rest of its answer never came.
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        pace.Note(answer.Headers);
        var wait = answer.StatusCode switch
        {
            HttpStatusCode.TooManyRequests => ReadHeader(answer) ?? await ReadBodyAsync(answer, cancellationToken).ConfigureAwait(false),
            >= HttpStatusCode.InternalServerError => ReadHeader(answer),
            _ => null,
        };
        return new Answer(answer.StatusCode, wait) { IsPage = answer.Content.Headers.ContentType?.MediaType == "text/html" };
    }

    private TimeSpan? ReadHeader(HttpResponseMessage answer)
    {
        if (answer.Headers.TryGetValues("Retry-After", out var header) && double.TryParse(header.FirstOrDefault(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
        {
            return Wait(seconds);
        }

        return answer.Headers.RetryAfter?.Date is { } date ? Wait((date - time.GetUtcNow()).TotalSeconds) : null;
    }

    private static async Task<TimeSpan?> ReadBodyAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return Wait(JsonSerializer.Deserialize(body, DiscordJson.Default.RateLimitAnswer)?.RetryAfter ?? 1);
        }
        catch (Exception e) when (e is JsonException or HttpRequestException)
        {
            return Wait(1);
        }
    }

    // Bounded, as a number from outside may be anything.
    private static TimeSpan Wait(double seconds) => TimeSpan.FromSeconds(double.IsFinite(seconds) ? Math.Clamp(seconds, 0, 86_400) : 86_400);

    private Delivery Judge(Answer answer) => answer.Status switch
    {
        >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices when answer.IsPage => new Delivery(
            DeliveryResult.Unavailable,
            $"Not Discord answered ({(int)answer.Status}), but a web page. Check Cochin__Discord__WebhookUrl, and whether a proxy or a network's sign-in stands in between."),
        >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => new Delivery(DeliveryResult.Delivered),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound => new Delivery(
            DeliveryResult.Unavailable,
            $"Discord answered {(int)answer.Status}: the webhook was removed or its address is wrong. Make a new one and set Cochin__Discord__WebhookUrl.") { RetryAfter = WaitWhenRevoked },
        _ when answer.IsLongWait => new Delivery(DeliveryResult.Unavailable, $"Discord asks to wait {answer.RetryAfter!.Value.TotalSeconds:0} s ({(int)answer.Status}), longer than a run waits.") { RetryAfter = answer.RetryAfter },
        HttpStatusCode.TooManyRequests => new Delivery(DeliveryResult.Unavailable, $"Discord limits our messages (429), {settings.MaxAttempts} times in a row."),
        >= HttpStatusCode.InternalServerError => new Delivery(DeliveryResult.Unavailable, $"Discord answered {(int)answer.Status}, {settings.MaxAttempts} times in a row."),
        >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => new Delivery(DeliveryResult.Unavailable, $"The webhook redirects ({(int)answer.Status}), which Discord's never do. Check Cochin__Discord__WebhookUrl."),
        _ => new Delivery(DeliveryResult.Rejected, $"Discord does not take the message ({(int)answer.Status})."),
    };

    private sealed record Answer(HttpStatusCode Status, TimeSpan? RetryAfter)
    {
        /// <summary>Whether it is a web page, which no webhook answers with.</summary>
        public bool IsPage { get; init; }

        public bool IsLongWait => RetryAfter > LongestWait;
    }
}
