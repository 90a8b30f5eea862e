using Cochin.Functions.Locking;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Running;

/// <summary>The one place where exceptions of any kind end, and become a failure with a reason in words.</summary>
internal sealed class RunGuard(ILogger<RunGuard> logger)
{
    public const string LockLost = "The lock was lost during the run, so it stopped; another runner may have taken over.";

    /// <param name="held">The lock under which the work is done; null where there is none.</param>
    /// <param name="cancellationToken">The program's own: it tells an interruption from a lost lock.</param>
    /// <param name="soFar">What was counted before it threw.</param>
    public async Task<TaskResult> CatchAsync(Run run, Func<Task<TaskResult>> work, BlobLock? held, CancellationToken cancellationToken, Func<TaskResult?>? soFar = null)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Failed("Interrupted: the program was asked to stop. What was done is kept; the next run goes on.");
        }
        catch (OperationCanceledException) when (held is { IsHeld: false })
        {
            return Failed(LockLost);
        }
        catch (Exception e)
        {
            logger.RunThrew(e, run.Id, run.Label);
            return Failed(StorageTrouble.Explain(e) is { } trouble
                ? $"{trouble.Message} {trouble.Hint}"
                : $"Unexpected {e.GetType().Name}: {e.Message}");
        }

        TaskResult Failed(string error) => soFar?.Invoke() is { } result
            ? result with { Outcome = Outcome.Failed, Error = error }
            : Failure(error);
    }

    public static TaskResult Failure(string error) => new() { Outcome = Outcome.Failed, Error = error };
}
