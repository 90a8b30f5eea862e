using System.Security.Cryptography;
using System.Text;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>Something that is wrong now, according to the stored rows.</summary>
/// <param name="Subject">The job, or the configuration whose backup is overdue or damaged.</param>
/// <param name="Since">Since when; of a missed occurrence its due time. Null if that is not known; then the time at which it was noticed counts.</param>
internal sealed record Concern(ConcernKind Kind, string Subject, DateTimeOffset? Since)
{
    /// <summary>The key of the notices of a job that fails or is overdue: both are one thing to the reader.</summary>
    public static string JobKey(string job) => "job-" + job;

    public static string MissedKey(string job) => "missed-" + job;

    public static string StateKey(string job) => "state-" + job;

    /// <summary>The kind of concern that a notice's key belongs to. The key of a job does not say whether it fails or is overdue.</summary>
    public static ConcernKind KindOf(string key) =>
        key.StartsWith("backup-", StringComparison.Ordinal) ? ConcernKind.BackupOverdue
        : key.StartsWith("damaged-", StringComparison.Ordinal) ? ConcernKind.BackupDamaged
        : key.StartsWith("missed-", StringComparison.Ordinal) ? ConcernKind.Missed
        : key.StartsWith("state-", StringComparison.Ordinal) ? ConcernKind.StateUnreadable
        : ConcernKind.Failing;

    /// <summary>The damaged backups; null unless the concern is about these.</summary>
    public BackupStanding? Backups { get; init; }

    /// <summary>When something was added to it: later than the last message, it is news. Null if nothing can be added.</summary>
    public DateTimeOffset? Latest => Backups?.DamagedOnes.Max(one => one.Since);

    public static string BackupKey(string configuration) => "backup-" + Hash(configuration);

    public static string DamagedKey(string configuration) => "damaged-" + Hash(configuration);

    // The name of a configuration may contain characters that a row's key can't.
    private static string Hash(string configuration) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(configuration)))[..16];

    /// <summary>The key of its notice.</summary>
    public string Key => Kind switch
    {
        ConcernKind.Missed => MissedKey(Subject),
        ConcernKind.StateUnreadable => StateKey(Subject),
        ConcernKind.BackupOverdue => BackupKey(Subject),
        ConcernKind.BackupDamaged => DamagedKey(Subject),
        _ => JobKey(Subject),
    };

    /// <summary>Whether it is over by itself, without reminders and without a message about its end.</summary>
    public bool IsEvent => Kind == ConcernKind.Missed;
}
