using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Scheduling;

internal static partial class Log
{
    [LoggerMessage(900, LogLevel.Error, "The check for notices failed with an exception and is repeated in a minute")]
    public static partial void CheckThrew(this ILogger logger, Exception exception);
}
