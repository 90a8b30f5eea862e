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

    private static readonly HashSet<string> Folders = new(StringComparer.OrdinalIgnoreCase)
    {
        "@eaDir", "@tmp", "#recycle", "#snapshot", "@Recycle", "@Recently-Snapshot", "$RECYCLE.BIN", "System Volume Information", "__MACOSX", "lost+found",
    };

    public static IReadOnlyList<Parameter> Parameters { get; } =
    [
        Parameter.Number<BackupSettings>(
            "Cochin__Backups__GraceMinutes", "How long an upload may take", "minutes", 0, 525_600,
            settings => settings.Grace.TotalMinutes, (settings, minutes) => settings with { Grace = TimeSpan.FromMinutes(minutes) }),
        Parameter.Other<BackupSettings>(
            "Cochin__Backups__Extensions", "How the names of backups end", "LIST", "a list of file endings",
            "Separate endings by spaces, each with its point: .zip .tar.gz", (settings, text) =>
            {
                var extensions = text.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                var wrong = extensions.Where(extension => extension is not ['.', _, ..]).ToList();
                return wrong.Count > 0 ? (null, $"Not the ending of a file: {string.Join(", ", wrong.Take(3).Select(Quoted.Of))}{(wrong.Count > 3 ? ", …" : ".")}")
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

    // A copy of a NAS or a desktop has these too: files that begin with a point, and folders with previews, deleted files or snapshots.
    private static bool IsHidden(ReadOnlySpan<char> blobName)
    {
        var folders = Folders.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var range in blobName.Split('/'))
        {
            if (blobName[range] is ['.', not '.', ..] or ['.', '.', _, ..] || folders.Contains(blobName[range]))
            {
                return true;
            }
        }

        return false;
    }
}
