using System.Text.Json;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.Operations;

namespace Cochin.Functions.Tasks.CleanupStuckOperations;

/// <summary>The counts of a run.</summary>
/// <param name="soFar">The counts of earlier runs of the same work; null if there were none.</param>
internal sealed class StuckTally(CleanupStuckOperationsOptions options, Dictionary<string, long>? soFar = null)
{
    private readonly List<string> warnings = [];
    private readonly List<string> failures = [];
    private long examined = soFar?.Values.Sum() ?? 0;
    private long stuck = soFar?.Values.Sum() ?? 0;
    private long marked = soFar?.GetValueOrDefault(nameof(marked)) ?? 0;
    private long finishedMeanwhile = soFar?.GetValueOrDefault(nameof(finishedMeanwhile)) ?? 0;
    private long failed;

    /// <summary>The counts for the next run of the same work, which no longer finds these operations.</summary>
    public Dictionary<string, long> SoFar => new() { [nameof(marked)] = marked, [nameof(finishedMeanwhile)] = finishedMeanwhile };

    /// <summary>The number of rows read. Can be greater than the number examined if a single operation was requested.</summary>
    public long Found { get; private set; }

    /// <summary>The name of an operation in warnings and in the audit log.</summary>
    public static string Target(Operation operation) => $"{operation.Kind}/{operation.Id}";

    public void Warn(string warning) => warnings.Add(warning);

    public void Add(Operation operation, StuckVerdict verdict, DateTimeOffset now)
    {
        Found++;
        if (OperationProblems.OfStatus(operation) is { } status)
        {
            warnings.Add($"{Target(operation)} {status}, so it was not changed; correct it in the Django application.");
            return;
        }

        if (!operation.IsLive)
        {
            warnings.Add($"{Target(operation)} is {Problems.Quote(operation.Status)}, so there is nothing to do.");
            return;
        }

        examined++;
        var sign = LastActivity.Of(operation, now);
        if (sign.InFuture.Count > 0)
        {
            warnings.Add($"{Target(operation)} {OperationProblems.OfTimes(operation, now)}; check the clock of the program that writes it.");
        }

        switch (verdict)
        {
            case StuckVerdict.Stuck:
                stuck++;
                break;
            case StuckVerdict.Unreadable when sign.Unreadable.Count > 0:
                var columns = string.Join(" and ", sign.Unreadable);
                Fail(operation, $"its {columns} can't be read, so it may still be active and was not changed; write the times as DateTime");
                break;
            case StuckVerdict.Unreadable:
                Fail(operation, "it has no readable CreatedAt, StartedAt or HeartbeatAt, so it was not changed; write the times as DateTime");
                break;
            case StuckVerdict.Healthy when options.OperationId is not null:
                warnings.Add($"{Target(operation)} is active (last sign of life at {sign.At:u}), so there is nothing to do.");
                break;
        }
    }

    /// <param name="problem">The problem, used if the operation could not be marked.</param>
    public void Add(Operation operation, MarkResult result, string problem)
    {
        switch (result)
        {
            case MarkResult.Marked:
                marked++;
                break;
            case MarkResult.FinishedMeanwhile:
                finishedMeanwhile++;
                break;
            case MarkResult.Failed:
                Fail(operation, problem);
                break;
        }
    }

    public TaskResult ToResult(OperationStatistics? statistics)
    {
        var isUnknown = Found == 0 && soFar is null && options.OperationId is not null;
        return new TaskResult
        {
            Outcome = isUnknown ? Outcome.Failed : failed > 0 ? Outcome.Partial : Outcome.Completed,
            Error = isUnknown ? $"There is no operation {Problems.Quote(options.OperationId)}; see `./cochin operations list`."
                : failed > 0 ? $"{failed} of {examined} operations could not be checked or marked: {Problems.List(failures)}"
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

    /// <param name="result">The result of marking; null if the operation was not to be marked, or in a dry run.</param>
    public TaskItem Describe(Operation operation, StuckVerdict verdict, DateTimeOffset now, MarkResult? result = null) => new(
        operation.Id,
        operation.Kind,
        LastActivity.Of(operation, now).At is { } sign ? Math.Round((now - sign).TotalHours, 2) : null,
        0,
        0,
        verdict == StuckVerdict.Stuck && !options.StatsOnly && result is null or MarkResult.Marked ? "mark" : "keep",
        (verdict, result) switch
        {
            (_, MarkResult.FinishedMeanwhile or MarkResult.Failed or MarkResult.Unfinished) => JsonNamingPolicy.CamelCase.ConvertName($"{result}"),
            (StuckVerdict.Stuck, _) => "stuck",
            (StuckVerdict.Unreadable, _) => "unreadable",
            _ => operation.IsLive ? "alive" : operation.HasEnded ? "ended" : "unreadable",
        });

    private void Fail(Operation operation, string problem)
    {
        failed++;
        var failure = $"{Target(operation)}: {problem}.";
        failures.Add(failure);
        warnings.Add(failure);
    }
}
