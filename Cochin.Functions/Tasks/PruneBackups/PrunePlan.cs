using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>The decision about a backup.</summary>
internal enum PruneDecision
{
    Keep,
    Prune,

    /// <summary>Kept because it is protected.</summary>
    Protect,

    /// <summary>Kept because values of its row can't be read.</summary>
    Fail,
}

/// <summary>A backup with its decision.</summary>
/// <param name="Reason">The rule or exception that keeps it; <c>policy</c> if it is pruned.</param>
internal sealed record PlannedBackup(Candidate Backup, PruneDecision Decision, string Reason)
{
    public string Id => Backup.Id;

    public string Configuration => Backup.Configuration;

    /// <summary>Whether the rules count it, so that it can replace an older backup.</summary>
    public bool IsCounted { get; init; }

    /// <summary>Its blob as listed; null if it does not exist or is uncertain.</summary>
    public CandidateBlob? Blob => Backup.Blob;

    /// <summary>The name of the blob for messages, without secrets.</summary>
    public string BlobName => Blob?.Name ?? BlobNameReading.Redact(Backup.BlobName ?? "");

    /// <summary>The target in the audit log.</summary>
    public string Target => Backup.Target;
}

/// <summary>A blob to delete, with all rows that refer to it. They are marked before and after the delete.</summary>
internal sealed record PruneUnit(IReadOnlyList<PlannedBackup> Backups)
{
    public CandidateBlob? Blob => Backups[0].Blob;
}

/// <summary>The backups of one configuration, newest first.</summary>
/// <param name="Rules">Null if they can't be read.</param>
internal sealed record PlannedConfiguration(string Name, KeepRules? Rules, IReadOnlyList<PlannedBackup> Backups);

/// <summary>The decisions for all backups.</summary>
/// <param name="Warnings">Values that can't be read, and configurations that are not pruned, as sentences.</param>
internal sealed record PrunePlan(IReadOnlyList<PlannedConfiguration> Configurations, IReadOnlyList<string> Warnings)
{
    public IEnumerable<PlannedBackup> Backups => Configurations.SelectMany(configuration => configuration.Backups);

    /// <summary>The blobs to delete, oldest first.</summary>
    public IReadOnlyList<PruneUnit> Units
    {
        get
        {
            var shared = Pruned.Where(backup => backup.Blob is { IsShared: true }).GroupBy(backup => backup.Blob).Select(unit => new PruneUnit([.. unit]));
            var others = Pruned.Where(backup => backup.Blob is not { IsShared: true }).Select(backup => new PruneUnit([backup]));
            return [.. shared.Concat(others).OrderBy(unit => unit.Backups[0].Backup.At)];
        }
    }

    /// <summary>The backups to prune.</summary>
    public IEnumerable<PlannedBackup> Pruned => Backups.Where(backup => backup.Decision == PruneDecision.Prune);
}
