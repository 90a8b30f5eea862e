namespace Cochin.Functions.Notifications.Notices;

/// <summary>Decides which message is owed. Nothing is queued: it follows from the current state each time, so nothing gets lost.</summary>
internal static class NoticeRule
{
    private static readonly TimeSpan LongestRetry = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestRetryOfRejected = TimeSpan.FromDays(1);

    /// <param name="concern">What is wrong; null if nothing is.</param>
    /// <param name="notice">What was announced of it; null if nothing was.</param>
    /// <param name="isWatched">Whether it is watched: a job that was switched off is not.</param>
    public static NoticeVerdict Judge(Concern? concern, Notice? notice, bool isWatched, WatchSettings settings, DateTimeOffset now)
    {
        if (notice?.NotBefore > now)
        {
            return NoticeVerdict.Nothing;
        }

        return (concern, notice) switch
        {
            (null, null) => NoticeVerdict.Nothing,
            (null, { Kind: ConcernKind.Missed }) => NoticeVerdict.Nothing,
            (null, not null) => isWatched ? NoticeVerdict.TakeBack : NoticeVerdict.Forget,
            (not null, null) => NoticeVerdict.Tell,
            ({ IsEvent: true }, _) => notice.SentAt is null || !(concern.Since <= notice.Since) ? NoticeVerdict.Tell : NoticeVerdict.Nothing,
            (_, { SentAt: null }) => NoticeVerdict.Tell,
            _ when concern.Kind != notice.Kind || concern.Latest > notice.SentAt => NoticeVerdict.Tell,
            (_, { SentAt: { } sentAt }) => now - sentAt >= Pause(notice.Sent, settings) ? NoticeVerdict.Remind : NoticeVerdict.Nothing,
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
        TimeSpan.FromMinutes(Math.Min(Math.Pow(2, Math.Clamp(tries - 1, 0, 11)), (isRejected ? LongestRetryOfRejected : LongestRetry).TotalMinutes));
}

/// <summary>The message that is owed about one thing.</summary>
internal enum NoticeVerdict
{
    Nothing,

    /// <summary>It was not announced yet.</summary>
    Tell,

    /// <summary>It was announced, and lasts.</summary>
    Remind,

    /// <summary>It is over.</summary>
    TakeBack,

    /// <summary>It is over, and needs no message.</summary>
    Forget,
}
