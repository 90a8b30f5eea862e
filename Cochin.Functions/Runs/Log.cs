using Cochin.Functions.Jobs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Runs;

internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Information, "Run {RunId} of {Job} started ({Trigger})")]
    public static partial void RunStarted(this ILogger logger, string runId, string job, RunTrigger trigger);

    public static void RunEnded(this ILogger logger, RunReport report)
    {
        var level = LevelOf(report);
        RunEnded(
            logger,
            level,
            report.RunId,
            report.Job,
            report.Reason is { } reason ? $"{report.Outcome} ({reason})" : report.Outcome.ToString(),
            report.Duration?.TotalSeconds ?? 0,
            report.Error is { } error ? $": {error}" : "");
    }

    private static LogLevel LevelOf(RunReport report) => report switch
    {
        { IsInterrupted: true } => LogLevel.Warning,
        { Outcome: Outcome.Failed } => LogLevel.Error,
        { Outcome: Outcome.Partial, IsUnfinished: false } => LogLevel.Warning,
        _ => LogLevel.Information,
    };

    [LoggerMessage(102, LogLevel.Error, "Run {RunId} of {Job} failed with an exception")]
    public static partial void RunThrew(this ILogger logger, Exception exception, string runId, string job);

    [LoggerMessage(EventId = 101, Message = "Run {RunId} of {Job} ended: {Outcome} after {Seconds:0.0} s{Error}")]
    private static partial void RunEnded(ILogger logger, LogLevel level, string runId, string job, string outcome, double seconds, string error);

    [LoggerMessage(103, LogLevel.Warning, "Run {RunId} of {Job} died without recording its outcome; found by run {FinderId}")]
    public static partial void RunLost(this ILogger logger, string runId, string job, string finderId);

    /// <summary>Logs an expected problem as one line, and an unexpected one with its stack trace.</summary>
    public static void FollowerFailed(this ILogger logger, Exception exception, string follower, string runId, string job)
    {
        if (Explain(exception) is { } why)
        {
            FollowerStopped(logger, follower, runId, job, why);
        }
        else
        {
            FollowerThrew(logger, exception, follower, runId, job);
        }
    }

    public static void CheckpointStays(this ILogger logger, Exception exception, string job, string runId) =>
        CheckpointStays(logger, job, runId, Explain(exception) ?? exception.Message);

    private static string? Explain(Exception exception) => exception is OperationCanceledException
        ? "It was cancelled or timed out."
        : StorageProblem.Explain(exception)?.Message;

    [LoggerMessage(104, LogLevel.Warning, "{Follower} failed for run {RunId} of {Job}: {Why}")]
    private static partial void FollowerStopped(ILogger logger, string follower, string runId, string job, string why);

    [LoggerMessage(106, LogLevel.Warning, "{Follower} failed for run {RunId} of {Job}")]
    private static partial void FollowerThrew(ILogger logger, Exception exception, string follower, string runId, string job);

    [LoggerMessage(105, LogLevel.Warning, "The checkpoint of {Job} could not be deleted after run {RunId}; no action is needed: {Why}")]
    private static partial void CheckpointStays(ILogger logger, string job, string runId, string why);
}
