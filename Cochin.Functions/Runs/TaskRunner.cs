using Cochin.Functions.Auditing;
using Cochin.Functions.Locking;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Runs;

/// <summary>Runs a task until it ends or must stop, with storage clients that refuse writes after that.</summary>
internal sealed class TaskRunner(
    IEnumerable<MaintenanceTask> tasks,
    CochinStorage storage,
    AuditLog audit,
    RunCheckpoints checkpoints,
    RunLimits limits,
    RunGuard guard,
    TimeProvider time)
{
    /// <param name="held">The lock under which the task works; null in a dry run.</param>
    /// <returns>The result. An exception of the task becomes a failure with the counts of the work done so far.</returns>
    public async Task<TaskResult> RunAsync(Run run, BlobLock? held, CancellationToken cancellationToken)
    {
        using var stop = new RunStop(run, held, limits.Work, time, cancellationToken);
        var own = storage.Guarded(run.Options.DryRun ? RefuseInDryRun : stop.ThrowIfStopped);
        var closing = run.Options.DryRun ? own : storage;
        var checkpoint = run.Options.DryRun ? null : checkpoints.Create(run, own);
        using var budget = new RunBudget(run, checkpoint is null ? null : limits, time);
        using var trail = new AuditTrail(audit, own, closing, time, run.Id, run.Label);
        var context = new TaskContext
        {
            RunId = run.Id,
            Job = run.Label,
            Storage = own,
            ClosingStorage = closing,
            Audit = trail,
            Progress = run.Observer.Progress ?? (static _ => { }),
            Items = run.Observer.Items,
            ThrowIfStopped = stop.ThrowIfStopped,
            IsOutOfTime = () => budget.IsExhausted,
            OutOfTime = budget.Exhausted,
            HasTimeFor = budget.HasTimeFor,
            LastMoment = budget.LastMoment,
            Time = time,
            LockRenewal = () => held?.Renewal ?? Task.CompletedTask,
            LockRenewalDuration = () => held?.LastRenewalDuration ?? TimeSpan.Zero,
            Checkpoint = checkpoint ?? Checkpoint.None,
        };

        var result = await guard.CatchAsync(run, stop, WorkAsync, WithWorkDone).ConfigureAwait(false);
        return checkpoint is { Warnings: { Count: > 0 } discarded }
            ? result with { Warnings = [.. discarded, .. result.Warnings] }
            : result;

        async Task<TaskResult> WorkAsync()
        {
            var done = await tasks.Single(task => task.Name == run.Options.Task).RunAsync(run.Options, context, stop.Token).ConfigureAwait(false);
            return checkpoint is null ? done : await checkpoint.EndAsync(done, stop.Token).ConfigureAwait(false);
        }

        TaskResult WithWorkDone(TaskResult failure) => context.PartialResult?.Invoke() is { } soFar
            ? soFar with { Outcome = failure.Outcome, Reason = failure.Reason, Error = failure.Error, Failure = failure.Failure }
            : failure;
    }

    private static void RefuseInDryRun() => throw new InvalidOperationException("A dry run tried to write to the storage. Nothing was written.");
}
