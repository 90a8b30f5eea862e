namespace Cochin.Functions.Notifications.Notices;

/// <summary>Decides which message must be sent. There is no queue: each decision is based on the current state, so no message is lost.</summary>
internal static class NoticeRule
{
    private static readonly TimeSpan MaxDelay = TimeSpan.FromHours(1);
    private static readonly TimeSpan MaxRejectedDelay = TimeSpan.FromDays(1);

    /// <param name="incident">The incident; null if there is none.</param>
    /// <param name="notice">The notice about it; null if nothing was announced.</param>
    /// <param name="isWatched">Whether the subject is watched; false for a job that is switched off.</param>
    /// <param name="success">For an overdue job or backup, the success since which it is measured; null if there is none.</param>
    public static NoticeAction Evaluate(
        Incident? incident, Notice? notice, bool isWatched, DateTimeOffset? success, WatchSettings settings, DateTimeOffset now)
    {
        if (notice?.NotBefore > now)
        {
            return NoticeAction.None;
        }

        return (incident, notice) switch
        {
            (null, null) => NoticeAction.None,
            (null, { Kind: IncidentKind.Missed }) => NoticeAction.None,
            (null, not null) => End(notice, isWatched, success),
            (not null, null) => NoticeAction.Announce,
            ({ IsEvent: true }, _) => notice.SentAt is null || !(incident.Since <= notice.Since) ? NoticeAction.Announce : NoticeAction.None,
            (_, { SentAt: null }) => NoticeAction.Announce,
            _ when incident.Kind != notice.Kind || incident.Latest > notice.SentAt => NoticeAction.Announce,
            (_, { SentAt: { } sentAt }) =>
                incident.HasReminders && now - sentAt >= ReminderDelay(notice.Sent, settings) ? NoticeAction.Remind : NoticeAction.None,
        };
    }

    /// <summary>
    /// Ends a notice without an incident. Without a new success, something that was overdue still is for the process that announced it, whose settings
    /// may be stricter: if this process ended the notice, that one would announce it again, and so on.
    /// </summary>
    private static NoticeAction End(Notice notice, bool isWatched, DateTimeOffset? success) => notice.Kind switch
    {
        IncidentKind.BackupOverdue when !isWatched => success > notice.Since ? NoticeAction.Recover : NoticeAction.None,
        IncidentKind.Overdue or IncidentKind.BackupOverdue when isWatched && (success is null || success == notice.Since) => NoticeAction.None,
        _ => isWatched ? NoticeAction.Recover : NoticeAction.Delete,
    };

    /// <summary>The time until the next reminder.</summary>
    public static TimeSpan ReminderDelay(int sent, WatchSettings settings)
    {
        var delay = settings.Reminder * Math.Pow(2, Math.Clamp(sent - 1, 0, 20));
        return delay < WatchSettings.LongestReminder ? delay : TimeSpan.FromTicks(Math.Max(WatchSettings.LongestReminder.Ticks, settings.Reminder.Ticks));
    }

    /// <summary>
    /// The delay after a number of consecutive failed deliveries. A rejected message is retried as well, because another channel may accept it,
    /// but less often.
    /// </summary>
    public static TimeSpan RetryDelay(int tries, bool isRejected) =>
        TimeSpan.FromMinutes(Math.Min(Math.Pow(2, Math.Clamp(tries - 1, 0, 11)), (isRejected ? MaxRejectedDelay : MaxDelay).TotalMinutes));
}

/// <summary>What must be done about an incident.</summary>
internal enum NoticeAction
{
    None,

    /// <summary>Send the first message.</summary>
    Announce,

    /// <summary>Send a reminder.</summary>
    Remind,

    /// <summary>Send a message that the incident is over, and delete the notice.</summary>
    Recover,

    /// <summary>Delete the notice without a message.</summary>
    Delete,
}
