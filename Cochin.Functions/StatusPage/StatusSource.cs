using System.Reflection;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks.CleanupStuckOperations;

namespace Cochin.Functions.StatusPage;

/// <summary>Finds out how everything stands. It only reads, and never more than bounded numbers of rows and lines.</summary>
internal sealed class StatusSource(JobCatalog catalog, JobStates states, RunHistory history, OperationsSource operations, ChangesSource changes, TimeProvider time)
{
    // A tick comes every quarter of an hour in Azure, and the run takes its time.
    private static readonly TimeSpan RunsWithin = TimeSpan.FromHours(1);

    private const int AtOnce = 8;

    private static readonly string Version =
        typeof(StatusSource).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    // From when on an operation is taken for stuck.
    private readonly TimeSpan silence = catalog.Jobs.Select(job => job.Options).OfType<CleanupStuckOperationsOptions>().Select(options => options.Limit).DefaultIfEmpty(TimeSpan.FromHours(6)).Min();

    public async Task<StatusDocument> ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var zone = catalog.Jobs is [var first, ..] ? first.Schedule.TimeZone : TimeZoneInfo.Utc;
        var underWay = operations.ReadAsync(now, silence, cancellationToken);
        var changed = changes.ReadAsync(cancellationToken);
        var jobs = await JobsAsync(now, new ThirtyDays(now, zone), cancellationToken).ConfigureAwait(false);
        var found = await underWay.ConfigureAwait(false);
        return new StatusDocument
        {
            GeneratedAt = now.UtcDateTime,
            Version = Version,
            TimeZone = zone.Id,
            RenewedBy = jobs.Min(job => job.NextRun) + RunsWithin,
            Health = HealthRule.Judge(jobs, found),
            Jobs = jobs,
            Operations = found,
            Changes = await changed.ConfigureAwait(false),
        };
    }

    private async Task<StatusJob[]> JobsAsync(DateTimeOffset now, ThirtyDays days, CancellationToken cancellationToken)
    {
        var remembered = await states.GetAllAsync(cancellationToken).ConfigureAwait(false);
        var jobs = new StatusJob[catalog.Jobs.Count];
        await Parallel.ForAsync(0, jobs.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (i, token) =>
        {
            var job = catalog.Jobs[i];
            var state = remembered.GetValueOrDefault(job.Name) ?? new JobState();
            jobs[i] = ToStatus(job, state, await JobPast.ReadAsync(history, job.Name, days, jobs.Length, token).ConfigureAwait(false), now);
        }).ConfigureAwait(false);
        return jobs;
    }

    private static StatusJob ToStatus(JobDefinition job, JobState state, JobPast past, DateTimeOffset now)
    {
        var health = JobHealth.Of(job, state, now);
        return new StatusJob
        {
            Id = job.Id,
            Name = PageText.Clean(job.Name, PageText.NameLimit),
            Task = job.Task,
            Schedule = job.Schedule.Expression,
            TimeZone = job.Schedule.TimeZone.Id,
            MissingSetting = job.MissingSetting,
            Condition = health.ConditionAfter(past.Newest),
            Enabled = health.IsEnabled,
            DisabledUntil = health.IsEnabled ? null : state.DisabledUntil?.UtcDateTime,
            DisabledReason = health.IsEnabled || state.DisabledReason is null ? null : PageText.Clean(state.DisabledReason),
            PeriodSeconds = job.Schedule.Period(now)?.TotalSeconds,
            NextRun = health.NextRun?.UtcDateTime,
            LastSuccess = state.LastSuccessAt?.UtcDateTime,
            LastSuccessAgeSeconds = state.LastSuccessAt is { } success ? Math.Max(0, (now - success).TotalSeconds) : null,
            Overdue = health.IsOverdue,
            ConsecutiveFailures = state.ConsecutiveFailures,
            LastRun = past.Newest is { } newest ? StatusRun.From(newest) : null,
            Days = past.Days,
        };
    }
}
