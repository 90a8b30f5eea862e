using Cochin.Functions.Cli.Json;
using Cochin.Functions.Running;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Cli;

/// <summary>A job with what is remembered of it and its newest run.</summary>
internal sealed record JobStanding(JobDefinition Job, JobState State, IReadOnlyList<RunReport> Recent, DateTimeOffset Now)
{
    // As many as a strip in a table has room for.
    private const int Looked = 10;

    public RunReport? Latest => Recent.Count > 0 ? Recent[0] : null;

    /// <summary>Whether it has gone without success for too long. Without a webhook there is no success to wait for.</summary>
    public bool IsOverdue => State.IsOverdue(Job, Now) && Latest?.Reason != SkipReason.NotConfigured;

    /// <summary>How long the newest run that worked took.</summary>
    public TimeSpan? LastDuration => Worked.Select(run => run.Duration).FirstOrDefault();

    /// <summary>The median of those before it; null where there are too few to say.</summary>
    public TimeSpan? UsualDuration
    {
        get
        {
            var before = Worked.Skip(1).Select(run => run.Duration!.Value).Order().ToList();
            return before.Count < 3 ? null : before[before.Count / 2];
        }
    }

    private IEnumerable<RunReport> Worked => Recent.Where(run => run is { Outcome: Outcome.Completed or Outcome.Partial, IsUnfinished: false, Duration: not null });

    public bool IsEnabled => State.IsEnabled(Job, Now);

    /// <summary>The next due time at which the job will run; null while it is disabled without an end.</summary>
    public DateTimeOffset? Next => IsEnabled ? Job.Schedule.Next(Now)
        : State is { Enabled: false, DisabledUntil: { } until } ? Job.Schedule.Next(until)
        : null;

    /// <summary>How all of the given jobs stand, with one request for the states and one for each job's newest runs.</summary>
    public static async Task<IReadOnlyList<JobStanding>> ReadAsync(Session session, IReadOnlyList<JobDefinition> jobs, CancellationToken cancellationToken)
    {
        var history = await session.GetAsync<RunHistory>(cancellationToken).ConfigureAwait(false);
        var standings = await ReadStatesAsync(session, jobs, cancellationToken).ConfigureAwait(false);
        var recent = await Task.WhenAll(jobs
            .Select(job => history.ListForJobAsync(job.Name, DateTimeOffset.UnixEpoch, Looked, cancellationToken).Take(Looked))
            .Select(runs => runs.ToListAsync(cancellationToken).AsTask()))
            .ConfigureAwait(false);
        return [.. standings.Zip(recent, (standing, runs) => standing with { Recent = runs })];
    }

    /// <summary>How all of the given jobs stand, without their runs: with one request, for those that wait for the answer.</summary>
    public static async Task<IReadOnlyList<JobStanding>> ReadStatesAsync(Session session, IReadOnlyList<JobDefinition> jobs, CancellationToken cancellationToken)
    {
        var now = (await session.GetAsync<TimeProvider>(cancellationToken).ConfigureAwait(false)).GetUtcNow();
        var states = await (await session.GetAsync<JobStates>(cancellationToken).ConfigureAwait(false)).GetAllAsync(cancellationToken).ConfigureAwait(false);
        return [.. jobs.Select(job => new JobStanding(job, states.GetValueOrDefault(job.Name) ?? new JobState(), [], now))];
    }

    public static JobsDocument ToDocument(IReadOnlyList<JobStanding> standings) =>
        new([.. standings.Select(standing => standing.ToDocument())], standings.Count(standing => standing.IsEnabled), standings.Count(standing => standing.IsOverdue));

    private JobDocument ToDocument() => new()
    {
        Id = Job.Id,
        Name = Job.Name,
        Task = Job.Task,
        Schedule = Job.Schedule.Expression,
        TimeZone = Job.Schedule.TimeZone.Id,
        Enabled = IsEnabled,
        DisabledUntil = IsEnabled ? null : State.DisabledUntil?.UtcDateTime,
        DisabledReason = IsEnabled ? null : State.DisabledReason,
        NextRun = Next?.UtcDateTime,
        LastOutcome = Latest?.Outcome.ToString(),
        LastRun = Latest?.StartedAt.UtcDateTime,
        LastSuccess = State.LastSuccessAt?.UtcDateTime,
        ConsecutiveFailures = State.ConsecutiveFailures,
        Overdue = IsOverdue,
        PeriodSeconds = Job.Schedule.Period(Now)?.TotalSeconds,
        LastDurationMs = (long?)LastDuration?.TotalMilliseconds,
        UsualDurationMs = (long?)UsualDuration?.TotalMilliseconds,
        Recent = [.. Recent.Select(run => run.Outcome.ToString())],
    };
}
