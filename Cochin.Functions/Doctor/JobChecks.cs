using Cochin.Functions.Jobs;
using Cochin.Functions.Locking;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Doctor;

/// <summary>Checks the jobs (switched off, failing, overdue, not started) and the locks of their tasks.</summary>
internal sealed class JobChecks(JobCatalog catalog, JobStates states, RunHistory history, BlobLocks locks, TimeProvider time)
{
    private const string NothingStartsIt = "nothing starts it";
    private const string WhyLocked = "only one run of a task at a time; the lock of a process that died expires within a minute";

    // A job that does not exist here, and that nothing has checked for so long, was given up.
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromDays(30);

    public async Task<IReadOnlyList<Check>> RunAsync(CancellationToken cancellationToken)
    {
        var allStates = await states.GetAllAsync(cancellationToken).ConfigureAwait(false);
        var lockChecks = await CheckLocksAsync(cancellationToken).ConfigureAwait(false);
        var jobChecks = new List<Check>();
        foreach (var job in catalog.Jobs)
        {
            jobChecks.Add(await CheckJobAsync(job, allStates.GetValueOrDefault(job.Name) ?? new JobState(), cancellationToken).ConfigureAwait(false));
        }

        return
        [
            .. jobChecks,
            .. catalog.Dormant.Select(job => CheckDormant(job, allStates.GetValueOrDefault(job.Name) ?? new JobState(), time.GetUtcNow())),
            .. lockChecks,
        ];
    }

    private async Task<Check> CheckJobAsync(JobDefinition job, JobState state, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var activity = JobHealth.Of(job, state, now).OpenSince is { } due
            ? await JobActivity.FindAsync(job, due, now, history, locks, cancellationToken).ConfigureAwait(false)
            : null;
        return CheckState(job, state, now, activity) switch
        {
            { Result: CheckResult.Wrong } wrong when state.IsSettledInFuture(job, now) => wrong with { Fix = token => RewindAsync(job, token) },
            var check => check,
        };
    }

