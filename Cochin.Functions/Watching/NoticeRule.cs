namespace Cochin.Functions.Watching;

/// <summary>Decides what is owed. Nothing is queued: what is owed follows from how things stand, so that nothing gets lost.</summary>
internal static class NoticeRule
{
    private static readonly TimeSpan LongestRetry = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestRetryOfRejected = TimeSpan.FromDays(1);

    /// <param name="concern">What is wrong; null where nothing is.</param>
    /// <param name="notice">What was told of it; null where nothing was.</param>
    /// <param name="isWatched">Whether anybody wants to know: not of a job that was switched off.</param>
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

    /// <summary>How long people are left alone after they were told so many times.</summary>
    public static TimeSpan Pause(int sent, WatchSettings settings)
    {
        var pause = settings.Reminder * Math.Pow(2, Math.Clamp(sent - 1, 0, 20));
        return pause < WatchSettings.LongestReminder ? pause : TimeSpan.FromTicks(Math.Max(WatchSettings.LongestReminder.Ticks, settings.Reminder.Ticks));
    }

    /// <summary>
    /// How long a message waits after it could not be delivered so many times in a row. One that was refused for what it says stays owed too,
    /// as the webhook may be set to another, but is hardly accepted an hour later.
    /// </summary>
    public static TimeSpan Retry(int tries, bool isRejected) =>
        TimeSpan.FromMinutes(Math.Min(Math.Pow(2, Math.Clamp(tries - 1, 0, 11)), (isRejected ? LongestRetryOfRejected : LongestRetry).TotalMinutes));
}
