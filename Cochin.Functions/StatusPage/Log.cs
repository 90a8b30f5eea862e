using Microsoft.Extensions.Logging;

namespace Cochin.Functions.StatusPage;

internal static partial class Log
{
    [LoggerMessage(700, LogLevel.Warning, "The status page could not be published; the next run tries again")]
    public static partial void PageNotPublished(this ILogger logger, Exception exception);

    [LoggerMessage(701, LogLevel.Information, "Another process published the status page")]
    public static partial void PagePublishedByAnother(this ILogger logger);

    /// <summary>For storage problems that the runs report as well: one line without the exception.</summary>
    [LoggerMessage(702, LogLevel.Warning, "The status page could not be published; the next run tries again: {Reason}")]
    public static partial void PageNotPublished(this ILogger logger, string reason);
}
