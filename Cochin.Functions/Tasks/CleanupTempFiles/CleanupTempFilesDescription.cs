using Cochin.Functions.Tasks.Operations;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>Describes the clean-up of the temporary areas: options, settings, counts and default jobs.</summary>
internal static class CleanupTempFilesDescription
{
    public const string Name = "cleanup_temp_files";

    private const double LongestHours = 87_600;
    private const string Areas = "Name folders of the backup container, separated by spaces or commas, e.g. temp/ uploads/";

    private static readonly TaskNumber Deleted = new("deleted", "deleted");
    private static readonly TaskNumber Freed = new("freed", "freed") { IsBytes = true, Caption = "Bytes freed" };

    public static TaskDescription Value { get; } = new()
    {
        Name = Name,
        Task = typeof(CleanupTempFilesTask),
        Summary = "Delete old files in the temporary areas",
        Purpose = "Deletes old and unused files and folders in the temporary areas.",
        Examples = ["cleanup_temp_files --dry-run --verbose", "cleanup_temp_files --age-hours 2 --force", "cleanup_temp_files --areas uploads/ --dry-run"],
        Defaults = new CleanupTempFilesOptions(),
        Options =
        [
            Parameter.Confirmation("auto", "Do not ask; for schedules"),
            Parameter.Confirmation("force", "Do not ask"),
            Parameter.Number<CleanupTempFilesOptions>(
                "age-hours", "The age from which a unit is old", "hours", 0, LongestHours,
                options => options.AgeHours, (options, hours) => options with { AgeHours = hours }),
            Parameter.Other<CleanupTempFilesOptions>(
                "areas", "Clean only these temporary areas", "LIST", "a list of temporary areas", Areas,
                (options, text) => TempAreas.Read(text, areas => options with { Areas = areas }))
                with { Check = (options, settings) => settings.Of<TempSettings>().Areas.FindUnknown(((CleanupTempFilesOptions)options).Areas) },
        ],
        Verbose = "List each unit with its age, size and decision",
        Settings = new TaskSettingsDescription(
            _ => new TempSettings(),
            [
                Parameter.Other<TempSettings>(
                    "Cochin__Temp__Areas", "The temporary areas", "LIST", "a list of folders", Areas,
                    (settings, text) => TempAreas.Read(text, areas => settings with { Areas = areas })),
            ]),
        Counts =
        [
            new("scanned", "units in total"), new("old", "old units"), Deleted, new("inUse", "kept because they are in use"),
            new("changed", "changed since the listing"), new("failed", "could not be deleted"), new("blobsDeleted", "blobs deleted"),
        ],
        Bytes = [new("scanned", "in all units") { IsBytes = true }, Freed],
        Digest = [new(new("Fichiers temporaires supprimés", "Temporary files removed"), "{0:N0} ({1})", [Deleted], [Freed])],
        Reasons = new Dictionary<string, string>
        {
            ["old"] = "old and unused",
            ["fresh"] = "not old enough",
            ["inUse"] = "a live operation uses it",
            ["leased"] = "it is leased",
            ["changed"] = "changed since the listing",
            ["failed"] = "failed; see the warning",
        },
        Actions = [new("delete")],
        Jobs =
        [
            new(Name, "0 0 2 * * *", 20, new CleanupTempFilesOptions { AgeHours = 24 }),
            new("cleanup_temp_files_weekend", "0 0 1 * * 6", 6, new CleanupTempFilesOptions { AgeHours = 2 }),
        ],
    };
}
