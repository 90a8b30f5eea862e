namespace Cochin.Functions.Notifications.Notices;

/// <summary>Decides which message is owed. Nothing is queued: it follows from the current state each time, so nothing gets lost.</summary>
internal static class NoticeRule
{
    private static readonly TimeSpan MaxDelay = TimeSpan.FromHours(1);
    private static readonly TimeSpan MaxRejectedDelay = TimeSpan.FromDays(1);

    /// <param name="incident">What is wrong; null if nothing is.</param>
    /// <param name="notice">What was announced of it; null if nothing was.</param>
    /// <param name="isWatched">Whether it is watched: a job that was switched off is not.</param>
    public static NoticeAction Evaluate(Incident? incident, Notice? notice, bool isWatched, WatchSettings settings, DateTimeOffset now)
    {
        if (notice?.NotBefore > now)
        {
            return NoticeAction.None;
        }

        return (incident, notice) switch
        {
            (null, null) => NoticeAction.None,
            (null, { Kind: IncidentKind.Missed }) => NoticeAction.None,
            (null, not null) => isWatched ? NoticeAction.Recover : NoticeAction.Delete,
            (not null, null) => NoticeAction.Announce,
            ({ IsEvent: true }, _) => notice.SentAt is null || !(incident.Since <= notice.Since) ? NoticeAction.Announce : NoticeAction.None,
            (_, { SentAt: null }) => NoticeAction.Announce,
            _ when incident.Kind != notice.Kind || incident.Latest > notice.SentAt => NoticeAction.Announce,
            (_, { SentAt: { } sentAt }) => now - sentAt >= Pause(notice.Sent, settings) ? NoticeAction.Remind : NoticeAction.None,
        };
    }

    /// <summary>The pause after so many messages about one thing.</summary>
    public static TimeSpan Pause(int sent, WatchSettings settings)
    {
        var pause = settings.Reminder * Math.Pow(2, Math.Clamp(sent - 1, 0, 20));
        return pause < WatchSettings.LongestReminder ? pause : TimeSpan.FromTicks(Math.Max(WatchSettings.LongestReminder.Ticks, settings.Reminder.Ticks));
    }

    /// <summary>
    /// How long a message waits after so many failed deliveries in a row. One that was refused for its content stays owed too, as another channel
    /// may accept it, but is tried less often.
    /// </summary>
    public static TimeSpan Retry(int tries, bool isRejected) =>
        TimeSpan.FromMinutes(Math.Min(Math.Pow(2, Math.Clamp(tries - 1, 0, 11)), (isRejected ? MaxRejectedDelay : MaxDelay).TotalMinutes));
}

/// <summary>The message that is owed about one thing.</summary>
internal enum NoticeAction
{
    None,

    /// <summary>It was not announced yet.</summary>
    Announce,

    /// <summary>It was announced, and lasts.</summary>
    Remind,

    /// <summary>It is over.</summary>
    Recover,

    /// <summary>It is over, and needs no message.</summary>
    Delete,
}
