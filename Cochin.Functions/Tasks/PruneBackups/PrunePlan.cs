using Azure;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>What is done with a backup.</summary>
internal enum PruneDecision
{
    Keep,
    Prune,

    /// <summary>It is protected, and so kept whatever the rules.</summary>
    Protect,

    /// <summary>It can't be judged, and is kept.</summary>
    Fail,
}

/// <summary>A completed backup with what the plan does with it.</summary>
/// <param name="At">When it was made; null if that can't be read.</param>
/// <param name="Row">The version of its row.</param>
internal sealed record PlannedBackup(string Id, string Configuration, DateTimeOffset? At, ETag Row)
{
    /// <summary>Its blob as listed; null if the blob is not there, or if it is not certain which one it is.</summary>
    public ListedBlob? Blob { get; init; }

    /// <summary>Whether it counts as a good backup: certain, not damaged and with its content.</summary>
    public bool IsGood { get; init; }

    public PruneDecision Decision { get; init; }

    /// <summary>The rule that keeps it, or why it is kept although no rule does; <c>policy</c> if it goes.</summary>
    public string Reason { get; init; } = "policy";

    /// <summary>How deep and when it was verified, as text; null if it was not.</summary>
    public string? Verified { get; init; }

    /// <summary>Whether an earlier run began to prune it and did not record the end.</summary>
    public bool IsBegun { get; init; }

    /// <summary>Whether an earlier run has deleted its blob, so that only its row is left to be completed.</summary>
    public bool IsBlobGone { get; init; }

    public string BlobName { get; init; } = "";

    /// <summary>The text of the row's <c>BlobName</c>.</summary>
    public string? RowBlobName { get; init; }

    public string Target => $"{OperationKind.Backup}/{Id}";
}

/// <summary>A blob that goes, with all the rows that name it; they are marked before and after it is deleted.</summary>
internal sealed record PruneUnit(IReadOnlyList<PlannedBackup> Backups)
{
    public ListedBlob? Blob => Backups[0].Blob;
}

/// <summary>The backups of one configuration, newest first.</summary>
/// <param name="Rules">Null if they can't be read.</param>
internal sealed record PlannedConfiguration(string Name, KeepRules? Rules, IReadOnlyList<PlannedBackup> Backups);

/// <summary>What a run prunes and what it keeps.</summary>
/// <param name="Warnings">What can't be read or is not pruned, as sentences.</param>
internal sealed record PrunePlan(IReadOnlyList<PlannedConfiguration> Configurations, IReadOnlyList<string> Warnings)
{
    public IEnumerable<PlannedBackup> Backups => Configurations.SelectMany(configuration => configuration.Backups);

    /// <summary>What goes, the oldest first.</summary>
    public IReadOnlyList<PruneUnit> Units =>
    [
        .. Backups.Where(backup => backup.Decision == PruneDecision.Prune)
            .GroupBy(backup => backup.Blob?.Name ?? $"{backup.Target}/")
            .Select(unit => new PruneUnit([.. unit]))
            .OrderBy(unit => unit.Backups[0].At),
    ];
}
