namespace Cochin.Functions.Tasks.BackupRecords;

/// <summary>Which blobs count as backups: <c>Cochin__Backups__GraceMinutes</c> and <c>Cochin__Backups__Extensions</c>.</summary>
internal sealed record BackupSettings
{
    /// <summary>A younger blob without a record is ignored, because the application may still create one.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>The file extensions of backups, with the dot. Case is ignored.</summary>
    public IReadOnlyList<string> Extensions { get; init; } =
    [
        ".zip", ".enc", ".backup", ".encrypted", ".tar", ".tar.gz", ".tgz", ".sql", ".sql.gz", ".dump", ".json", ".json.gz",
    ];

    private static readonly HashSet<string> SystemNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "@eaDir", "@tmp", "#recycle", "#snapshot", "@Recycle", "@Recently-Snapshot", "$RECYCLE.BIN", "System Volume Information", "__MACOSX", "lost+found",
        "Thumbs.db", "desktop.ini",
    };

    public static IReadOnlyList<Parameter> Parameters { get; } =
    [
        Parameter.Number<BackupSettings>(
            "Cochin__Backups__GraceMinutes", "How long an upload may take", "minutes", 0, 525_600,
            settings => settings.Grace.TotalMinutes, (settings, minutes) => settings with { Grace = TimeSpan.FromMinutes(minutes) }),
        Parameter.Other<BackupSettings>(
            "Cochin__Backups__Extensions", "The file extensions of backups", "LIST", "a list of file extensions",
            "Separate the extensions by spaces, each with its dot: .zip .tar.gz", (settings, text) =>
            {
                var extensions = text.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                var wrong = extensions.Where(extension => extension is not ['.', _, ..]).ToList();
                return wrong.Count > 0
                    ? (null, $"Not a file extension: {string.Join(", ", wrong.Take(3).Select(Quoted.Of))}{(wrong.Count > 3 ? ", …" : ".")}")
                    : extensions.Length == 0 ? (null, null)
                    : (settings with { Extensions = extensions }, null);
            }),
    ];

    public bool IsBackup(string blobName)
    {
        if (IsHidden(blobName))
        {
            return false;
        }

        foreach (var extension in Extensions)
        {
            if (blobName.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether a name, or a folder in it, starts with a dot or is one that a NAS or desktop adds: previews, deleted files, snapshots.
    /// </summary>
    internal static bool IsHidden(ReadOnlySpan<char> blobName)
    {
        var systemNames = SystemNames.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var range in blobName.Split('/'))
        {
            if (blobName[range] is ['.', not '.', ..] or ['.', '.', _, ..] || systemNames.Contains(blobName[range]))
            {
                return true;
            }
        }

        return false;
    }
}