    private async Task<string> RewindAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await states.RewindAsync(job, job.Schedule.Latest(now), now, cancellationToken).ConfigureAwait(false);
        return $"{job.Name} runs again, next at {job.Schedule.Next(now):u}.";
    }

    /// <summary>Returns the most serious problem of a job, or that it is up to date.</summary>
    /// <param name="activity">What is being done for an occurrence that is not settled; null if nothing.</param>
    internal static Check CheckState(JobDefinition job, JobState state, DateTimeOffset now, string? activity = null)
    {
        const string NotDone = "its work is not done";
        var health = JobHealth.Of(job, state, now);
        switch (health.Condition)
        {
            case JobCondition.Unreadable:
                return Check.Wrong(
                    job.Name, $"does not run: {state.DisabledReason}", NotDone, $"./cochin add {job.Name} to switch it on, or ./cochin remove {job.Name}");

            case JobCondition.Off:
                var until = state.EnabledAgainAt(job) is { } end ? $" until {end:u}" : "";
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
                    "the job can't run without it",
                    $"Set {job.MissingSetting}, or ./cochin remove {job.Name}");

            case JobCondition.Overdue when health.IsSettledInFuture:
                return Check.Wrong(
                    job.Name,
                    $"is settled up to {state.SettledOccurrence:u}, which is in the future",
                    "a runner's clock was ahead; the job does not run until then",
                    "Check that all clocks are right, then ./cochin doctor --fix");

            case JobCondition.Overdue:
                return Check.Wrong(
                    job.Name,
                    state.WaitingSince is { } since ? $"is overdue: no success since {since:u}" : "is overdue: it has never succeeded",
                    NotDone,
                    NextStepOf(job, health, state, now));
        }

        if (state.IsSettledUnreadable)
        {
            return Check.Warning(
                job.Name,
                "its SettledOccurrence can't be read",
                "the next tick restores it from the run records",
                "Check that ./cochin serve or the function app runs");
        }

        if (state.SettledOccurrence is null)
        {
            return Check.Warning(job.Name, "no scheduler has registered it yet", NothingStartsIt, StartCommand(job));
        }

        if (health.OpenSince is { } due && activity is not null)
        {
            return Check.Ok(job.Name, $"was due at {due:u}; {activity}", "it runs on time");
        }

        if (health.OpenSince is { } missed)
        {
            var nextStep = health.LastCheckBeforeStop is { } last ? last.Restart(job.Name) : "Check that ./cochin serve or the function app runs";
            return Check.Wrong(job.Name, $"was due at {missed:u} and did not run", NothingStartsIt, $"{nextStep}; it then catches up");
        }

        var checkedBy = state.CurrentRunners(now).Any() ? $"; checked by {Runners(state, now)}" : "";
        return health.LastCheckBeforeStop is { } stopped
            ? Unchecked(job.Name, stopped)
            : Check.Ok(job.Name, $"up to date; next at {health.NextRun:u}{checkedBy}", "it runs on time");
    }

    private static string StartCommand(JobDefinition job) => TaskCatalog.Find(job.Task) is { NeedsThisMachine: true }
        ? $"./cochin serve {job.Name}, on the machine that has its files"
        : "./cochin serve, or deploy it with azd up";

    /// <summary>Checks a job that does not exist with the settings of this process. Another machine, with other settings, may run it.</summary>
    internal static Check CheckDormant(DormantJob job, JobState state, DateTimeOffset now)
    {
        if (state.Enabled != false && state.LastCheckBeforeStop(now) is { } stopped && now - stopped.At < ForgottenAfter)
        {
            return Unchecked(job.Name, stopped);
        }

        return state.CurrentRunners(now).Any()
            ? Check.Ok(job.Name, $"is run by {Runners(state, now)}; does not exist here until {job.Setting} is set", "only a runner with this setting runs it")
            : Check.Ok(job.Name, $"does not exist until {job.Setting} is set", "it is optional");
    }

    private static Check Unchecked(string job, RunnerCheck last) =>
        Check.Warning(job, $"no runner has checked it since {last.At:u} ({last.Name})", NothingStartsIt, last.Restart(job));

    private static string NextStepOf(JobDefinition job, JobHealth health, JobState state, DateTimeOffset now) =>
        health.LastCheckBeforeStop is { } last ? $"{last.Restart(job.Name)}, then ./cochin history {job.Name}"
        : state.CurrentRunners(now).Any() ? $"./cochin history {job.Name} (it is checked by {Runners(state, now)})"
        : $"Check that ./cochin serve or the function app runs, then ./cochin history {job.Name}";

    private static string Runners(JobState state, DateTimeOffset now) => string.Join(" and ", state.CurrentRunners(now).Select(check => check.Name));

    private async Task<IReadOnlyList<Check>> CheckLocksAsync(CancellationToken cancellationToken)
    {
        var tasks = catalog.Jobs.Select(job => job.Task).Distinct();
        var held = await Task.WhenAll(tasks.Select(async task => (Task: task, Check: await CheckHolderAsync(task, cancellationToken).ConfigureAwait(false))))
            .ConfigureAwait(false);

        // After the locks: if the lock was free, a run that is recorded as running has died, or has just begun.
        var open = await history.ListOpenAsync(cancellationToken).ToLookupAsync(run => run.Task, cancellationToken: cancellationToken).ConfigureAwait(false);
        return [.. held.SelectMany(one => one.Check is { } check ? [check] : FreeLock(one.Task, [.. open[one.Task]]))];
    }

    /// <returns>Null if the lock is free.</returns>
    private async Task<Check?> CheckHolderAsync(string task, CancellationToken cancellationToken)
    {
        var name = LockName(task);
        if (await locks.FindHolderAsync(task, cancellationToken).ConfigureAwait(false) is not { } holder)
        {
            return null;
        }

        return await locks.HasInfiniteLeaseAsync(task, cancellationToken).ConfigureAwait(false)
            ? Check.Wrong(
                name,
                $"has an infinite lease, last held by {holder.Holder}; runs never acquire one",
                "its jobs can't run until it is released",
                $"./cochin unlock {task}") with
            {
                Fix = token => BreakLockAsync(task, holder, token),
            }
            : Check.Ok(name, $"held by {holder.Holder} since {holder.Since:u}, run {holder.RunId}", WhyLocked);
    }

    private IEnumerable<Check> FreeLock(string task, IReadOnlyList<RunReport> open)
    {
        yield return Check.Ok(LockName(task), "free", WhyLocked);
        if (open.Count > 0)
        {
            yield return DeadRuns(task, open);
        }
    }

    private static string LockName(string task) => $"lock of {task}";

    private async Task<string> BreakLockAsync(string task, LockOwner holder, CancellationToken cancellationToken) =>
        await locks.TryBreakAsync(task, holder, cancellationToken).ConfigureAwait(false)
            ? $"The lock of {task} is free."
            : $"The lock of {task} now has another holder; nothing was changed.";

    /// <summary>Reports runs that are recorded as running although the lock is free.</summary>
    private Check DeadRuns(string task, IReadOnlyList<RunReport> open)
    {
        var jobs = open.Select(run => run.Job).Distinct().ToList();
        return Check.Warning(
            $"runs of {task}",
            $"{open.Count} died, last {open[0].RunId}",
            "the process or the machine stopped during the run",
            catalog.PartitionsOf(task).Contains(jobs[0])
                ? $"The next run records it as lost and repeats its work; to do so now: ./cochin doctor --fix, or ./cochin run {jobs[0]}"
                : $"It is a run of {jobs[0]}, which is no longer a job of this task; record it as lost with ./cochin doctor --fix") with
        {
            Fix = token => RecordLostAsync(task, jobs, token),
        };
    }

    private async Task<string> RecordLostAsync(string task, IEnumerable<string> jobs, CancellationToken cancellationToken)
    {
        // The lock ensures that none of these runs is still active.
        var owner = new LockOwner($"{Environment.MachineName}:{Environment.ProcessId}", "doctor", RunKeys.NewRunId(time.GetUtcNow()), time.GetUtcNow());
        var (held, holder) = await locks.TryAcquireAsync(task, owner, cancellationToken).ConfigureAwait(false);
        if (held is null)
        {
            return $"The lock of {task} is now held by {holder?.Holder ?? "another run"}, which records them.";
        }

        await using (held.ConfigureAwait(false))
        {
            var found = await history.TakeOverAsync(jobs, task, task, occurrence: null, since: null, held, cancellationToken).ConfigureAwait(false);
            return $"Recorded as lost: {string.Join(", ", found.Lost.Select(run => run.RunId))}.";
        }
    }
}
