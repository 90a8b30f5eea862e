using System.Globalization;
using Azure;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Running;

/// <summary>The one place that catches exceptions of any type. They become a failure with a reason.</summary>
internal sealed class RunGuard(ILogger<RunGuard> logger)
{
    /// <param name="stop">Tells a run that had to stop from one that broke.</param>
    /// <param name="failed">Makes the result from the failure.</param>
    public async Task<T> CatchAsync<T>(Run run, RunStop stop, Func<Task<T>> work, Func<TaskResult, T> failed)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e) when (IsStop(e) && stop.Reason is { } reason)
        {
            run.ErrorType = RunStop.ErrorType(reason);
            return failed(Failure(reason) with { Reason = reason == RunStop.Interrupted ? SkipReason.Interrupted : null });
        }
        catch (Exception e)
        {
            run.ErrorType = ErrorType(e);
            logger.RunThrew(e, run.Id, run.Label);

            // Nothing asked the run to stop, so a cancellation means that a request reached its time limit.
            return failed(Failure((e is OperationCanceledException ? StorageProblem.NoResponse : StorageProblem.Explain(e)) is { } trouble
                ? $"{trouble.Message} {trouble.Hint}"
                : $"Unexpected {e.GetType().Name}: {e.Message}"));
        }
    }

    public static TaskResult Failure(string error) => new() { Outcome = Outcome.Failed, Error = error };

    // After its retries a client throws all exceptions together.
    private static bool IsStop(Exception exception) =>
        exception is OperationCanceledException or RunStoppedException or AggregateException { InnerExceptions: [.., OperationCanceledException or RunStoppedException] };

    private static string ErrorType(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [.., var last] } => ErrorType(last),
        RequestFailedException { ErrorCode: { } code } => code,
        RequestFailedException { Status: > 0 } e => e.Status.ToString(CultureInfo.InvariantCulture),
        _ => exception.GetType().FullName!,
    };
}
