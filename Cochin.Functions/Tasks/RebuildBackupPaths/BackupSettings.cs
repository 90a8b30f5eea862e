namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>What counts as a backup, and from when on: <c>Cochin__Backups__GraceMinutes</c> and <c>__Extensions</c>.</summary>
internal sealed record BackupSettings
{
    /// <summary>A blob without a record that is younger than this may still get one from the application, and is left.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>How the names of backups end, with the dot; the case of letters makes no difference.</summary>
    public IReadOnlyList<string> Extensions { get; init; } =
    [
        ".zip", ".enc", ".backup", ".encrypted", ".tar", ".tar.gz", ".tgz", ".sql", ".sql.gz", ".dump", ".json", ".json.gz",
    ];

    public bool IsBackup(string blobName)
    {
        foreach (var extension in Extensions)
        {
            if (blobName.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
