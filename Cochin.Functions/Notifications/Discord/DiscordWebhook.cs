using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Cochin.Functions.Network;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Cochin.Functions.Notifications.Discord;

/// <summary>Sends messages to a Discord webhook, with a timeout for each attempt, retries for transient errors, and the delays that Discord requests.</summary>
internal sealed class DiscordWebhook : Channel, IDisposable
{
    // Discord's errors are short, and the start of a web page is enough to recognize it.
    private const int MaxBodyLength = 16 * 1024;

    // Shorter parts of the address are not secret.
    private const int MinSecretLength = 8;

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    // A removed webhook does not come back. A new one needs a new setting.
    private static readonly TimeSpan WaitAfterRemoval = TimeSpan.FromHours(6);

    private readonly DiscordSettings settings;
    private readonly TimeProvider time;
    private readonly HttpClient http;
    private readonly ResiliencePipeline<WebhookResponse> pipeline;
    private readonly WebhookRateLimit rateLimit;

    public DiscordWebhook(DiscordSettings settings, TimeProvider time)
    {
        this.settings = settings;
        this.time = time;
        rateLimit = new WebhookRateLimit(time);

        // Webhooks do not redirect. Following a redirect would send the message to another server.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        Product.AddTo(http.DefaultRequestHeaders);
        pipeline = BuildPipeline();
    }

    public override string Setting => DiscordSettings.WebhookSetting;

    public override bool IsConfigured => settings.WebhookUrl is not null;

    public override bool MayFailProbes => settings.AllowAnyHost;

    /// <summary>Each attempt may time out and be followed by the maximum delay; the first may also be preceded by one.</summary>
    public override TimeSpan MaxDeliveryTime => MaxWait + (settings.MaxAttempts * (TimeSpan.FromSeconds(settings.TimeoutSeconds) + MaxWait));

    public void Dispose() => http.Dispose();

    public override IEnumerable<IReadOnlyList<T>> Pack<T>(IEnumerable<T> items, Func<T, Card> write) => DiscordFormatter.Pack(items, write);

