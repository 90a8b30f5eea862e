using System.Security.Cryptography;
using System.Text;

namespace Cochin.Functions.Watching;

/// <summary>Something that is wrong now, according to the stored rows.</summary>
/// <param name="Subject">The job, or the configuration whose backup is overdue.</param>
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
        : key.StartsWith("missed-", StringComparison.Ordinal) ? ConcernKind.Missed
        : key.StartsWith("state-", StringComparison.Ordinal) ? ConcernKind.StateUnreadable
        : ConcernKind.Failing;

    // The name of a configuration may contain characters that a row's key can't.
    public static string BackupKey(string configuration) =>
        "backup-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(configuration)))[..16];

    /// <summary>The key of its notice.</summary>
    public string Key => Kind switch
    {
        ConcernKind.Missed => MissedKey(Subject),
        ConcernKind.StateUnreadable => StateKey(Subject),
        ConcernKind.BackupOverdue => BackupKey(Subject),
        _ => JobKey(Subject),
    };

    /// <summary>Whether it is over by itself, without reminders and without a message about its end.</summary>
    public bool IsEvent => Kind == ConcernKind.Missed;
}
