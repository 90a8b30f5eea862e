namespace Cochin.Functions.Notifications;

/// <summary>
/// Tells the channel about jobs. Each call says whether the message stands in the channel; trouble with Discord is a no, never an
/// exception, as it must not change how a run is judged.
/// </summary>
internal sealed class Notices(DiscordWebhook webhook, DiscordSettings settings)
{
    private const int Red = 0xED4245;
    private const int Green = 0x3BA55D;
    private const int Orange = 0xFAA61A;

    private readonly Phrases phrases = new(settings.Culture);

    /// <summary>A job began to fail.</summary>
    /// <param name="due">The occurrence, or the start of a manual run.</param>
    public Task<bool> FailedAsync(string job, DateTimeOffset due, string reason, string runId, CancellationToken cancellationToken) =>
        SendAsync(phrases["FailedTitle", job], DiscordText.Plain(reason, 1_000), Red, job, due, runId, cancellationToken);

    /// <summary>A job that had been announced as failing is well again.</summary>
    public Task<bool> RecoveredAsync(string job, DateTimeOffset failingSince, string runId, CancellationToken cancellationToken) =>
        SendAsync(phrases["RecoveredTitle", job], phrases["RecoveredText", Local(failingSince)], Green, job, due: null, runId, cancellationToken);

    /// <summary>An occurrence was found too late to be made up.</summary>
    public Task<bool> MissedAsync(string job, DateTimeOffset due, string runId, CancellationToken cancellationToken) =>
        SendAsync(phrases["MissedTitle", job], phrases["MissedText", Local(due)], Orange, job, due, runId, cancellationToken);

    private async Task<bool> SendAsync(string title, string text, int color, string job, DateTimeOffset? due, string runId, CancellationToken cancellationToken)
    {
        if (!webhook.IsConfigured)
        {
            return false;
        }

        List<DiscordField> fields = [new() { Name = phrases["Run"], Value = runId }, new() { Name = phrases["Next"], Value = $"`./cochin history {job}`" }];
        if (due is { } time)
        {
            fields.Insert(0, new DiscordField { Name = phrases["Due"], Value = phrases["DueAt", Local(time)] });
        }

        var embed = new DiscordEmbed { Title = title, Description = text, Color = color, Fields = fields };
        var delivery = await webhook.SendAsync(new DiscordMessage([embed]), cancellationToken).ConfigureAwait(false);
        return delivery.IsDelivered;
    }

    private DateTimeOffset Local(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, settings.TimeZone);
}