    public override async Task<Delivery> SendAsync(IReadOnlyList<Card> cards, CancellationToken cancellationToken, Action? throwIfStopped = null)
    {
        var address = settings.WebhookUrl ?? throw new InvalidOperationException("No webhook is set.");
        var json = JsonSerializer.SerializeToUtf8Bytes(new DiscordMessage([.. cards.Select(DiscordFormatter.Write)]), DiscordJson.Default.DiscordMessage);
        await rateLimit.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var response = await pipeline.ExecuteAsync(
                async token =>
                {
                    throwIfStopped?.Invoke();
                    return await PostAsync(address, json, token).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false);
            return ToDelivery(response, address);
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

    // Discord responds to a GET with a description of the webhook.
    public override async Task<Delivery> ProbeAsync(CancellationToken cancellationToken)
    {
        var address = settings.WebhookUrl ?? throw new InvalidOperationException("No webhook is set.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(settings.TimeoutSeconds));
        try
        {
            using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            return ToDelivery(await ReadAsync(response, limit.Token).ConfigureAwait(false), address);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Delivery(
                DeliveryResult.Unavailable,
                $"Discord did not answer{LoopbackBypass.DescribeProxy(address)} within {settings.TimeoutSeconds} s.");
        }
        catch (HttpRequestException e)
        {
            return Unreachable(address, e);
        }
    }

    private ResiliencePipeline<WebhookResponse> BuildPipeline()
    {
        var builder = new ResiliencePipelineBuilder<WebhookResponse> { TimeProvider = time };
        if (settings.MaxAttempts > 1)
        {
            builder.AddRetry(new RetryStrategyOptions<WebhookResponse>
            {
                MaxRetryAttempts = settings.MaxAttempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(500),
                MaxDelay = TimeSpan.FromSeconds(15),
                ShouldHandle = new PredicateBuilder<WebhookResponse>()
                    .Handle<HttpRequestException>()
                    .Handle<TimeoutRejectedException>()
                    .HandleResult(response => response.Kind is ResponseKind.RateLimited or ResponseKind.ServerError && !IsLong(response.RetryAfter)),
                DelayGenerator = arguments => ValueTask.FromResult(arguments.Outcome.Result?.RetryAfter),
            });
        }

        return builder.AddTimeout(TimeSpan.FromSeconds(settings.TimeoutSeconds)).Build();
    }

    private async Task<WebhookResponse> PostAsync(Uri address, byte[] json, CancellationToken cancellationToken)
    {
        // With `wait`, Discord responds after the message was posted, not when it was received.
        var waiting = new UriBuilder(address);
        var others = waiting.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Where(part => !part.StartsWith("wait=", StringComparison.Ordinal));
        waiting.Query = string.Join('&', [.. others, "wait=true"]);

        using var request = new HttpRequestMessage(HttpMethod.Post, waiting.Uri)
        {
            Content = new ByteArrayContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") } },
        };

        // The status is enough: if the rest of the response is lost, a posted message must not be sent again.
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        rateLimit.Update(response.Headers);
        return await ReadAsync(response, cancellationToken).ConfigureAwait(false);
    }

    private async Task<WebhookResponse> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = response.StatusCode < HttpStatusCode.BadRequest
            ? ""
            : await ResponseText.ReadAsync(response.Content, MaxBodyLength, cancellationToken).ConfigureAwait(false);
        return new WebhookResponse(response.StatusCode, response.Content.Headers.ContentType?.MediaType?.ToLowerInvariant(), body)
        {
            IsDiscordHost = settings.IsDiscordHost,
            RetryAfter = response.StatusCode switch
            {
                HttpStatusCode.TooManyRequests => ReadHeader(response) ?? ReadBody(body),
                >= HttpStatusCode.InternalServerError => ReadHeader(response),
                _ => null,
            },
        };
    }

    private TimeSpan? ReadHeader(HttpResponseMessage response)
    {
        if (response.Headers.TryGetValues("Retry-After", out var header)
            && double.TryParse(header.FirstOrDefault(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
        {
            return Wait(seconds);
        }

        return response.Headers.RetryAfter?.Date is { } date ? Wait((date - time.GetUtcNow()).TotalSeconds) : null;
    }

    private static TimeSpan ReadBody(string body)
    {
        try
        {
            return Wait(JsonSerializer.Deserialize(body, DiscordJson.Default.RateLimitResponse)?.RetryAfter ?? 1);
        }
        catch (JsonException)
        {
            return Wait(1);
        }
    }

    // Limited, because the value comes from another program.
    private static TimeSpan Wait(double seconds) => TimeSpan.FromSeconds(double.IsFinite(seconds) ? Math.Clamp(seconds, 0, 86_400) : 86_400);

    private static bool IsLong(TimeSpan? wait) => wait > MaxWait;

    private Delivery ToDelivery(WebhookResponse response, Uri address) => response.Kind switch
    {
        ResponseKind.Delivered => new Delivery(DeliveryResult.Delivered),
        ResponseKind.MessageRefused => new Delivery(DeliveryResult.Rejected, $"Discord rejected this message ({Text(response, address)})."),
        ResponseKind.WebhookRemoved => new Delivery(
            DeliveryResult.Unavailable,
            $"The webhook was removed or its address is wrong ({Text(response, address)}). Create a new one and set Cochin__Discord__WebhookUrl.")
            {
                RetryAfter = WaitAfterRemoval,
            },
        ResponseKind.WebhookRefused => new Delivery(
            DeliveryResult.Unavailable,
            $"Discord rejects the messages of this webhook ({Text(response, address)}). Correct the channel, or set Cochin__Discord__WebhookUrl."),
        ResponseKind.Foreign => new Delivery(
            DeliveryResult.Unavailable,
            $"The response did not come from Discord ({Text(response, address)}){LoopbackBypass.DescribeProxy(address)}. "
            + "Check Cochin__Discord__WebhookUrl, and whether a firewall or a sign-in page blocks the connection."),
        ResponseKind.Redirected => new Delivery(
            DeliveryResult.Unavailable,
            $"The webhook's address redirects ({(int)response.Status}), which a Discord webhook never does. Check Cochin__Discord__WebhookUrl."),
        _ when IsLong(response.RetryAfter) => new Delivery(
            DeliveryResult.Unavailable,
            $"Discord asks to wait {response.RetryAfter!.Value.TotalSeconds:0} s ({(int)response.Status}), which is longer than a run waits.")
            {
                RetryAfter = response.RetryAfter,
            },
        ResponseKind.RateLimited => new Delivery(DeliveryResult.Unavailable, $"Discord throttled the message (429), {settings.MaxAttempts} times in a row."),
        _ => new Delivery(
            DeliveryResult.Unavailable,
            $"Discord's server returned an error ({Text(response, address)}), {settings.MaxAttempts} times in a row."),
    };

    private static Delivery Unreachable(Uri address, HttpRequestException e) =>
        // The message may contain the host, which is not secret, but not the path, which is.
        new(DeliveryResult.Unavailable, $"Discord can't be reached{LoopbackBypass.DescribeProxy(address)} ({e.HttpRequestError}).");

    // A response may repeat the address of the request.
    private static string Text(WebhookResponse response, Uri address) =>
        new[] { address.AbsoluteUri, address.PathAndQuery, address.AbsolutePath, address.UserInfo }
        .Concat(address.Segments.Select(segment => segment.Trim('/')))
        .Where(secret => secret.Length >= MinSecretLength && secret != "webhooks")
        .Aggregate(response.ToString(), (text, secret) => text.Replace(secret, "***", StringComparison.OrdinalIgnoreCase));
}
