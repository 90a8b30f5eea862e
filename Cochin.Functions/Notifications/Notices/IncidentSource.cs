using Cochin.Functions.Backups;
using Cochin.Functions.Jobs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>Finds current incidents. Read-only.</summary>
internal sealed class IncidentSource(
    JobCatalog catalog, JobStates jobStates, RunHistory history, CochinStorage storage, WatchSettings settings, RunnerScope scope)
{
    private const int MaxRuns = 20;

    // Once the job has succeeded since, an older one is no longer reported.
    private static readonly TimeSpan MissedRetention = TimeSpan.FromDays(7);

    // A single run may be unlucky, and three runs of a frequent job follow each other within minutes.
    private const int MinPartials = 3;
    private static readonly TimeSpan MinPartialTime = TimeSpan.FromHours(3);

    private readonly List<JobDefinition> jobs = [.. catalog.Jobs.Where(job => scope.Includes(job.Name))];

    /// <summary>Finds the incidents of jobs.</summary>
    /// <param name="states">The states by job.</param>
    /// <returns>
    /// The incidents, the notice keys of everything that is watched, and those about which this process decides. Another process, with other settings,
    /// may have jobs that this one does not know or does not run.
    /// </returns>
    public (IReadOnlyList<Incident> Incidents, IReadOnlySet<string> Watched, IReadOnlySet<string> Covered) FindForJobs(
        IReadOnlyDictionary<string, JobState> states, DateTimeOffset now)
    {
        var incidents = new List<Incident>();
        var watched = new HashSet<string>();
        var covered = new HashSet<string>();
        foreach (var job in jobs)
        {
            var state = states.GetValueOrDefault(job.Name);
            if (state is null ? !job.Enabled : state.IsOffBySettings(job, now))
            {
                continue;
            }

            covered.UnionWith(
                [Incident.JobKey(job.Name), Incident.MissedKey(job.Name), Incident.StateKey(job.Name), Incident.PartialKey(job.Name)]);
            if (state is null)
            {
                continue;
            }

            var health = JobHealth.Of(job, state, now);
            watched.Add(Incident.StateKey(job.Name));
            if (health.Condition == JobCondition.Unreadable)
            {
                incidents.Add(new Incident(IncidentKind.StateUnreadable, job.Name, Since: null));
            }

            if (!health.IsWatched)
            {
                continue;
            }

            watched.Add(Incident.JobKey(job.Name));
            watched.Add(Incident.MissedKey(job.Name));
            watched.Add(Incident.PartialKey(job.Name));
            if (health.IsFailing)
            {
                incidents.Add(new Incident(IncidentKind.Failing, job.Name, state.FailingSince ?? state.LastFailureAt));
            }
            else if (health.IsOverdue)
            {
                incidents.Add(new Incident(IncidentKind.Overdue, job.Name, state.WaitingSince <= now ? state.WaitingSince : null));
            }

            if (state is { ConsecutivePartials: >= MinPartials, PartialSince: { } since } && now - since >= MinPartialTime)
            {
                incidents.Add(new Incident(IncidentKind.Partial, job.Name, since));
            }

            // A time far in the future comes from a wrong clock. Its notice would be invalid and would be sent repeatedly.
            if (state.MissedOccurrence is { } missed && missed - now <= LastActivity.ClockSkewTolerance
                && (now - missed < MissedRetention || !(state.LastSuccessAt > missed)))
            {
                incidents.Add(new Incident(IncidentKind.Missed, job.Name, missed));
            }
        }

        return (incidents, watched, covered);
    }

    /// <summary>Finds the last failed run of a failing job; null for other incidents, or if it is not found.</summary>
    public async Task<RunReport?> FindFailedRunAsync(Incident incident, CancellationToken cancellationToken)
    {
        if (incident.Kind != IncidentKind.Failing)
        {
            return null;
        }

        var newest = history.ListForJobAsync(incident.Subject, cancellationToken).Take(MaxRuns);
        return await newest.FirstOrDefaultAsync(run => run is { Outcome: Outcome.Failed, IsInterrupted: false }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Returns when the incident of a notice ended; the current time if unknown.</summary>
    public async Task<DateTimeOffset> FindEndAsync(Notice notice, DateTimeOffset now, CancellationToken cancellationToken) =>
        notice.IsAboutBackups || notice.Kind == IncidentKind.StateUnreadable
            ? now
            : (await jobStates.GetAsync(notice.Subject, cancellationToken).ConfigureAwait(false)).LastSuccessAt ?? now;

    /// <summary>
    /// Finds configurations whose newest good backup is too old, that have none although the settings name them, or that have damaged backups.
    /// </summary>
    /// <returns>The incidents, the notice keys of everything that is watched, and the newest good backups by notice key.</returns>
    public async Task<(IReadOnlyList<Incident> Incidents, IReadOnlySet<string> Watched, Dictionary<string, DateTimeOffset?> Newest)> FindForBackupsAsync(
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var summaries = await BackupTally.ReadAsync(storage, settings.Ages, now, cancellationToken).ConfigureAwait(false);
        var overdue = summaries.Where(summary => summary.IsOverdue)
            .Select(summary => new Incident(IncidentKind.BackupOverdue, summary.Configuration, summary.Newest));
        var damaged = summaries.Where(summary => summary.Damaged > 0)
            .Select(summary => new Incident(IncidentKind.BackupDamaged, summary.Configuration, summary.DamagedSince) { Backups = summary });
        var watched = summaries.Where(summary => summary.IsWatched).Select(summary => Incident.BackupKey(summary.Configuration))
            .Concat(summaries.Select(summary => Incident.DamagedKey(summary.Configuration)));
        var newest = summaries.ToDictionary(summary => Incident.BackupKey(summary.Configuration), summary => summary.Newest);
        return ([.. overdue, .. damaged], watched.ToHashSet(), newest);
    }
}
