using Cochin.Functions.Occurrences;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Watching;

/// <summary>What is watched beside the jobs' own success, and how often people hear of it.</summary>
internal sealed record WatchSettings
{
    /// <summary>Reminders of one trouble never come rarer than this.</summary>
    public static readonly TimeSpan LongestReminder = TimeSpan.FromDays(7);

    /// <summary>How long after the first notice of a trouble that lasts people are reminded; each time it takes twice as long.</summary>
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
