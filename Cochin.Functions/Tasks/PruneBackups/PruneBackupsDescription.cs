namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>Describes the task that prunes backups.</summary>
internal static class PruneBackupsDescription
{
    public const string Name = "prune_backups";

    public const string NoPolicy = "No rule keeps any backup, so nothing was pruned. Set Cochin__Retention__KeepLast (or another one of Cochin__Retention__), "
        + "or give an option, e.g. --keep-last 7; see ./cochin prune_backups --help.";

    private static readonly TaskNumber Pruned = new("pruned", "pruned");
    private static readonly TaskNumber Kept = new("kept", "kept by a rule or for another reason");
    private static readonly TaskNumber Freed = new("freed", "freed") { IsBytes = true, Caption = "Bytes of pruned backups" };

    public static TaskDescription Value { get; } = new()
    {
        Name = Name,
        Task = typeof(PruneBackupsTask),
        Summary = "Delete the backups that no retention rule keeps",
        Purpose = "Deletes old backups that no retention rule keeps, but never the last good one of a configuration.",
        Examples = ["prune_backups --keep-last 3 --keep-daily 7 --keep-weekly 4 --dry-run --verbose", "prune_backups --configuration daily --force"],
        Defaults = new PruneBackupsOptions(),
        Options =
        [
            Parameter.Text<PruneBackupsOptions>(
                "configuration", "Prune the backups of this configuration only", "NAME", "the name of a configuration", TaskOptions.LongestKey,
                (options, name) => options with { Configuration = name }),
            .. KeepRules.Parameters<PruneBackupsOptions>(
                words => string.Join('-', words), options => options.Keep, (options, keep) => options with { Keep = keep }),
            Parameter.Confirmation("force", "Do not ask"),
        ],
        Requirement = new(
            "Cochin__Retention__KeepLast, or another rule of Cochin__Retention__,",
            (options, settings) => settings.Of<RetentionSettings>().HasPolicy((PruneBackupsOptions)options),
            "No rule keeps any backup.",
            "Give a rule such as --keep-last 7 or --keep-daily 14, or set Cochin__Retention__KeepLast or Cochin__Retention__KeepDaily."),
        Verbose = "List each backup with the rule that keeps it, or why it goes",
        Settings = new TaskSettingsDescription(zone => new RetentionSettings { TimeZone = zone }, RetentionSettings.Parameters),
        Counts =
        [
            new("examined", "completed backups"), Kept, Pruned, new("protected", "that are protected"), new("changed", "that changed since they were listed"),
            new("failed", "that could not be checked or pruned"),
        ],
        Bytes = [new("kept", "kept") { IsBytes = true }, Freed],
        Digest = [new(new("Sauvegardes élaguées", "Backups pruned"), "{0:N0} ({1})", [Pruned], [Freed])],
        Reasons = new Dictionary<string, string>
        {
            ["policy"] = "no rule keeps it",
            ["last"] = "one of the newest",
            ["within"] = "younger than the limit",
            ["newestSound"] = "the newest one of its type that was verified",
            ["newest"] = "the newest one of its type that is not damaged",
            ["protected"] = "protected",
            ["undated"] = "its age is unknown; see the warning",
            ["rewritten"] = "its blob was written after its record and differs from it",
            ["liveRestore"] = "a restore in progress reads it",
            ["leased"] = "its blob is leased",
            ["young"] = "its blob was written recently",
            ["shared"] = "another row needs its blob",
            ["overdue"] = "no new backup was made in time, so all are kept",
            ["unreadable"] = "its configuration can't be read",
            ["noRule"] = "no rule is set for its configuration",
            ["missing"] = "its blob does not exist",
            ["elsewhere"] = "its blob is not below storage/",
            ["changed"] = "changed since it was listed",
            ["failed"] = "failed; see the warning",
        },
        Actions = [new("prune"), new("cancel_prune")],
        Jobs = [new(Name, "0 0 5 * * 0", 6, new PruneBackupsOptions())],
    };
}
