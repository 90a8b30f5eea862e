using System.Reflection;
using Cochin.Functions.Backups;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks.CleanupStuckOperations;

namespace Cochin.Functions.StatusPage;

/// <summary>Reads the status of jobs and operations. The number of rows and lines to read is limited, and nothing is written.</summary>
internal sealed class StatusSource(
    JobCatalog catalog, JobStates states, RunHistory history, OperationsSource operations, ChangesSource changes, TimeProvider time)
{
    // In Azure, a due job starts up to 15 minutes late, and the page is updated after its run.
    private static readonly TimeSpan MaxUpdateDelay = TimeSpan.FromHours(1);

    private static readonly string Version =
        typeof(StatusSource).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    // The shortest limit of the jobs that mark stuck operations.
    private readonly TimeSpan inactivityLimit = catalog.Jobs
        .Select(job => job.Options)
        .OfType<CleanupStuckOperationsOptions>()
        .Select(options => options.Limit)
        .DefaultIfEmpty(TimeSpan.FromHours(6))
        .Min();

    public async Task<StatusDocument> ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var zone = catalog.Jobs is [var first, ..] ? first.Schedule.TimeZone : TimeZoneInfo.Utc;
        var readingChanges = changes.ReadAsync(cancellationToken);
        var allStates = await states.GetAllAsync(cancellationToken).ConfigureAwait(false);
        var readingOperations = operations.ReadAsync(now, inactivityLimit, PruneSchedule.ReadAll(catalog, allStates, now), cancellationToken);
        var names = catalog.Jobs.Select(job => job.Name).ToArray();
        var runs = await RecentRuns.ReadAsync(history, names, new ThirtyDays(now, zone), cancellationToken).ConfigureAwait(false);
        var jobs = catalog.Jobs.Select(job => ToStatus(job, allStates.GetValueOrDefault(job.Name) ?? new JobState(), runs[job.Name], now)).ToArray();
        var foundOperations = await readingOperations.ConfigureAwait(false);
        return new StatusDocument
        {
            GeneratedAt = now.UtcDateTime,
            Version = Version,
            TimeZone = zone.Id,
            RenewedBy = jobs.Min(job => job.NextRun) + MaxUpdateDelay,
            Health = HealthRule.Evaluate(jobs, foundOperations),
            Jobs = jobs,
            Operations = foundOperations,
            Changes = await readingChanges.ConfigureAwait(false),
        };
    }

    private static StatusJob ToStatus(JobDefinition job, JobState state, RecentRuns runs, DateTimeOffset now)
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
            LastCheckBeforeStop = health.LastCheckBeforeStop,
            Condition = health.ConditionAfter(runs.Newest),
            Enabled = health.IsEnabled,
            DisabledUntil = health.IsEnabled ? null : state.EnabledAgainAt(job)?.UtcDateTime,
            DisabledReason = health.IsEnabled || state.DisabledReason is null ? null : PageText.Clean(state.DisabledReason),
            PeriodSeconds = job.Schedule.Period(now)?.TotalSeconds,
            NextRun = health.NextRun?.UtcDateTime,
            LastSuccess = state.LastSuccessAt?.UtcDateTime,
            LastSuccessAgeSeconds = state.LastSuccessAt is { } success ? Math.Max(0, (now - success).TotalSeconds) : null,
            Overdue = health.IsOverdue,
            ConsecutiveFailures = state.ConsecutiveFailures,
            LastRun = runs.Newest is { } newest ? StatusRun.From(newest) : null,
            Days = runs.Days,
        };
    }
}
