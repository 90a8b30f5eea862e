using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Notifications.Notices;

internal static partial class Log
{
    [LoggerMessage(800, LogLevel.Warning, "The notice {Key} waits until {Until:u}: {Why}")]
    public static partial void NoticeWaits(this ILogger logger, string key, DateTimeOffset until, string? why);

    [LoggerMessage(801, LogLevel.Error, "The notice {Key} is refused and tried again at {Until:u}; the others are sent: {Why}")]
    public static partial void NoticeRejected(this ILogger logger, string key, DateTimeOffset until, string? why);

    [LoggerMessage(802, LogLevel.Warning, "The notices could not be checked; the next check tries again: {Why}")]
    public static partial void LookFailed(this ILogger logger, string why);

    [LoggerMessage(803, LogLevel.Warning, "The watcher of {Job} could not be told of run {RunId}: {Why}")]
    public static partial void PingFailed(this ILogger logger, string job, string runId, string why);

    [LoggerMessage(804, LogLevel.Warning, "The notice {Key} has times that can't be read or are in the future; they count as not set: {Columns}")]
    public static partial void NoticeTimesDoubtful(this ILogger logger, string key, string columns);
}
