using Cochin.Functions.Jobs;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>What is watched in addition to the jobs' success, and how often reminders are sent.</summary>
internal sealed record WatchSettings
{
    /// <summary>The longest time between two reminders of one trouble.</summary>
    public static readonly TimeSpan LongestReminder = TimeSpan.FromDays(7);

    /// <summary>The time between the first notice of a trouble and its first reminder; each next one takes twice as long.</summary>
    public TimeSpan Reminder { get; init; } = TimeSpan.FromHours(24);

    /// <summary>When the digest is sent; null for never.</summary>
    public JobSchedule? Digest { get; init; }

    /// <summary>How old the newest completed backup of a configuration may be; zero if it is not set.</summary>
    public TimeSpan BackupsExpected { get; init; }

    /// <summary>The same for single configurations, by name.</summary>
    public IReadOnlyDictionary<string, TimeSpan> BackupsExpectedOf { get; init; } = new Dictionary<string, TimeSpan>();

    public bool WatchesBackups => BackupsExpected > TimeSpan.Zero || BackupsExpectedOf.Values.Any(expected => expected > TimeSpan.Zero);

    /// <summary>Both, as one rule.</summary>
    public ExpectedAges Ages => new(BackupsExpected, BackupsExpectedOf);
}
