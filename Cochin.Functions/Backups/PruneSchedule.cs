using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks.PruneBackups;

namespace Cochin.Functions.Backups;

/// <summary>The schedule of a job that prunes backups.</summary>
/// <param name="Next">The next run; null if the job is switched off.</param>
internal sealed record PruneSchedule(string Job, PruneBackupsOptions Options, DateTimeOffset? Next, TimeZoneInfo TimeZone)
{
    /// <summary>Returns the jobs that prune backups, except those that only do a dry run, sorted by their next run.</summary>
    public static IReadOnlyList<PruneSchedule> ReadAll(JobCatalog catalog, IReadOnlyDictionary<string, JobState> states, DateTimeOffset now) =>
    [
        .. from job in catalog.Jobs
           let options = job.Options as PruneBackupsOptions
           where options is { DryRun: false }
           let next = JobHealth.Of(job, states.GetValueOrDefault(job.Name) ?? new JobState(), now).NextRun
           orderby next ?? DateTimeOffset.MaxValue
           select new PruneSchedule(job.Name, options, next, job.Schedule.TimeZone),
    ];
}
