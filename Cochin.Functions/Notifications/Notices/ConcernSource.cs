using Cochin.Functions.Jobs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>Finds what is wrong now. It only reads.</summary>
internal sealed class ConcernSource(JobCatalog catalog, JobStates states, RunHistory history, CochinStorage storage, WatchSettings settings)
{
    private const int MostRuns = 20;

    // Older ones are not reported any more.
    private static readonly TimeSpan MissedAreNews = TimeSpan.FromDays(7);

    /// <summary>What is wrong with the jobs.</summary>
    /// <returns>Also the keys of everything that is watched.</returns>
    public async Task<(IReadOnlyList<Concern> Concerns, IReadOnlySet<string> Watched)> OfJobsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var remembered = await states.GetAllAsync(cancellationToken).ConfigureAwait(false);
        var concerns = new List<Concern>();
        var watched = new HashSet<string>();
        foreach (var job in catalog.Jobs)
        {
            if (!remembered.TryGetValue(job.Name, out var state))
            {
                continue;
            }

            var health = JobHealth.Of(job, state, now);
            watched.Add(Concern.StateKey(job.Name));
            if (health.Condition == JobCondition.Unreadable)
            {
                concerns.Add(new Concern(ConcernKind.StateUnreadable, job.Name, Since: null));
            }

            if (!health.IsWatched)
            {
                continue;
            }

            watched.Add(Concern.JobKey(job.Name));
            watched.Add(Concern.MissedKey(job.Name));
            if (health.IsFailing)
            {
                concerns.Add(new Concern(ConcernKind.Failing, job.Name, state.FailingSince ?? state.LastFailureAt));
            }
            else if (health.IsOverdue)
            {
                concerns.Add(new Concern(ConcernKind.Overdue, job.Name, state.WaitingSince <= now ? state.WaitingSince : null));
            }

            // One far in the future was recorded by a clock that was ahead; its notice could not be trusted and would be sent again and again.
            if (state.MissedOccurrence is { } missed && now - missed < MissedAreNews && missed - now <= LastActivity.ClockSkewTolerance)
            {
                concerns.Add(new Concern(ConcernKind.Missed, job.Name, missed));
            }
        }

        return (concerns, watched);
    }

    /// <summary>The run that a job's failure is about; null if the job does not fail.</summary>
    public async Task<RunReport?> FailedRunOfAsync(Concern concern, CancellationToken cancellationToken)
    {
        if (concern.Kind != ConcernKind.Failing)
        {
            return null;
        }

        var newest = history.ListForJobAsync(concern.Subject, cancellationToken).Take(MostRuns);
        return await newest.FirstOrDefaultAsync(run => run is { Outcome: Outcome.Failed, IsInterrupted: false }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>When the problem of a notice ended, as far as that is known.</summary>
    public async Task<DateTimeOffset> EndOfAsync(Notice notice, DateTimeOffset now, CancellationToken cancellationToken) =>
        notice.IsOfBackups || notice.Kind == ConcernKind.StateUnreadable
            ? now
            : (await states.GetAsync(notice.Subject, cancellationToken).ConfigureAwait(false)).LastSuccessAt ?? now;

    /// <summary>
    /// The configurations whose newest good backup is older than expected, or that have none though one is expected by name, and those with
    /// damaged backups.
    /// </summary>
    public async Task<(IReadOnlyList<Concern> Concerns, IReadOnlySet<string> Watched)> OfBackupsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var standings = await BackupTally.ReadAsync(storage, settings, now, cancellationToken).ConfigureAwait(false);
        var overdue = standings.Where(standing => standing.IsOverdue)
            .Select(standing => new Concern(ConcernKind.BackupOverdue, standing.Configuration, standing.Newest));
        var damaged = standings.Where(standing => standing.Damaged > 0)
            .Select(standing => new Concern(ConcernKind.BackupDamaged, standing.Configuration, standing.DamagedSince) { Backups = standing });
        var watched = standings.Where(standing => standing.IsWatched).Select(standing => Concern.BackupKey(standing.Configuration))
            .Concat(standings.Select(standing => Concern.DamagedKey(standing.Configuration)));
        return ([.. overdue, .. damaged], watched.ToHashSet());
    }
}
