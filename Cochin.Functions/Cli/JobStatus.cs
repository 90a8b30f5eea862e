using Cochin.Functions.Cli.Json;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Cli;

/// <summary>A job with its stored state and its newest runs.</summary>
internal sealed record JobStatus(JobDefinition Job, JobState State, IReadOnlyList<RunReport> Recent, DateTimeOffset Now)
{
    // The number of runs in the column "last ten" of `status`.
    private const int RecentRuns = 10;

    public RunReport? Latest => Recent.Count > 0 ? Recent[0] : null;

    public JobHealth Health { get; } = JobHealth.Of(Job, State, Now);

    /// <summary>Duration of the newest successful run.</summary>
    public TimeSpan? LastDuration => SuccessfulRuns.Select(run => run.Duration).FirstOrDefault();

    /// <summary>Median duration of the successful runs before that one; null if there are fewer than three.</summary>
    public TimeSpan? UsualDuration
    {
        get
        {
            var before = SuccessfulRuns.Skip(1).Select(run => run.Duration!.Value).Order().ToList();
            return before.Count < 3 ? null : before[before.Count / 2];
        }
    }

    private IEnumerable<RunReport> SuccessfulRuns => Recent.Where(run =>
        run is { Outcome: Outcome.Completed or Outcome.Partial, IsUnfinished: false, Duration: not null });

    /// <summary>Reads states and newest runs: one request for all states, and one per job for its runs.</summary>
    public static async Task<IReadOnlyList<JobStatus>> ReadAsync(Session session, IReadOnlyList<JobDefinition> jobs, CancellationToken cancellationToken)
    {
        var history = await session.GetAsync<RunHistory>(cancellationToken).ConfigureAwait(false);
        var statuses = await ReadStatesAsync(session, jobs, cancellationToken).ConfigureAwait(false);
        var recent = await Task.WhenAll(jobs
            .Select(job => history.ListForJobAsync(job.Name, DateTimeOffset.UnixEpoch, RecentRuns, cancellationToken).Take(RecentRuns))
            .Select(runs => runs.ToListAsync(cancellationToken).AsTask()))
            .ConfigureAwait(false);
        return [.. statuses.Zip(recent, (status, runs) => status with { Recent = runs })];
    }

    /// <summary>Reads the states only, in one request.</summary>
    public static async Task<IReadOnlyList<JobStatus>> ReadStatesAsync(Session session, IReadOnlyList<JobDefinition> jobs, CancellationToken cancellationToken)
    {
        var now = (await session.GetAsync<TimeProvider>(cancellationToken).ConfigureAwait(false)).GetUtcNow();
        var states = await (await session.GetAsync<JobStates>(cancellationToken).ConfigureAwait(false)).GetAllAsync(cancellationToken).ConfigureAwait(false);
        return [.. jobs.Select(job => new JobStatus(job, states.GetValueOrDefault(job.Name) ?? new JobState(), [], now))];
    }

    public static JobsDocument ToDocument(IReadOnlyList<JobStatus> statuses) => new(
        [.. statuses.Select(status => status.ToDocument())],
        statuses.Count(status => status.Health.IsEnabled),
        statuses.Count(status => status.Health.IsOverdue));

    private JobDocument ToDocument() => new()
    {
        Id = Job.Id,
        Name = Job.Name,
        Task = Job.Task,
        Schedule = Job.Schedule.Expression,
        TimeZone = Job.Schedule.TimeZone.Id,
        Enabled = Health.IsEnabled,
        DisabledUntil = Health.IsEnabled ? null : State.EnabledAgainAt(Job)?.UtcDateTime,
        DisabledReason = Health.IsEnabled ? null : State.DisabledReason,
        NextRun = Health.NextRun?.UtcDateTime,
        LastOutcome = Latest?.Outcome.ToString(),
        LastRun = Latest?.StartedAt.UtcDateTime,
        LastSuccess = State.LastSuccessAt?.UtcDateTime,
        ConsecutiveFailures = State.ConsecutiveFailures,
        Overdue = Health.IsOverdue,
        CheckedBy = [.. State.CheckedBy.Select(check => new RunnerDocument(check.Name, check.At.UtcDateTime))],
        Unchecked = Health.LastCheckBeforeStop is not null,
        PeriodSeconds = Job.Schedule.Period(Now)?.TotalSeconds,
        LastDurationMs = (long?)LastDuration?.TotalMilliseconds,
        UsualDurationMs = (long?)UsualDuration?.TotalMilliseconds,
        Recent = [.. Recent.Select(run => run.Outcome.ToString())],
    };
}
