using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Cochin.Functions.Network;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Cochin.Functions.Notifications.Discord;

/// <summary>Discord's webhook of a channel, with a time limit for each attempt, retries for passing errors, and the waits that Discord asks for.</summary>
internal sealed class DiscordWebhook : Channel, IDisposable
{
    // Discord's errors are short; of a page the beginning is enough to recognise it.
    private const int LongestBody = 16 * 1024;

    // A shorter part of the address is not its secret.
    private const int ShortestSecret = 8;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    // A webhook that was removed does not come back; a new address is a new setting.
    private static readonly TimeSpan WaitWhenRevoked = TimeSpan.FromHours(6);

    private readonly DiscordSettings settings;
    private readonly TimeProvider time;
    private readonly HttpClient http;
    private readonly ResiliencePipeline<WebhookAnswer> pipeline;
    private readonly WebhookPace pace;

    public DiscordWebhook(DiscordSettings settings, TimeProvider time)
    {
        this.settings = settings;
        this.time = time;
        pace = new WebhookPace(time);

        // A webhook does not move; following a redirect would send the message to another server.
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Timeout.InfiniteTimeSpan };
        Product.AddTo(http.DefaultRequestHeaders);
        pipeline = BuildPipeline();
    }

    public override string Setting => DiscordSettings.WebhookSetting;

    public override bool IsConfigured => settings.WebhookUrl is not null;

    public override bool MayFailProbes => settings.AllowAnyHost;

    /// <summary>Each attempt may take its time limit and be followed by the longest wait; the first one may have to wait before it.</summary>
    public override TimeSpan LongestDelivery => LongestWait + (settings.MaxAttempts * (TimeSpan.FromSeconds(settings.TimeoutSeconds) + LongestWait));

    public void Dispose() => http.Dispose();

    public override IEnumerable<IReadOnlyList<T>> Pack<T>(IEnumerable<T> items, Func<T, Card> write) => DiscordFormatter.Pack(items, write);

    public override async Task<Delivery> SendAsync(IReadOnlyList<Card> cards, CancellationToken cancellationToken, Action? throwIfStopped = null)
    {
        var address = settings.WebhookUrl ?? throw new InvalidOperationException("No webhook is set.");
        var json = JsonSerializer.SerializeToUtf8Bytes(new DiscordMessage([.. cards.Select(DiscordFormatter.Write)]), DiscordJson.Default.DiscordMessage);
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
            return Judge(answer, address);
        }
        catch (TimeoutRejectedException)
        {
            return new Delivery(
                DeliveryResult.Unavailable,
                $"Discord did not answer{LoopbackBypass.DescribeProxy(address)} within {settings.TimeoutSeconds} s, {settings.MaxAttempts} times in a row.");
        }
        catch (HttpRequestException e)
        {
            return Unreachable(address, e);
        }
    }

    // Discord answers a GET with a description of the webhook.
    public override async Task<Delivery> ProbeAsync(CancellationToken cancellationToken)
    {
        var address = settings.WebhookUrl ?? throw new InvalidOperationException("No webhook is set.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(settings.TimeoutSeconds));
        try
        {
            using var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            return Judge(await ReadAsync(answer, limit.Token).ConfigureAwait(false), address);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Delivery(DeliveryResult.Unavailable, $"Discord did not answer{LoopbackBypass.DescribeProxy(address)} within {settings.TimeoutSeconds} s.");
        }
        catch (HttpRequestException e)
        {
            return Unreachable(address, e);
        }
    }

    private ResiliencePipeline<WebhookAnswer> BuildPipeline()
    {
        var builder = new ResiliencePipelineBuilder<WebhookAnswer> { TimeProvider = time };
        if (settings.MaxAttempts > 1)
        {
            builder.AddRetry(new RetryStrategyOptions<WebhookAnswer>
            {
                MaxRetryAttempts = settings.MaxAttempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(500),
                MaxDelay = TimeSpan.FromSeconds(15),
                ShouldHandle = new PredicateBuilder<WebhookAnswer>()
                    .Handle<HttpRequestException>()
                    .Handle<TimeoutRejectedException>()
                    .HandleResult(answer => answer.Kind is AnswerKind.RateLimited or AnswerKind.ServerError && !IsLong(answer.RetryAfter)),
                DelayGenerator = arguments => ValueTask.FromResult(arguments.Outcome.Result?.RetryAfter),
            });
        }

        return builder.AddTimeout(TimeSpan.FromSeconds(settings.TimeoutSeconds)).Build();
    }

    private async Task<WebhookAnswer> PostAsync(Uri address, byte[] json, CancellationToken cancellationToken)
    {
        // With `wait`, Discord answers when the message stands, not when it was taken in.
        var waiting = new UriBuilder(address);
        var others = waiting.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Where(part => !part.StartsWith("wait=", StringComparison.Ordinal));
        waiting.Query = string.Join('&', [.. others, "wait=true"]);

        using var request = new HttpRequestMessage(HttpMethod.Post, waiting.Uri) { Content = new ByteArrayContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") } } };

        // The status says it all: a message that stands is not sent again because the rest of its answer never came.
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        pace.Note(answer.Headers);
        return await ReadAsync(answer, cancellationToken).ConfigureAwait(false);
    }

    private async Task<WebhookAnswer> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var body = answer.StatusCode < HttpStatusCode.BadRequest
            ? ""
            : await ResponseText.ReadAsync(answer.Content, LongestBody, cancellationToken).ConfigureAwait(false);
        return new WebhookAnswer(answer.StatusCode, answer.Content.Headers.ContentType?.MediaType?.ToLowerInvariant(), body)
        {
            IsOfDiscordsHost = settings.IsOfDiscord,
            RetryAfter = answer.StatusCode switch
            {
                HttpStatusCode.TooManyRequests => ReadHeader(answer) ?? ReadBody(body),
                >= HttpStatusCode.InternalServerError => ReadHeader(answer),
                _ => null,
            },
        };
    }

    private TimeSpan? ReadHeader(HttpResponseMessage answer)
    {
        if (answer.Headers.TryGetValues("Retry-After", out var header) && double.TryParse(header.FirstOrDefault(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
        {
            return Wait(seconds);
        }

        return answer.Headers.RetryAfter?.Date is { } date ? Wait((date - time.GetUtcNow()).TotalSeconds) : null;
    }

    private static TimeSpan ReadBody(string body)
    {
        try
        {
            return Wait(JsonSerializer.Deserialize(body, DiscordJson.Default.RateLimitAnswer)?.RetryAfter ?? 1);
        }
        catch (JsonException)
        {
            return Wait(1);
        }
    }

    // Bounded, as a number from outside may be anything.
    private static TimeSpan Wait(double seconds) => TimeSpan.FromSeconds(double.IsFinite(seconds) ? Math.Clamp(seconds, 0, 86_400) : 86_400);

    private static bool IsLong(TimeSpan? wait) => wait > LongestWait;

    private Delivery Judge(WebhookAnswer answer, Uri address) => answer.Kind switch
    {
        AnswerKind.Delivered => new Delivery(DeliveryResult.Delivered),
        AnswerKind.MessageRefused => new Delivery(DeliveryResult.Rejected, $"Discord refuses this message ({Text(answer, address)})."),
        AnswerKind.WebhookRemoved => new Delivery(
            DeliveryResult.Unavailable,
            $"The webhook was removed or its address is wrong ({Text(answer, address)}). Create a new one and set Cochin__Discord__WebhookUrl.")
            {
                RetryAfter = WaitWhenRevoked,
            },
        AnswerKind.WebhookRefused => new Delivery(
            DeliveryResult.Unavailable,
            $"Discord refuses what the webhook sends ({Text(answer, address)}). Correct the channel, or set Cochin__Discord__WebhookUrl."),
        AnswerKind.Foreign => new Delivery(
            DeliveryResult.Unavailable,
            $"This is not Discord's answer ({Text(answer, address)}){LoopbackBypass.DescribeProxy(address)}. "
            + "Check Cochin__Discord__WebhookUrl, and whether a firewall or a network's sign-in is in the way."),
        AnswerKind.Redirected => new Delivery(
            DeliveryResult.Unavailable,
            $"The webhook's address redirects ({(int)answer.Status}), which Discord's never do. Check Cochin__Discord__WebhookUrl."),
        _ when IsLong(answer.RetryAfter) => new Delivery(
            DeliveryResult.Unavailable,
            $"Discord asks to wait {answer.RetryAfter!.Value.TotalSeconds:0} s ({(int)answer.Status}), longer than a run waits.")
            {
                RetryAfter = answer.RetryAfter,
            },
        AnswerKind.RateLimited => new Delivery(DeliveryResult.Unavailable, $"Discord limits our messages (429), {settings.MaxAttempts} times in a row."),
        _ => new Delivery(DeliveryResult.Unavailable, $"Discord's server had an error ({Text(answer, address)}), {settings.MaxAttempts} times in a row."),
    };

    private static Delivery Unreachable(Uri address, HttpRequestException e) =>
        // Its message may name the host, which is no secret, but never the path, which is.
        new(DeliveryResult.Unavailable, $"Discord can't be reached{LoopbackBypass.DescribeProxy(address)} ({e.HttpRequestError}).");

    // An answer may repeat the address that was asked for.
    private static string Text(WebhookAnswer answer, Uri address) => new[] { address.AbsoluteUri, address.PathAndQuery, address.AbsolutePath, address.UserInfo }
        .Concat(address.Segments.Select(segment => segment.Trim('/')))
        .Where(secret => secret.Length >= ShortestSecret && secret != "webhooks")
        .Aggregate(answer.ToString(), (text, secret) => text.Replace(secret, "***", StringComparison.OrdinalIgnoreCase));
}
