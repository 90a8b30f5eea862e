using System.Globalization;
using System.Net.Http.Headers;

namespace Cochin.Functions.Notifications.Discord;

/// <summary>
/// Respects the rate limit of the webhook. Each response contains the number of remaining messages and the time until the limit is reset.
/// A client that ignores them gets status 429, and Discord blocks clients that get it too often.
/// </summary>
/// <remarks>https://discord.com/developers/docs/topics/rate-limits#header-format</remarks>
internal sealed class WebhookRateLimit(TimeProvider time)
{
    // For a longer wait, the message is sent: the resulting error contains the reason.
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(60);

    private long updatedAt;
    private long pause;

    /// <summary>Waits until the next message may be sent. Usually returns immediately.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        var left = TimeSpan.FromTicks(Interlocked.Read(ref pause)) - time.GetElapsedTime(Interlocked.Read(ref updatedAt));
        return left > TimeSpan.Zero ? Task.Delay(left, time, cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Reads the rate limit from a response. Missing headers mean no limit.</summary>
    public void Update(HttpResponseHeaders headers)
    {
        var isExhausted = Read(headers, "X-RateLimit-Remaining") == 0;
        var wait = isExhausted && Read(headers, "X-RateLimit-Reset-After") is { } seconds && seconds > 0 && seconds <= MaxPause.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.Zero;
        Interlocked.Exchange(ref updatedAt, time.GetTimestamp());
        Interlocked.Exchange(ref pause, wait.Ticks);
    }

    private static double? Read(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values)
        && double.TryParse(values.FirstOrDefault(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
