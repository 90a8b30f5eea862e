using Cochin.Functions.Locking;
using Cochin.Functions.Running;

namespace Cochin.Functions.Status;

/// <summary>Looks at the jobs: whether they are due at all, whether somebody starts them, how they end, and what is locked.</summary>
internal sealed class JobChecks(JobCatalog catalog, JobStates states, BlobLocks locks, TimeProvider time)
{
    // Ticks come every quarter of an hour at the latest; a run may take half of one.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    public async Task<IReadOnlyList<Check>> ExamineAsync(CancellationToken cancellationToken)
    {
        var remembered = await states.GetAllAsync(cancellationToken).ConfigureAwait(false);
        var ofLocks = await Task.WhenAll(catalog.Jobs.Select(job => job.Task).Distinct().Select(task => LockAsync(task, cancellationToken))).ConfigureAwait(false);
        return [.. catalog.Jobs.Select(job => Judge(job, remembered.GetValueOrDefault(job.Name) ?? new JobState(), time.GetUtcNow())), .. ofLocks];
    }

    /// <summary>What to say of a job: the worst that is known of it.</summary>
    internal static Check Judge(JobDefinition job, JobState state, DateTimeOffset now)
    {
        var latest = job.Schedule.Latest(now);
        if (!state.IsEnabled(job, now))
        {
            var until = state.DisabledUntil is { } end ? $" until {end:u}" : "";
            var reason = state.DisabledReason is { } text ? $" ({text})" : "";
            return Check.Warning(job.Name, $"is switched off{until}{reason}", "it does not run", $"./cochin add {job.Name}");
        }

        if (state.ConsecutiveFailures > 0)
        {
            return Check.Wrong(job.Name, $"failed {state.ConsecutiveFailures} times in a row, last at {state.LastFailureAt:u}", "its work is not done", $"./cochin history {job.Name}");
        }

        if (state.SettledOccurrence is not { } settled)
        {
            return Check.Warning(job.Name, "no scheduler has looked at it yet", "nobody starts it", "./cochin serve, or deploy it with azd up");
        }

        return latest > settled && now - latest > Patience
            ? Check.Wrong(job.Name, $"was due at {latest:u} and did not run", "nobody starts it", "See that ./cochin serve or the function app runs; then it is made up")
            : Check.Ok(job.Name, $"up to date; next at {job.Schedule.Next(now):u}", "its work is done in time");
    }

    private async Task<Check> LockAsync(string task, CancellationToken cancellationToken)
    {
        const string Why = "one run of a task at a time; a dead runner's lock ends within a minute";
        return await locks.FindHolderAsync(task, cancellationToken).ConfigureAwait(false) is { } holder
            ? Check.Ok($"lock of {task}", $"held by {holder.Holder} since {holder.Since:u}, run {holder.RunId}", Why)
            : Check.Ok($"lock of {task}", "free", Why);
    }
}
