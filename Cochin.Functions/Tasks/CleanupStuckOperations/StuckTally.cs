using System.Text.Json;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupStuckOperations;

/// <summary>Counts what a run finds and does.</summary>
/// <param name="soFar">What earlier runs of the same work did; null if there were none.</param>
internal sealed class StuckTally(CleanupStuckOperationsOptions options, Dictionary<string, long>? soFar = null)
{
    private readonly List<string> warnings = [];
    private readonly List<string> failures = [];
    private long examined = soFar?.Values.Sum() ?? 0;
    private long stuck = soFar?.Values.Sum() ?? 0;
    private long marked = soFar?.GetValueOrDefault(nameof(marked)) ?? 0;
    private long finishedMeanwhile = soFar?.GetValueOrDefault(nameof(finishedMeanwhile)) ?? 0;
    private long failed;

    /// <summary>What the next run of the same work does not see any more.</summary>
    public Dictionary<string, long> SoFar => new() { [nameof(marked)] = marked, [nameof(finishedMeanwhile)] = finishedMeanwhile };

    /// <summary>Rows that the query gave; more than were examined only where one operation was asked for.</summary>
    public long Found { get; private set; }

    /// <summary>How warnings and the audit log name an operation.</summary>
    public static string Target(Operation operation) => $"{operation.Kind}/{operation.Id}";

    public void Warn(string warning) => warnings.Add(warning);

    public void Add(Operation operation, StuckVerdict verdict, DateTimeOffset now)
    {
        Found++;
        if (OperationProblems.OfStatus(operation) is { } status)
        {
            warnings.Add($"{Target(operation)} {status}, so it was left as it is; correct it in the Django application.");
            return;
        }

        if (!operation.IsLive)
        {
            warnings.Add($"{Target(operation)} is {Problems.Quote(operation.Status)}: there is nothing to do.");
            return;
        }

        examined++;
        var sign = LastActivity.Of(operation, now);
        if (sign.InFuture.Count > 0)
        {
            warnings.Add($"{Target(operation)} {OperationProblems.OfTimes(operation, now)}; see that the clock of the program that writes it is right.");
        }

        switch (verdict)
        {
            case StuckVerdict.Stuck:
                stuck++;
                break;
            case StuckVerdict.Unreadable when sign.Unreadable.Count > 0:
                var columns = string.Join(" and ", sign.Unreadable);
                Fail(operation, $"its {columns} can't be read, which is no proof of silence, so it was left as it is; write the times as DateTime");
                break;
            case StuckVerdict.Unreadable:
                Fail(operation, "it has no readable CreatedAt, StartedAt or HeartbeatAt, so it was left as it is; write the times as DateTime");
                break;
            case StuckVerdict.Healthy when options.OperationId is not null:
                warnings.Add($"{Target(operation)} shows signs of life (last at {sign.At:u}): there is nothing to do.");
                break;
        }
    }

    /// <param name="problem">Why, where it failed.</param>
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
                : failed > 0 ? $"{failed} of {examined} operations could not be dealt with: {Problems.List(failures)}"
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

    /// <param name="result">What came of it, where it was to be marked and this is no dry run.</param>
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
