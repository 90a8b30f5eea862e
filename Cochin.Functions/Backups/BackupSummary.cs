namespace Cochin.Functions.Backups;

/// <summary>The state of the backups of one configuration.</summary>
/// <param name="Configuration">The name; empty for backups without a configuration.</param>
internal sealed record BackupSummary(string Configuration)
{
    /// <summary>The number of good backups according to their records. A record without a size counts as good.</summary>
    public int Count { get; init; }

    /// <summary>The number of good backups that were verified.</summary>
    public int Verified { get; init; }

    /// <summary>The number of good backups that the application encrypted.</summary>
    public int Encrypted { get; init; }

    /// <summary>The time of the oldest verification; null if no backup was verified.</summary>
    public DateTimeOffset? OldestCheck { get; init; }

    /// <summary>The number of damaged backups.</summary>
    public int Damaged { get; init; }

    /// <summary>Some of the damaged backups, the most recently found first.</summary>
    public IReadOnlyList<DamagedBackup> DamagedBackups { get; init; } = [];

    /// <summary>When the first damage was found; null if unknown.</summary>
    public DateTimeOffset? DamagedSince { get; init; }

    /// <summary>Returns the totals over all configurations and the time of the oldest verification.</summary>
    public static (long Verified, long Completed, DateTimeOffset? OldestCheck) Verification(IReadOnlyCollection<BackupSummary> summaries) => (
        summaries.Sum(summary => (long)summary.Verified),
        summaries.Sum(summary => (long)summary.Completed),
        summaries.Min(summary => summary.OldestCheck));

    /// <summary>The number of completed backups, good or not.</summary>
    public int Completed => Count + Damaged + Empty + Unread;

    /// <summary>The number of backups without content, by their size, which are not usable.</summary>
    public int Empty { get; init; }

    /// <summary>The number of backups with an unreadable size. They may be empty.</summary>
    public int Unread { get; init; }

    /// <summary>The number of backups whose blob is missing.</summary>
    public int Missing { get; init; }

    /// <summary>The recorded size of the good backups in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>
    /// When the newest good backup of the configuration's types was completed; if it is overdue, of the type without a new one for the longest time.
    /// Null if none has a time. The time of an upload counts only if no other program records the backups of the configuration.
    /// </summary>
    public DateTimeOffset? Newest { get; init; }

    /// <summary>When the oldest good backup was completed; null if none has a time.</summary>
    public DateTimeOffset? Oldest { get; init; }

    /// <summary>Whether there is a failed or canceled backup, or one with an unknown status.</summary>
    public bool HasEndedRow { get; init; }

    /// <summary>When the oldest backup that is neither completed nor missing was created; null if there is none.</summary>
    public DateTimeOffset? OldestRow { get; init; }

    /// <summary>Whether the newest backup has a maximum age.</summary>
    public bool IsWatched { get; init; }

    /// <summary>
    /// Whether the newest good backup, of a type that is expected, is older than that, or there is none. Backups of a similar name count, too.
    /// </summary>
    public bool IsOverdue { get; init; }
}

/// <summary>A backup that a verification found damaged.</summary>
/// <param name="Damage">The problem, as a phrase that follows "the backup".</param>
/// <param name="Since">When the damage was found; null if unknown.</param>
internal sealed record DamagedBackup(string Id, string? Name, string Damage, DateTimeOffset? Since)
{
    /// <summary>The maximum number that is listed for a configuration.</summary>
    public const int MaxListed = 5;
}
