namespace Cochin.Functions.Tasks.CleanupStuckOperations;

/// <summary>Describes the cleanup of stuck operations.</summary>
internal static class CleanupStuckOperationsDescription
{
    public const string Name = "cleanup_stuck_operations";

    private const double LongestHours = 87_600;
    private const string Hours = "hours";
    private const string ShowStats = "show-stats";

    private static readonly TaskNumber Marked = new("marked", "marked as failed");

    public static TaskDescription Value { get; } = new()
    {
        Name = Name,
        Task = typeof(CleanupStuckOperationsTask),
        Summary = "Mark stuck backups and restores as failed",
        Purpose = "Marks backups and restores that show no activity as failed, so that the next one can start.",
        Examples = ["cleanup_stuck_operations --dry-run", "cleanup_stuck_operations --hours 6 --force", "cleanup_stuck_operations --show-stats"],
        Defaults = new CleanupStuckOperationsOptions(),
        Options =
        [
            Parameter.Number<CleanupStuckOperationsOptions>(
                Hours, "How long an operation may be inactive", "hours", 0, LongestHours,
                options => options.Limit.TotalHours, (options, hours) => options with { Limit = TimeSpan.FromHours(hours) }),
            Parameter.Number<CleanupStuckOperationsOptions>(
                "minutes", "The same, in minutes", "minutes", 0, LongestHours * 60,
                get: null, (options, minutes) => options with { Limit = TimeSpan.FromMinutes(minutes) }) with { ConflictsWith = Hours },
            Parameter.Text<CleanupStuckOperationsOptions>(
                "operation-id", "Check only this operation", "ID", "the id of an operation", TaskOptions.LongestKey,
                (options, id) => options with { OperationId = id }),
            Parameter.Confirmation("force", "Don't ask for confirmation"),
            Parameter.Flag<CleanupStuckOperationsOptions>(
                ShowStats, "Show operations by kind, status and age; without other options, mark nothing",
                (options, flag) => options with { ShowStats = flag }) with { Use = ParameterUse.CommandLineOnly },
        ],
        Verbose = "List each operation with its decision",

        // Without other options, the command only shows statistics. A run that only reads is a dry run.
        Complete = (options, typed) => options is CleanupStuckOperationsOptions { ShowStats: true } stuck && typed.All(name => name == ShowStats)
            ? stuck with { StatsOnly = true, DryRun = true }
            : options,
        Counts =
        [
            new("examined", "pending and running operations"), new("stuck", "inactive for too long"), Marked,
            new("finishedMeanwhile", "finished before they were marked"), new("failed", "could not be checked or marked"),
        ],
        Digest = [new(new("Opérations bloquées closes", "Stuck operations ended"), "{0:N0}", [Marked])],
        Reasons = new Dictionary<string, string>
        {
            ["stuck"] = "inactive for too long",
            ["alive"] = "active",
            ["unreadable"] = "has no readable time",
            ["ended"] = "has ended",
            ["finishedMeanwhile"] = "finished before it was marked",
            ["failed"] = "could not be marked; see the warning",
        },
        Actions = [new("mark_failed")],
        Jobs = [new(Name, "0 0 */6 * * *", 6, new CleanupStuckOperationsOptions { Limit = TimeSpan.FromHours(6) })],
    };
}
