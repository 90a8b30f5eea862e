using System.Globalization;
using Azure;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Runs;

/// <summary>The only place that catches all exceptions. They become a failure with a reason.</summary>
internal sealed class RunGuard(ILogger<RunGuard> logger)
{
    /// <param name="stop">Shows whether the run was stopped or failed by itself.</param>
    /// <param name="failed">Creates the return value for a failure.</param>
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

            // The run was not asked to stop, so a cancellation means that a request timed out.
            return failed((e is OperationCanceledException ? StorageProblem.NoResponse : StorageProblem.Explain(e)) is { } problem
                ? Failure($"{problem.Message} {problem.Hint}", KindOf(problem))
                : Failure($"Unexpected {e.GetType().Name}: {e.Message}", FailureKind.Unexpected));
        }
    }

    public static TaskResult Failure(string error, FailureKind? kind) => new() { Outcome = Outcome.Failed, Error = error, Failure = kind };

    private static FailureKind KindOf(StorageProblem problem) => problem.Kind switch
    {
        StorageProblemKind.Unreachable => FailureKind.StorageUnreachable,
        StorageProblemKind.Denied => FailureKind.StorageDenied,
        _ => FailureKind.StorageError,
    };

    // After its retries, a storage client throws one exception that contains those of all attempts.
    private static bool IsStop(Exception exception) =>
        exception is OperationCanceledException
            or RunStoppedException
            or AggregateException { InnerExceptions: [.., OperationCanceledException or RunStoppedException] };

    private static string ErrorType(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [.., var last] } => ErrorType(last),
        RequestFailedException { ErrorCode: { } code } => code,
        RequestFailedException { Status: > 0 } e => e.Status.ToString(CultureInfo.InvariantCulture),
        _ => exception.GetType().FullName!,
    };
}
