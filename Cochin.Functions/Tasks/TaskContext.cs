using System.Runtime.CompilerServices;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks;

/// <summary>What a run gives to the task that it carries out.</summary>
internal sealed record TaskContext
{
    public required string RunId { get; init; }

    /// <summary>The job's name; the task's where a person typed the task.</summary>
    public required string Job { get; init; }

    /// <summary>
    /// The storage clients of this run. They throw instead of sending a write once the run must stop, and in a dry run always.
    /// </summary>
    public required CochinStorage Storage { get; init; }

    /// <summary>
    /// Clients that still write when the run must stop. Only for recording what has already happened elsewhere and would otherwise happen
    /// again. In a dry run they throw, too.
    /// </summary>
    public required CochinStorage ClosingStorage { get; init; }

    /// <summary>The audit log, for lines of this run.</summary>
    public required AuditTrail Audit { get; init; }

    /// <summary>How far the work is, for a progress bar. Cheap to call often.</summary>
    public Action<TaskProgress> Progress { get; init; } = static _ => { };

    /// <summary>Takes each unit or item with what was decided, or null where nobody wants the list (then don't make it).</summary>
    public Action<TaskItem>? Items { get; init; }

    /// <summary>
    /// Set by the task: what it has counted so far. Asked when the task throws, so that a failure too says what was done.
    /// </summary>
    public Func<TaskResult>? SoFar { get; set; }

    /// <summary>
    /// Throws once the run must stop: the host stops, the time limit is reached, or the lock is lost. Call it right before something is
    /// sent elsewhere than to <see cref="Storage"/>, which calls it itself: a process that was paused wakes up before its timers do.
    /// </summary>
    public Action ThrowIfStopped { get; init; } = static () => { };

    /// <summary>
    /// Whether the time for this run is used up: to be asked at each point where the work can be taken up again. Then
    /// <see cref="Tasks.Checkpoint.KeepAsync"/> and end with <see cref="TaskResult.Unfinished"/>. Never in a dry run.
    /// </summary>
    public Func<bool> IsOutOfTime { get; init; } = static () => false;

    /// <summary>Fires when <see cref="IsOutOfTime"/> comes true, for a wait that may be broken off; none where there is no such time.</summary>
    public CancellationToken OutOfTime { get; init; }

    /// <summary>Whether a step that takes so long would end before <see cref="IsOutOfTime"/> comes true. See <see cref="StepPacer"/>.</summary>
    public Func<TimeSpan, bool> HasTimeFor { get; init; } = static _ => true;

    /// <summary>
    /// Fires some time after <see cref="OutOfTime"/>: what is still under way is then left without its answer, as the rest of the time is
    /// needed to keep the checkpoint.
    /// </summary>
    public CancellationToken LastMoment { get; init; }

    /// <summary>Measures how long steps take.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Ends when the renewal of the run's lock that is under way was answered. Awaited before a request that keeps a slow storage busy: the
    /// renewal waits behind all that was asked before it.
    /// </summary>
    public Func<Task> LockRenewal { get; init; } = static () => Task.CompletedTask;

    /// <summary>How long the last renewal of the run's lock took to be answered; zero before the first.</summary>
    public Func<TimeSpan> LockRenewalDuration { get; init; } = static () => TimeSpan.Zero;

    /// <summary>What an earlier run of this work kept, and where to keep for the next.</summary>
    public Checkpoint Checkpoint { get; init; } = Checkpoint.None;

    /// <summary>Pages until the time of the run is used up, even if that happens while one is waited for.</summary>
    /// <param name="read">Gives the pages; called once.</param>
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
/// A run tried to write although it must stop. Not an <see cref="OperationCanceledException"/>, as storage clients retry after those.
/// </summary>
internal sealed class RunStoppedException(string reason) : Exception(reason);

/// <summary>A moment in a task's work.</summary>
/// <param name="Activity">What is being done, e.g. <c>listing temp/</c>.</param>
/// <param name="Done">Items done in this activity.</param>
/// <param name="Total">Items there are, or null where that isn't known yet.</param>
internal readonly record struct TaskProgress(string Activity, long Done, long? Total);

/// <summary>One unit or blob that a task looked at, with the decision; a row of the <c>items</c> of <c>--verbose</c>.</summary>
/// <param name="Name">Without its area.</param>
/// <param name="Area">Without a slash, e.g. <c>temp</c>.</param>
/// <param name="AgeHours">Null where there is nothing to have an age (a record whose blob is gone).</param>
/// <param name="Bytes">The size of all blobs in it.</param>
/// <param name="Blobs">How many blobs it has.</param>
/// <param name="Decision">One of <c>delete keep register mark heal report</c>.</param>
/// <param name="Reason">One word, e.g. <c>old fresh inUse leased changed inFlight</c>.</param>
internal sealed record TaskItem(string Name, string Area, double? AgeHours, long Bytes, long Blobs, string Decision, string Reason);
