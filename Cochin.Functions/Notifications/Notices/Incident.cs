using System.Security.Cryptography;
using System.Text;
using Cochin.Functions.Backups;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>A current problem, derived from the stored rows.</summary>
/// <param name="Subject">The job, or the configuration whose backup is overdue or damaged.</param>
/// <param name="Since">The start of the problem; for a missed occurrence its due time. If null, the time of the first notice is used.</param>
internal sealed record Incident(IncidentKind Kind, string Subject, DateTimeOffset? Since)
{
    /// <summary>The notice key of a failing or overdue job. Both use the same key, because readers see them as one problem.</summary>
    public static string JobKey(string job) => "job-" + job;

    public static string MissedKey(string job) => "missed-" + job;

    public static string StateKey(string job) => "state-" + job;

    public static string PartialKey(string job) => "partial-" + job;

    /// <summary>The kind that a notice key stands for. The key of a job does not show whether it is failing or overdue; <c>Failing</c> is returned.</summary>
    public static IncidentKind KindOf(string key) =>
        key.StartsWith("backup-", StringComparison.Ordinal) ? IncidentKind.BackupOverdue
        : key.StartsWith("damaged-", StringComparison.Ordinal) ? IncidentKind.BackupDamaged
        : key.StartsWith("missed-", StringComparison.Ordinal) ? IncidentKind.Missed
        : key.StartsWith("partial-", StringComparison.Ordinal) ? IncidentKind.Partial
        : key.StartsWith("state-", StringComparison.Ordinal) ? IncidentKind.StateUnreadable
        : IncidentKind.Failing;

    /// <summary>The summary of the configuration; null unless the incident is about damaged backups.</summary>
    public BackupSummary? Backups { get; init; }

    /// <summary>When damage was last found; if that is after the last message, the notice is sent again. Null for other kinds.</summary>
    public DateTimeOffset? Latest => Backups?.DamagedBackups.Max(one => one.Since);

    public static string BackupKey(string configuration) => "backup-" + Hash(configuration);

    public static string DamagedKey(string configuration) => "damaged-" + Hash(configuration);

    // A configuration name may contain characters that are not allowed in a row key.
    private static string Hash(string configuration) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(configuration)))[..16];

    /// <summary>The key of the notice.</summary>
    public string Key => Kind switch
    {
        IncidentKind.Missed => MissedKey(Subject),
        IncidentKind.StateUnreadable => StateKey(Subject),
        IncidentKind.Partial => PartialKey(Subject),
        IncidentKind.BackupOverdue => BackupKey(Subject),
        IncidentKind.BackupDamaged => DamagedKey(Subject),
        _ => JobKey(Subject),
    };

    /// <summary>Whether it is announced once, without reminders or a recovery message.</summary>
    public bool IsEvent => Kind == IncidentKind.Missed;

    /// <summary>Whether reminders are sent while it continues. Work that is done except for some items needs none.</summary>
    public bool HasReminders => Kind != IncidentKind.Partial;
}
