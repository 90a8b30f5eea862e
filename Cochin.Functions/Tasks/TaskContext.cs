using System.Runtime.CompilerServices;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks;

/// <summary>The services and limits of the run that executes a task.</summary>
internal sealed record TaskContext
{
    public required string RunId { get; init; }

    /// <summary>The name of the job; the name of the task if it was started from the command line.</summary>
    public required string Job { get; init; }

    /// <summary>The storage clients of this run. Writes throw once the run must stop, and always in a dry run.</summary>
    public required CochinStorage Storage { get; init; }

    /// <summary>
    /// Storage clients that can still write after the run must stop. Use them only to record an external action that would otherwise be
    /// repeated. In a dry run, their writes throw as well.
    /// </summary>
    public required CochinStorage ClosingStorage { get; init; }

    /// <summary>The audit log of this run.</summary>
    public required AuditTrail Audit { get; init; }

    /// <summary>Reports progress. Cheap to call often.</summary>
    public Action<TaskProgress> Progress { get; init; } = static _ => { };

    /// <summary>Receives each item with its decision; null if no list is needed.</summary>
    public Action<TaskItem>? Items { get; init; }

    /// <summary>Set by the task: returns its counts so far. Called if the task throws, so that a failure reports them, too.</summary>
    public Func<TaskResult>? PartialResult { get; set; }

    /// <summary>
    /// Throws once the run must stop: the host is stopping, the time limit is reached, or the lock is lost. Call it right before a request
    /// to any service other than <see cref="Storage"/>, which calls it itself. After a pause, a process may continue before its timers fire.
    /// </summary>
    public Action ThrowIfStopped { get; init; } = static () => { };

    /// <summary>Whether <see cref="ThrowIfStopped"/> would throw.</summary>
    public Func<bool> IsStopped { get; init; } = static () => false;

    /// <summary>
    /// Whether the run is out of time. Check it wherever the work can be resumed; if true, call
    /// <see cref="Tasks.Checkpoint.KeepAsync"/> and return <see cref="TaskResult.Unfinished"/>. Always false in a dry run.
    /// </summary>
    public Func<bool> IsOutOfTime { get; init; } = static () => false;

    /// <summary>Canceled when <see cref="IsOutOfTime"/> becomes true; never if the run has no time limit.</summary>
    public CancellationToken OutOfTime { get; init; }

    /// <summary>Whether a step of this duration would end before <see cref="IsOutOfTime"/> becomes true. See <see cref="StepPacer"/>.</summary>
    public Func<TimeSpan, bool> HasTimeFor { get; init; } = static _ => true;

    /// <summary>
    /// Canceled some time after <see cref="OutOfTime"/>: pending requests are then abandoned, as the remaining time is needed to save the
    /// checkpoint.
    /// </summary>
    public CancellationToken LastMoment { get; init; }

    /// <summary>The clock for measuring steps.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Completes when the pending renewal of the run's lock has completed. Await it before a request that keeps the storage busy: a slow
    /// storage would answer the renewal only after that request.
    /// </summary>
    public Func<Task> LockRenewal { get; init; } = static () => Task.CompletedTask;

    /// <summary>The duration of the last renewal of the run's lock; zero before the first.</summary>
    public Func<TimeSpan> LockRenewalDuration { get; init; } = static () => TimeSpan.Zero;

    /// <summary>The checkpoint of an earlier run of this work, and the store for the next one.</summary>
    public Checkpoint Checkpoint { get; init; } = Checkpoint.None;

    /// <summary>Returns pages until the run is out of time, even if that happens while it waits for a page.</summary>
    /// <param name="read">Returns the pages; called once.</param>
    public async IAsyncEnumerable<T> UntilOutOfTimeAsync<T>(
        Func<CancellationToken, IAsyncEnumerable<T>> read,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, OutOfTime);
        var pages = read(either.Token).GetAsyncEnumerator(either.Token);
        await using var disposal = pages.ConfigureAwait(false);
        while (await MoveNextAsync().ConfigureAwait(false))
        {
            yield return pages.Current;
        }

        async ValueTask<bool> MoveNextAsync()
        {
            try
            {
                return await pages.MoveNextAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (OutOfTime.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                return false;
            }
        }
    }
}

/// <summary>
/// A run tried to write although it must stop. Not an <see cref="OperationCanceledException"/>, because storage clients retry those.
/// </summary>
internal sealed class RunStoppedException(string reason) : Exception(reason);

/// <summary>The progress of a task.</summary>
/// <param name="Activity">The current activity, e.g. <c>listing temp/</c>.</param>
/// <param name="Done">The number of items done in this activity.</param>
/// <param name="Total">The total number of items; null if it is not known yet.</param>
internal readonly record struct TaskProgress(string Activity, long Done, long? Total)
{
    /// <summary>Whether the numbers are bytes, not items.</summary>
    public bool IsBytes { get; init; }
}

/// <summary>A unit or blob that a task examined, with its decision; a row of <c>items</c> in the output of <c>--verbose</c>.</summary>
/// <param name="Name">The name without its area.</param>
/// <param name="Area">The area without its slash, e.g. <c>temp</c>.</param>
/// <param name="AgeHours">The age in hours; null if there is no blob (a record whose blob was deleted).</param>
/// <param name="Bytes">The total size of its blobs.</param>
/// <param name="Blobs">The number of its blobs.</param>
/// <param name="Decision">One of <c>delete keep register mark heal report verify prune upload write</c>.</param>
/// <param name="Reason">One word, e.g. <c>old fresh inUse leased changed inFlight</c>.</param>
internal sealed record TaskItem(string Name, string Area, double? AgeHours, long Bytes, long Blobs, string Decision, string Reason);
