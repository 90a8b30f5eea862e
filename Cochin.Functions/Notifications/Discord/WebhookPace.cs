using System.Globalization;
using System.Net.Http.Headers;

namespace Cochin.Functions.Notifications.Discord;

/// <summary>
/// Keeps to what the webhook lets through. Each answer tells how many more messages it takes and when it counts anew; who goes on sending
/// instead is refused with 429 again and again, and Discord shuts out who is refused too often.
/// </summary>
/// <remarks>https://discord.com/developers/docs/topics/rate-limits#header-format</remarks>
internal sealed class WebhookPace(TimeProvider time)
{
    // A longer wait is left to the refusal, which says so in words.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private long toldAt;
    private long pause;

    /// <summary>Waits until the next message may go; mostly not at all.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        var left = TimeSpan.FromTicks(Interlocked.Read(ref pause)) - time.GetElapsedTime(Interlocked.Read(ref toldAt));
        return left > TimeSpan.Zero ? Task.Delay(left, time, cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Takes in what an answer tells; nothing is a limit.</summary>
    public void Note(HttpResponseHeaders answer)
    {
        var isSpent = Read(answer, "X-RateLimit-Remaining") == 0;
        var wait = isSpent && Read(answer, "X-RateLimit-Reset-After") is { } seconds && seconds > 0 && seconds <= LongestPause.TotalSeconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
        Interlocked.Exchange(ref toldAt, time.GetTimestamp());
        Interlocked.Exchange(ref pause, wait.Ticks);
    }

    private static double? Read(HttpResponseHeaders answer, string header) =>
        answer.TryGetValues(header, out var values) && double.TryParse(values.FirstOrDefault(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
