using Cochin.Functions.Jobs;
using Cochin.Functions.Locking;

namespace Cochin.Functions.Doctor;

/// <summary>Checks the jobs: whether they are due at all, whether something starts them, how they end, and what is locked.</summary>
internal sealed class JobChecks(JobCatalog catalog, JobStates states, RunHistory history, BlobLocks locks, TimeProvider time)
{
    public async Task<IReadOnlyList<Check>> ExamineAsync(CancellationToken cancellationToken)
    {
        var remembered = await states.GetAllAsync(cancellationToken).ConfigureAwait(false);
        var ofLocks = await Task.WhenAll(catalog.Jobs.Select(job => job.Task).Distinct().Select(task => LockAsync(task, cancellationToken))).ConfigureAwait(false);
        return
        [
            .. catalog.Jobs.Select(job => Examine(job, remembered.GetValueOrDefault(job.Name) ?? new JobState(), time.GetUtcNow())),
            .. catalog.Dormant.Select(job => Check.Ok(job.Name, $"does not exist; it will once {job.Setting} is set", "it is optional")),
            .. ofLocks.SelectMany(checks => checks),
        ];
    }

    private Check Examine(JobDefinition job, JobState state, DateTimeOffset now) => Judge(job, state, now) switch
    {
        { Result: CheckResult.Wrong } wrong when state.IsSettledInFuture(job, now) => wrong with { Fix = token => TakeBackAsync(job, token) },
        var check => check,
    };

    private async Task<string> TakeBackAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await states.RewindAsync(job, job.Schedule.Latest(now), now, cancellationToken).ConfigureAwait(false);
        return $"{job.Name} runs again, next at {job.Schedule.Next(now):u}.";
    }

    /// <summary>The check of a job: the worst that is known of it.</summary>
    internal static Check Judge(JobDefinition job, JobState state, DateTimeOffset now)
    {
        const string NotDone = "its work is not done";
        var health = JobHealth.Of(job, state, now);
        switch (health.Condition)
        {
            case JobCondition.Unreadable:
                return Check.Wrong(
                    job.Name, $"does not run: {state.DisabledReason}", NotDone, $"./cochin add {job.Name} to switch it on, or ./cochin remove {job.Name}");

            case JobCondition.Off:
                var until = state.DisabledUntil is { } end ? $" until {end:u}" : "";
                var reason = state.DisabledReason is { } text ? $" ({text})" : "";
                return Check.Warning(job.Name, $"is switched off{until}{reason}", "it does not run", $"./cochin add {job.Name}");

            case JobCondition.Failing:
                var times = state.ConsecutiveFailures == 1 ? "once" : $"{state.ConsecutiveFailures} times in a row";
                var last = state.LastFailureAt is { } at ? $", last at {at:u}" : "";
                return Check.Wrong(job.Name, $"failed {times}{last}", NotDone, $"./cochin history {job.Name}");

            case JobCondition.NotConfigured:
                return Check.Warning(
                    job.Name,
                    $"is not configured: {job.MissingSetting} is not set",
                    "it can do nothing without it",
                    $"Set {job.MissingSetting}, or ./cochin remove {job.Name}");

            case JobCondition.Overdue when health.IsSettledInFuture:
                return Check.Wrong(
                    job.Name,
                    $"is settled up to {state.SettledOccurrence:u}, which is in the future",
                    "the clock of a runner was ahead; the job does not run until then",
                    "Check that all clocks are right, then ./cochin doctor --fix");

            case JobCondition.Overdue:
                return Check.Wrong(
                    job.Name,
                    state.WaitingSince is { } since ? $"is overdue: no success since {since:u}" : "is overdue: no success is known",
                    NotDone,
                    $"Check that ./cochin serve or the function app runs, then ./cochin history {job.Name}");
        }

        if (state.IsSettledUnreadable)
        {
            return Check.Warning(
                job.Name,
                "its SettledOccurrence can't be read",
                "the next tick takes it from the run records",
                "Check that ./cochin serve or the function app runs");
        }

        if (state.SettledOccurrence is null)
        {
            return Check.Warning(job.Name, "no scheduler has seen it yet", "nothing starts it", "./cochin serve, or deploy it with azd up");
        }

        return health.NotStarted is { } due
            ? Check.Wrong(
                job.Name, $"was due at {due:u} and did not run", "nothing starts it", "Check that ./cochin serve or the function app runs; then it is made up")
            : Check.Ok(job.Name, $"up to date; next at {health.NextRun:u}", "its work is done in time");
    }

    private async Task<IReadOnlyList<Check>> LockAsync(string task, CancellationToken cancellationToken)
    {
        const string Why = "one run of a task at a time; a dead runner's lock ends within a minute";
        var name = $"lock of {task}";
        if (await locks.FindHolderAsync(task, cancellationToken).ConfigureAwait(false) is { } holder)
        {
            return
            [
                await locks.HasInfiniteLeaseAsync(task, cancellationToken).ConfigureAwait(false)
                    ? Check.Wrong(
                        name,
                        $"leased without an end, last named by {holder.Holder}; our runs never do that",
                        "its jobs can't run until it is released",
                        $"./cochin unlock {task}") with
                    {
                        Fix = token => BreakAsync(task, holder, token),
                    }
                    : Check.Ok(name, $"held by {holder.Holder} since {holder.Since:u}, run {holder.RunId}", Why),
            ];
        }

        return [Check.Ok(name, "free", Why), .. await LostAsync(task, cancellationToken).ConfigureAwait(false)];
    }

    private async Task<string> BreakAsync(string task, LockOwner holder, CancellationToken cancellationToken) =>
        await locks.TryBreakAsync(task, holder, cancellationToken).ConfigureAwait(false)
            ? $"The lock of {task} is free."
            : $"The lock of {task} has another holder by now; nothing was changed.";

    /// <summary>Runs that are recorded as running although the lock is free.</summary>
    private async Task<IReadOnlyList<Check>> LostAsync(string task, CancellationToken cancellationToken)
    {
        var open = await history.ListOpenAsync(catalog.PartitionsOf(task), cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        return open.Count == 0
            ? []
            :
            [
                Check.Warning(
                    $"runs of {task}",
                    $"{open.Count} died, last {open[0].RunId}",
                    "a machine or a process stopped during the run",
                    $"The next run records it as lost and does its work again; now: ./cochin doctor --fix, or ./cochin run {open[0].Job}") with { Fix = token => CloseAsync(task, token) },
            ];
    }

    private async Task<string> CloseAsync(string task, CancellationToken cancellationToken)
    {
        // Under the lock, as a run at work would hold it.
        var owner = new LockOwner($"{Environment.MachineName}:{Environment.ProcessId}", "doctor", RunKeys.NewRunId(time.GetUtcNow()), time.GetUtcNow());
        var (held, holder) = await locks.TryAcquireAsync(task, owner, cancellationToken).ConfigureAwait(false);
        if (held is null)
        {
            return $"The lock of {task} is held by {holder?.Holder ?? "another run"} by now, which records them itself.";
        }

        await using (held.ConfigureAwait(false))
        {
            var found = await history.TakeOverAsync(catalog.PartitionsOf(task), task, occurrence: null, held, cancellationToken).ConfigureAwait(false);
            return $"Recorded as lost: {string.Join(", ", found.Lost.Select(run => run.RunId))}.";
        }
    }
}
