namespace Cochin.Functions.Tasks.VerifyBackups;

internal sealed record VerifyBackupsOptions : TaskOptions
{
    public override string Task => VerifyBackupsDescription.Name;

    /// <summary>The maximum age of a verification.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Verify only this backup, even if it is not due.</summary>
    public string? BackupId { get; init; }

    /// <summary>Also verify backups that are not due.</summary>
    public bool All { get; init; }
}
