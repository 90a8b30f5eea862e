namespace Cochin.Functions.Tasks.PruneBackups;

internal sealed record PruneBackupsOptions : TaskOptions
{
    public override string Task => PruneBackupsDescription.Name;

    /// <summary>Prune this configuration only; null for all.</summary>
    public string? Configuration { get; init; }

    /// <summary>Rules that replace those of the settings.</summary>
    public KeepRules Keep { get; init; } = new();
}
