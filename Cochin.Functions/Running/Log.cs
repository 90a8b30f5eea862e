using Cochin.Functions.Tasks;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Running;

internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Information, "Run {RunId} of {Job} started ({Trigger}, occurrence {Occurrence})")]
    public static partial void RunStarted(this ILogger logger, string runId, string job, RunTrigger trigger, DateTimeOffset? occurrence);

    [LoggerMessage(101, LogLevel.Information, "Run {RunId} of {Job} ended: {Outcome} {Reason} after {Duration} {Error}")]
    public static partial void RunEnded(this ILogger logger, string runId, string job, Outcome outcome, SkipReason? reason, TimeSpan duration, string? error);

    [LoggerMessage(102, LogLevel.Error, "Run {RunId} of {Job} stopped on an exception")]
    public static partial void RunThrew(this ILogger logger, Exception exception, string runId, string job);

    [LoggerMessage(103, LogLevel.Warning, "Run {RunId} of {Job} died without a word; found by run {FinderId}")]
    public static partial void RunLost(this ILogger logger, string runId, string job, string finderId);

    [LoggerMessage(104, LogLevel.Warning, "{Follower} could not follow run {RunId} of {Job}")]
    public static partial void FollowerFailed(this ILogger logger, Exception exception, string follower, string runId, string job);
}
