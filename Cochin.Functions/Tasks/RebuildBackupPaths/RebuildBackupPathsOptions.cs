namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>Options of the reconciliation. <c>--scan-only</c> is the old name of <see cref="TaskOptions.DryRun"/>.</summary>
internal sealed record RebuildBackupPathsOptions : TaskOptions
{
    public override string Task => RebuildBackupPathsDescription.Name;

    /// <summary>The user to record as the creator of registered backups; null for the task itself.</summary>
    public string? UserId { get; init; }

    /// <summary>Marks records as missing even if more than half of them would be.</summary>
    public bool AllowMassMissing { get; init; }
}
