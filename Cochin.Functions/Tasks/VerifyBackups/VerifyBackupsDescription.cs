namespace Cochin.Functions.Tasks.VerifyBackups;

/// <summary>The verification of backups, as the rest of the program sees it.</summary>
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
        Summary = "Read backups and test that they can be restored",
        Purpose = "Reads each backup at least every 30 days, and reports those that are damaged.",
        Examples = ["verify_backups --dry-run", "verify_backups --backup-id 42", "verify_backups --max-age-days 7 --verbose"],
        Defaults = new VerifyBackupsOptions(),
        Options =
        [
            Parameter.Integer<VerifyBackupsOptions>(
                "max-age-days", "Verify again what was verified longer ago than this", "days", 0, MaxDays,
                options => (int)options.MaxAge.TotalDays, (options, days) => options with { MaxAge = TimeSpan.FromDays(days) }),
            Parameter.Text<VerifyBackupsOptions>(
                "backup-id", "Verify this backup only, due or not", "ID", "the id of a backup", TaskOptions.LongestKey,
                (options, id) => options with { BackupId = id }),
            Parameter.Flag<VerifyBackupsOptions>("all", "Verify those that are not due as well", (options, flag) => options with { All = flag }),
        ],
        Verbose = "List each backup with the result",
        Settings = new TaskSettingsDescription(_ => new VerifySettings(), VerifySettings.Parameters),
        Counts =
        [
            new("examined", "completed backups"), Verified, Damaged, new("repaired", "sound again, counted in verified too"),
            new("changed", "that changed while they were read"), new("notDue", "verified not long ago"), new("failed", "that could not be read or opened"),
        ],
        Bytes = [Read],
        Digest = [new(new("Sauvegardes vérifiées / abîmées / octets lus", "Backups verified / damaged / read"), "{0:N0} / {1:N0} / {2}", [Verified],
        [Damaged], [Read])],
        Reasons = new Dictionary<string, string>
        {
            ["never"] = "was never verified",
            ["old"] = "was verified too long ago",
            ["changed"] = "changed since it was read",
            ["damaged"] = "is damaged; see the warning",
            ["asked"] = "asked for by the operator",
            ["fresh"] = "was verified not long ago",
            ["unreadable"] = "can't be read (archive tier, or a key of the customer's)",
            ["checksum"] = "sound: all its bytes are as recorded",
            ["structure"] = "sound: its archive as well",
            ["contents"] = "sound: its decrypted contents as well",
            ["repaired"] = "sound again",
            ["failed"] = "could not be verified; see the warning",
        },
        Actions = [new("mark_verified"), new("mark_damaged")],
        Jobs = [new(Name, "0 0 4 * * *", 20, new VerifyBackupsOptions())],
    };
}
