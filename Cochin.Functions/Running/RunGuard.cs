using System.Globalization;
using Azure;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Running;

/// <summary>The one place where exceptions of any kind end, and become a failure with a reason in words.</summary>
internal sealed class RunGuard(ILogger<RunGuard> logger)
{
    /// <param name="stop">Tells a run that had to stop from one that broke.</param>
    /// <param name="soFar">What was counted before it threw.</param>
    public async Task<TaskResult> CatchAsync(Run run, Func<Task<TaskResult>> work, RunStop stop, Func<TaskResult?>? soFar = null)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e) when (IsCancellation(e) && stop.Reason is { } reason)
        {
            run.ErrorType = RunStop.ErrorType(reason);
            return Failed(reason) with { Reason = reason == RunStop.Interrupted ? SkipReason.Interrupted : null };
        }
        catch (Exception e)
        {
            run.ErrorType = ErrorType(e);
            logger.RunThrew(e, run.Id, run.Label);

            // Nobody asked to stop: a cancellation is then a limit that a request has reached.
            return Failed((e is OperationCanceledException ? StorageTrouble.NoAnswer : StorageTrouble.Explain(e)) is { } trouble
                ? $"{trouble.Message} {trouble.Hint}"
                : $"Unexpected {e.GetType().Name}: {e.Message}");
        }

        TaskResult Failed(string error) => soFar?.Invoke() is { } result
            ? result with { Outcome = Outcome.Failed, Error = error }
            : Failure(error);
    }

    // After its retries a client throws all that it met.
    private static bool IsCancellation(Exception exception) =>
        exception is OperationCanceledException or AggregateException { InnerExceptions: [.., OperationCanceledException] };

    private static string ErrorType(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [.., var last] } => ErrorType(last),
        RequestFailedException { ErrorCode: { } code } => code,
        RequestFailedException { Status: > 0 } e => e.Status.ToString(CultureInfo.InvariantCulture),
        _ => exception.GetType().FullName!,
    };

    public static TaskResult Failure(string error) => new() { Outcome = Outcome.Failed, Error = error };
}
