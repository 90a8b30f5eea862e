using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks.PruneBackups;

namespace Cochin.Functions.Backups;

/// <summary>A job that prunes backups.</summary>
/// <param name="Next">When it runs next; null if it is switched off.</param>
internal sealed record PruneSchedule(string Job, PruneBackupsOptions Options, DateTimeOffset? Next, TimeZoneInfo TimeZone)
{
    /// <summary>The jobs that do more than a dry run, the next one first.</summary>
    public static IReadOnlyList<PruneSchedule> Of(JobCatalog catalog, IReadOnlyDictionary<string, JobState> states, DateTimeOffset now) =>
    [
        .. from job in catalog.Jobs
           let options = job.Options as PruneBackupsOptions
           where options is { DryRun: false }
           let next = JobHealth.Of(job, states.GetValueOrDefault(job.Name) ?? new JobState(), now).NextRun
           orderby next ?? DateTimeOffset.MaxValue
           select new PruneSchedule(job.Name, options, next, job.Schedule.TimeZone),
    ];
}
