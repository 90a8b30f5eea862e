using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>Describes the reconciliation of records and backups: options, settings, counts and default jobs.</summary>
internal static class RebuildBackupPathsDescription
{
    public const string Name = RegisteredBackup.Creator;

    private static readonly TaskNumber Registered = new("registered", "registered");
    private static readonly TaskNumber Healed = new("healed", "completed again because their blob is back");

    public static TaskDescription Value { get; } = new()
    {
        Name = Name,
        Task = typeof(RebuildBackupPathsTask),
        Summary = "Reconcile backup records with backup blobs",
        Purpose = "Reconciles backup records with backup blobs.",
        Examples = ["rebuild_backup_paths --scan-only", "rebuild_backup_paths --force --user-id 3"],
        Defaults = new RebuildBackupPathsOptions(),
        Options =
        [
            Parameter.Confirmation("force", "Do not ask"),
            Parameter.DryRun("scan-only", "Report problems, but change nothing"),
            Parameter.Text<RebuildBackupPathsOptions>(
                "user-id", "The user to record as the creator of registered backups", "ID", "the id of a user", TaskOptions.LongestKey,
                (options, id) => options with { UserId = id }),
            Parameter.Flag<RebuildBackupPathsOptions>(
                "allow-mass-missing", "Mark records as missing even if most of them would be", (options, flag) => options with { AllowMassMissing = flag }),
        ],
        Verbose = "List each blob and record with its decision",
        Settings = new TaskSettingsDescription(_ => new BackupSettings(), BackupSettings.Parameters),
        Counts =
        [
            new("blobs", "blobs in total"), new("records", "records of completed or missing backups"), Registered, new("missing", "whose blob is gone"), Healed,
            new("mismatched", "whose size differs from the record"), new("inFlight", "blobs that may still be being written"),
            new("ignored", "blobs without the name of a backup"), new("failed", "could not be checked or changed"),
        ],
        Bytes = [new("registered", "registered") { IsBytes = true, Caption = "Bytes registered" }],
        Digest = [new(new("Sauvegardes recensées ou rétablies", "Backups registered or healed"), "{0:N0} / {1:N0}", [Registered], [Healed])],
        Reasons = new Dictionary<string, string>
        {
            ["orphan"] = "a backup without a record",
            ["inFlight"] = "may still be being written",
            ["ignored"] = "its name is not that of a backup",
            ["unchanged"] = "its record is correct",
            ["recorded"] = "another process recorded it",
            ["missing"] = "the blob of the record is gone",
            ["pruned"] = "its blob was pruned",
            ["returned"] = "its blob is back",
            ["replaced"] = "a new backup has the name of a pruned one",
            ["empty"] = "has no content",
            ["mismatch"] = "sizes differ: reported, not changed",
            ["changed"] = "changed since it was read",
            ["failed"] = "failed; see the warning",
        },
        Actions = [new("register"), new("unregister"), new("mark_missing"), new("heal")],
        Jobs = [new(Name, "0 0 3 * * 0", 6, new RebuildBackupPathsOptions())],
    };
}
