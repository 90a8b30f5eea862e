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
            return failed(Failure(reason, RunStop.Failure(reason)) with { Reason = reason == RunStop.Interrupted ? SkipReason.Interrupted : null });
        }
        catch (Exception e)
        {
            run.ErrorType = ErrorType(e);
            logger.RunThrew(e, run.Id, run.Label);

            // Nothing asked the run to stop, so a cancellation means that a request reached its time limit.
            return failed((e is OperationCanceledException ? StorageProblem.NoAnswer : StorageProblem.Explain(e)) is { } trouble
                ? Failure($"{trouble.Message} {trouble.Hint}", KindOf(trouble))
                : Failure($"Unexpected {e.GetType().Name}: {e.Message}", FailureKind.Unexpected));
        }
    }

    public static TaskResult Failure(string error, FailureKind? kind) => new() { Outcome = Outcome.Failed, Error = error, Failure = kind };

    private static FailureKind KindOf(StorageProblem trouble) => trouble.Kind switch
    {
        TroubleKind.Unreachable => FailureKind.StorageUnreachable,
        TroubleKind.Refused => FailureKind.StorageRefused,
        _ => FailureKind.StorageError,
    };

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
