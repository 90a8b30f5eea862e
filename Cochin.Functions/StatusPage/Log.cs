using Microsoft.Extensions.Logging;

namespace Cochin.Functions.StatusPage;

internal static partial class Log
{
    [LoggerMessage(700, LogLevel.Warning, "The status page could not be published; the next run tries again")]
    public static partial void PageNotPublished(this ILogger logger, Exception exception);

    [LoggerMessage(701, LogLevel.Information, "The status page was left to other processes that publish it")]
    public static partial void PageLeftToOthers(this ILogger logger);

    /// <summary>For trouble that the runs report anyway: one line, and no exception beside theirs.</summary>
    [LoggerMessage(702, LogLevel.Warning, "The status page could not be published; the next run tries again: {Reason}")]
    public static partial void PageNotPublished(this ILogger logger, string reason);
}
