namespace Cochin.Functions.Tasks.VerifyBackups;

internal sealed record VerifyBackupsOptions : TaskOptions
{
    public override string Task => VerifyBackupsDescription.Name;

    /// <summary>How long ago a backup may have been verified.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Verify this backup only, due or not.</summary>
    public string? BackupId { get; init; }

    /// <summary>Verify those that are not due as well.</summary>
    public bool All { get; init; }
}
