namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>Options of one reconciliation. <c>--scan-only</c> is <see cref="TaskOptions.DryRun"/> by its old name.</summary>
internal sealed record RebuildBackupPathsOptions : TaskOptions
{
    public override string Task => RebuildBackupPathsDescription.Name;

    /// <summary>Who the registered records say made them; null for the task itself.</summary>
    public string? UserId { get; init; }

    /// <summary>Mark records missing even if that is more than half of them.</summary>
    public bool AllowMassMissing { get; init; }
}
