using Cochin.Functions.Cli.Json;
using Cochin.Functions.Running;

namespace Cochin.Functions.Cli;

/// <summary>A job with what is remembered of it and its newest run.</summary>
internal sealed record JobStanding(JobDefinition Job, JobState State, RunRecord? Latest, DateTimeOffset Now)
{
    public bool IsEnabled => State.IsEnabled(Job, Now);

    /// <summary>The next due time at which the job will run; null while it is disabled without an end.</summary>
    public DateTimeOffset? Next => IsEnabled ? Job.Schedule.Next(Now)
        : State is { Enabled: false, DisabledUntil: { } until } ? Job.Schedule.Next(until)
        : null;

    /// <summary>How all of the given jobs stand, with one request for the states and one for each job's newest run.</summary>
    public static async Task<IReadOnlyList<JobStanding>> ReadAsync(Session session, IReadOnlyList<JobDefinition> jobs, CancellationToken cancellationToken)
    {
        var now = (await session.GetAsync<TimeProvider>(cancellationToken).ConfigureAwait(false)).GetUtcNow();
        var history = await session.GetAsync<RunHistory>(cancellationToken).ConfigureAwait(false);
        var states = await (await session.GetAsync<JobStates>(cancellationToken).ConfigureAwait(false)).GetAllAsync(cancellationToken).ConfigureAwait(false);
        var latest = await Task.WhenAll(jobs.Select(job => history.LatestAsync(job.Name, cancellationToken))).ConfigureAwait(false);
        return [.. jobs.Zip(latest, (job, run) => new JobStanding(job, states.GetValueOrDefault(job.Name) ?? new JobState(), run, now))];
    }

    public static JobsDocument ToDocument(IReadOnlyList<JobStanding> standings) =>
        new([.. standings.Select(standing => standing.ToDocument())], standings.Count(standing => standing.IsEnabled));

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
    };
}
