using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupStuckOperations;

/// <summary>Counts what a run finds and does.</summary>
internal sealed class StuckTally(CleanupStuckOperationsOptions options)
{
    private readonly List<string> warnings = [];
    private long examined;
    private long stuck;
    private long marked;
    private long finishedMeanwhile;
    private long failed;

    /// <summary>Rows that the query gave; more than were examined only where one operation was asked for.</summary>
    public long Found { get; private set; }

    public void Add(Operation operation, StuckVerdict verdict)
    {
        Found++;
        if (!operation.IsLive)
        {
            warnings.Add($"{operation.Kind}/{operation.Id} is {operation.Status}: there is nothing to do.");
            return;
        }

        examined++;
        switch (verdict)
        {
            case StuckVerdict.Stuck:
                stuck++;
                break;
            case StuckVerdict.Unreadable:
                failed++;
                warnings.Add($"{operation.Kind}/{operation.Id} has no readable CreatedAt, StartedAt or HeartbeatAt, so it was left as it is; write the times as DateTime.");
                break;
            case StuckVerdict.Healthy when options.OperationId is not null:
                warnings.Add($"{operation.Kind}/{operation.Id} shows signs of life (last at {operation.LastSignOfLife:u}): there is nothing to do.");
                break;
        }
    }

    public void Add(bool wasMarked)
    {
        if (wasMarked)
        {
            marked++;
        }
        else
        {
            finishedMeanwhile++;
        }
    }

    public TaskResult ToResult(OperationStatistics? statistics)
    {
        var isUnknown = Found == 0 && options.OperationId is not null;
        return new TaskResult
        {
            Outcome = isUnknown ? Outcome.Failed : failed > 0 ? Outcome.Partial : Outcome.Completed,
            Error = isUnknown ? $"There is no operation '{options.OperationId}'; see `./cochin operations list`."
                : failed > 0 ? $"{failed} of {examined} operations could not be judged: {warnings[0]}"
                : null,
            Counts =
            [
                new("examined", examined), new("stuck", stuck), new("marked", options is { DryRun: true, StatsOnly: false } ? stuck : marked),
                new("finishedMeanwhile", finishedMeanwhile), new("failed", failed),
            ],
            Warnings = warnings,
            Tables = statistics is null ? [] : [statistics.ToTable()],
        };
    }

    public static TaskItem Describe(Operation operation, StuckVerdict verdict, DateTimeOffset now) => new(
        operation.Id,
        operation.Kind,
        (now - operation.LastSignOfLife)?.TotalHours,
        operation.SizeBytes ?? 0,
        0,
        verdict == StuckVerdict.Stuck ? "mark" : "keep",
        verdict switch
        {
            StuckVerdict.Stuck => "stuck",
            StuckVerdict.Unreadable => "unreadable",
            _ => operation.IsLive ? "alive" : "ended",
        });
}
