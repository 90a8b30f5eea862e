namespace Cochin.Functions.Tasks.VerifyBackups;

/// <summary>Describes the verification of backups.</summary>
internal static class VerifyBackupsDescription
{
    public const string Name = "verify_backups";

    private const int MaxDays = 3_650;

    private static readonly TaskNumber Verified = new("verified", "found sound");
    private static readonly TaskNumber Damaged = new("damaged", "found damaged");
    private static readonly TaskNumber Read = new("read", "read") { IsBytes = true, Caption = "Bytes verified" };

    public static TaskDescription Value { get; } = new()
    {
        Name = Name,
        Task = typeof(VerifyBackupsTask),
        Summary = "Read backups and check that they are intact",
        Purpose = "Reads each backup at least every 30 days and reports damaged ones.",
        Examples = ["verify_backups --dry-run", "verify_backups --backup-id 42", "verify_backups --max-age-days 7 --verbose"],
        Defaults = new VerifyBackupsOptions(),
        Options =
        [
            Parameter.Integer<VerifyBackupsOptions>(
                "max-age-days", "Verify backups again whose last verification is older than this", "days", 0, MaxDays,
                options => (int)options.MaxAge.TotalDays, (options, days) => options with { MaxAge = TimeSpan.FromDays(days) }),
            Parameter.Text<VerifyBackupsOptions>(
                "backup-id", "Verify only this backup, even if it is not due", "ID", "the id of a backup", TaskOptions.LongestKey,
                (options, id) => options with { BackupId = id }),
            Parameter.Flag<VerifyBackupsOptions>("all", "Also verify backups that are not due", (options, flag) => options with { All = flag }),
        ],
        Verbose = "List each backup with its result",
        Settings = new TaskSettingsDescription(_ => new VerifySettings(), VerifySettings.Parameters),
        Counts =
        [
            new("examined", "completed backups"), Verified, Damaged, new("repaired", "sound again after damage; included in verified"),
            new("changed", "changed while they were read"), new("notDue", "verified recently"), new("failed", "could not be read or decrypted"),
        ],
        Bytes = [Read],
        Digest =
        [
            new(
                new("Sauvegardes vérifiées / abîmées / octets lus", "Backups verified / damaged / bytes read"),
                "{0:N0} / {1:N0} / {2}",
                [Verified],
                [Damaged],
                [Read]),
        ],
        Reasons = new Dictionary<string, string>
        {
            ["never"] = "was never verified",
            ["old"] = "last verification is too old",
            ["changed"] = "changed since it was verified",
            ["damaged"] = "is damaged; see the warning",
            ["asked"] = "requested by the operator",
            ["fresh"] = "was verified recently",
            ["unreadable"] = "can't be read (archive tier or customer-provided key)",
            ["checksum"] = "sound: checksum and size match",
            ["structure"] = "sound: the archive is valid",
            ["contents"] = "sound: the decrypted contents are valid",
            ["repaired"] = "sound again",
            ["failed"] = "could not be verified; see the warning",
        },
        Actions = [new("mark_verified"), new("mark_damaged")],
        Jobs = [new(Name, "0 0 4 * * *", 20, new VerifyBackupsOptions())],
    };
}
