namespace Cochin.Functions.Tasks.CleanupStuckOperations;

/// <summary>The end of stuck operations, as the rest of the program sees it.</summary>
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
        Summary = "Mark backups and restores that hang as failed",
        Purpose = "Marks backups and restores without a sign of life as failed, so that the next one may start.",
        Examples = ["cleanup_stuck_operations --dry-run", "cleanup_stuck_operations --hours 6 --force", "cleanup_stuck_operations --show-stats"],
        Defaults = new CleanupStuckOperationsOptions(),
        Options =
        [
            Parameter.Number<CleanupStuckOperationsOptions>(
                Hours, "How long an operation may be without a sign of life", "hours", 0, LongestHours,
                options => options.Limit.TotalHours, (options, hours) => options with { Limit = TimeSpan.FromHours(hours) }),
            Parameter.Number<CleanupStuckOperationsOptions>(
                "minutes", "The same in minutes", "minutes", 0, LongestHours * 60,
                get: null, (options, minutes) => options with { Limit = TimeSpan.FromMinutes(minutes) }) with { ConflictsWith = Hours },
            Parameter.Text<CleanupStuckOperationsOptions>(
                "operation-id", "Look at this operation only", "ID", "the id of an operation", TaskOptions.LongestKey,
                (options, id) => options with { OperationId = id }),
            Parameter.Confirmation("force", "Do not ask"),
            Parameter.Flag<CleanupStuckOperationsOptions>(
                ShowStats, "Count operations by kind, status and age; alone, mark nothing",
                (options, flag) => options with { ShowStats = flag }) with { Use = ParameterUse.CommandLineOnly },
        ],
        Verbose = "List each operation with what was decided",

        // Alone, the statistics are a question; a run that only reads is a dry run.
        Complete = (options, typed) => options is CleanupStuckOperationsOptions { ShowStats: true } stuck && typed.All(name => name == ShowStats)
            ? stuck with { StatsOnly = true, DryRun = true }
            : options,
        Counts =
        [
            new("examined", "pending and running operations"), new("stuck", "without a sign of life for too long"), Marked,
            new("finishedMeanwhile", "that had finished at the second look"), new("failed", "that could not be judged or marked"),
        ],
        Digest = [new(new("Opérations bloquées closes", "Stuck operations ended"), "{0:N0}", [Marked])],
        Reasons = new Dictionary<string, string>
        {
            ["stuck"] = "no sign of life for too long",
            ["alive"] = "shows signs of life",
            ["unreadable"] = "has no time that can be read",
            ["ended"] = "has ended",
            ["finishedMeanwhile"] = "finished before it was marked",
            ["failed"] = "could not be done; see the warning",
        },
        Actions = [new("mark_failed")],
        Jobs = [new(Name, "0 0 */6 * * *", 6, new CleanupStuckOperationsOptions { Limit = TimeSpan.FromHours(6) })],
    };
}
