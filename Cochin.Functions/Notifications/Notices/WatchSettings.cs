using Cochin.Functions.Jobs;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>The settings of notices, reminders and the digest.</summary>
internal sealed record WatchSettings
{
    /// <summary>The maximum time between two reminders.</summary>
    public static readonly TimeSpan LongestReminder = TimeSpan.FromDays(7);

    /// <summary>The time between the first message about an incident and the first reminder. It doubles for each further reminder.</summary>
    public TimeSpan Reminder { get; init; } = TimeSpan.FromHours(24);

    /// <summary>When the digest is sent; null if it is switched off.</summary>
    public JobSchedule? Digest { get; init; }

    /// <summary>The maximum age of the newest completed backup of a configuration; zero if it is not set.</summary>
    public TimeSpan BackupsExpected { get; init; }

    /// <summary>The maximum age for individual configurations, by name.</summary>
    public IReadOnlyDictionary<string, TimeSpan> BackupsExpectedOf { get; init; } = new Dictionary<string, TimeSpan>();

    public bool WatchesBackups => BackupsExpected > TimeSpan.Zero || BackupsExpectedOf.Values.Any(expected => expected > TimeSpan.Zero);

    /// <summary>Both, as one rule.</summary>
    public ExpectedAges Ages => new(BackupsExpected, BackupsExpectedOf);
}
