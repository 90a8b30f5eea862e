namespace Cochin.Functions.Tasks.SyncDjango;

/// <summary>The Django application on this machine: <c>Cochin__Django__…</c>.</summary>
internal sealed record DjangoSettings
{
    public const string DatabaseSetting = "Cochin__Django__Database";
    public const string BackupsSetting = "Cochin__Django__Backups";
    public const string PathRootSetting = "Cochin__Django__PathRoot";

    // The longest path of Linux.
    public const int MaxPathLength = 4_096;

    public string? Database { get; init; }

    public string? Backups { get; init; }

    /// <summary>The backups folder as the application sees it. The paths in its database begin with it, or with one of several, separated by ';'.</summary>
    public string PathRoot { get; init; } = "/app/backups";

    public static IReadOnlyList<Parameter> Parameters { get; } =
    [
        Parameter.Text<DjangoSettings>(
            DatabaseSetting, "The application's SQLite database", "FILE", "the path of a file", MaxPathLength,
            (settings, path) => settings with { Database = path }),
        Parameter.Text<DjangoSettings>(
            BackupsSetting, "The application's backups folder", "DIR", "the path of a folder", MaxPathLength,
            (settings, path) => settings with { Backups = path }),
        Parameter.Text<DjangoSettings>(
            PathRootSetting, "What the absolute paths in the database begin with; several are separated by ';'", "PATH", "a path", MaxPathLength,
            (settings, path) => settings with { PathRoot = path }),
    ];

    /// <summary>These settings, with the options of a run in place of those that it gives.</summary>
    public DjangoSettings With(SyncDjangoOptions options) => new()
    {
        Database = options.Database ?? Database,
        Backups = options.Backups ?? Backups,
        PathRoot = options.PathRoot ?? PathRoot,
    };
}
