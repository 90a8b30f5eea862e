using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Notifications.Notices;

internal static partial class Log
{
    [LoggerMessage(800, LogLevel.Warning, "The notice {Key} could not be delivered and is retried after {Until:u}: {Why}")]
    public static partial void NoticeWaits(this ILogger logger, string key, DateTimeOffset until, string? why);

    [LoggerMessage(801, LogLevel.Error, "The notice {Key} was rejected and is retried after {Until:u}; other notices are not affected: {Why}")]
    public static partial void NoticeRejected(this ILogger logger, string key, DateTimeOffset until, string? why);

    [LoggerMessage(802, LogLevel.Warning, "The notices could not be checked and are retried at the next check: {Why}")]
    public static partial void CheckFailed(this ILogger logger, string why);

    [LoggerMessage(803, LogLevel.Warning, "The monitor of {Job} could not be pinged for run {RunId}: {Why}")]
    public static partial void PingFailed(this ILogger logger, string job, string runId, string why);

    [LoggerMessage(804, LogLevel.Warning, "The notice {Key} has times that can't be read or are in the future; they are ignored: {Columns}")]
    public static partial void NoticeTimesInvalid(this ILogger logger, string key, string columns);
}
