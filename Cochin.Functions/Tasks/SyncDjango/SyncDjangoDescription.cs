namespace Cochin.Functions.Tasks.SyncDjango;

/// <summary>Describes the task that copies an existing installation of the Django application into the storage, and keeps the copy up to date.</summary>
internal static class SyncDjangoDescription
{
    public const string Name = "sync_django";

    private static readonly TaskNumber Uploaded = new("uploaded", "files that were uploaded");
    private static readonly TaskNumber UploadedBytes = new("uploaded", "uploaded") { IsBytes = true, Caption = "Bytes uploaded" };

    public static TaskDescription Value { get; } = new()
    {
        Name = Name,
        Task = typeof(SyncDjangoTask),
        Summary = "Copy backups, history and quotes of the Django application",
        Purpose = "Copies the backups, the history and the quotes of a Django installation, and keeps them up to date.",
        Examples =
        [
            "sync_django --database /volume/db.sqlite3 --backups /volume/backups --dry-run --verbose",
            "sync_django --database /volume/db.sqlite3 --backups /volume/backups",
        ],
        Defaults = new SyncDjangoOptions(),
        Options =
        [
            Parameter.Text<SyncDjangoOptions>(
                "database", "The application's SQLite database, which is only read", "FILE", "the path of a file", DjangoSettings.MaxPathLength,
                (options, path) => options with { Database = path }) with { Check = FindMissingFolder },
            Parameter.Text<SyncDjangoOptions>(
                "backups", "The application's backups folder", "DIR", "the path of a folder", DjangoSettings.MaxPathLength,
                (options, path) => options with { Backups = path }),
            Parameter.Text<SyncDjangoOptions>(
                "path-root",
                "The backups folder as the application sees it, which the paths in the database begin with (/app/backups); several are separated by ';'",
                "PATH", "a path",
                DjangoSettings.MaxPathLength, (options, path) => options with { PathRoot = path }),
        ],
        Requirement = new(
            DjangoSettings.DatabaseSetting,
            (options, settings) => settings.Of<DjangoSettings>().With((SyncDjangoOptions)options).Database is not null,
            "The database of the Django application is not known.",
            $"Give --database FILE and --backups DIR, or set {DjangoSettings.DatabaseSetting} and {DjangoSettings.BackupsSetting}."),
        NeedsThisMachine = true,
        Verbose = "List each file and row with what is done to it",
        Settings = new TaskSettingsDescription(_ => new DjangoSettings(), DjangoSettings.Parameters),
        Counts =
        [
            new("backups", "backups in the database"), new("restores", "restores in the database"), new("quotes", "quotes in the database"),
            new("configurations", "backup configurations in the database"), Uploaded, new("written", "rows that were added or changed"),
            new("unchanged", "rows that were already up to date"), new("conflicts", "files whose blob is newer and was not overwritten"),
            new("missing", "backups whose file is not in the folder"), new("rejected", "records that can't be written"),
            new("failed", "files and rows that could not be read or written"),
        ],
        Bytes = [UploadedBytes],
        Digest = [new(new("Sauvegardes copiées de Django", "Backups copied from Django"), "{0:N0} ({1})", [Uploaded], [UploadedBytes])],
        Reasons = new Dictionary<string, string>
        {
            [SyncReasons.Unchanged] = "already up to date",
            [SyncReasons.Absent] = "not in the storage, or with other content",
            [SyncReasons.New] = "has no row yet",
            [SyncReasons.Changed] = "changed",
            [SyncReasons.Conflict] = "its blob is newer",
            [SyncReasons.Pruned] = "was pruned here",
            [SyncReasons.Waits] = "its file is not complete in the storage; the next run writes the row",
            [SyncReasons.Failed] = "failed; see the warning",
            [SyncReasons.Skipped] = "is hidden, a link to another place, or not a file",
            [SyncReasons.Rejected] = "can't be written; see the warning",
            [SyncReasons.Kept] = "is in an earlier state in the database; see the warning",
            [SyncReasons.Gone] = "is no longer in the database; its row stays",
            [SyncReasons.Superseded] = "an earlier row of a quote that now has another one",
        },
        Actions = [new("upload"), new("supersede")],
        Jobs = [new(Name, "0 */15 * * * *", 6, new SyncDjangoOptions())],
    };

    private static string? FindMissingFolder(TaskOptions options, TaskSettings settings) =>
        settings.Of<DjangoSettings>().With((SyncDjangoOptions)options).Backups is null
            ? $"The backups folder of the Django application is not known: give --backups DIR, or set {DjangoSettings.BackupsSetting}."
            : null;
}

/// <summary>The reasons of the items of a run.</summary>
internal static class SyncReasons
{
    public const string Unchanged = "unchanged";
    public const string Absent = "absent";
    public const string New = "new";
    public const string Changed = "changed";
    public const string Conflict = "conflict";
    public const string Pruned = "pruned";
    public const string Waits = "waits";
    public const string Failed = "failed";
    public const string Skipped = "skipped";
    public const string Rejected = "rejected";
    public const string Kept = "kept";
    public const string Gone = "gone";
    public const string Superseded = "superseded";
}
