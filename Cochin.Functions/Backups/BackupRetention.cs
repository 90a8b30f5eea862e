using System.Globalization;
using Azure;
using Cochin.Functions.Jobs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.PruneBackups;
using Cochin.Functions.Tasks.RebuildBackupPaths;

namespace Cochin.Functions.Backups;

/// <summary>What keeps the backups, and when the others go.</summary>
/// <param name="Reasons">By id; null if no rule is set or the plan can't be made.</param>
/// <param name="Problem">Why the plan can't be made, as sentences; null if it can.</param>
internal sealed record RetentionForecast(IReadOnlyDictionary<string, string>? Reasons, bool HasRule = true, string? Problem = null);

/// <summary>Makes the plans that the jobs of <c>prune_backups</c> would make now. Writes nothing.</summary>
internal sealed class BackupRetention(
    CochinStorage storage, JobCatalog catalog, JobStates states, RetentionSettings retention, BackupSettings settings, ExpectedAges ages)
{
    public async Task<RetentionForecast> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var jobs = PruneSchedule.Of(catalog, await states.GetAllAsync(cancellationToken).ConfigureAwait(false), now)
                .Where(job => retention.HasPolicy(job.Options)).ToList();
            return jobs.Count == 0 ? new(null, HasRule: false) : await PlanAsync(jobs, now, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException && StorageProblem.Explain(e) is { } problem)
        {
            return new(null, Problem: $"{problem.Message} {problem.Hint}");
        }
    }

    private async Task<RetentionForecast> PlanAsync(List<PruneSchedule> jobs, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await PruneBackupsTask.ReadTimeAsync(storage, cancellationToken).ConfigureAwait(false) is not var (storageTime, missing))
        {
            return new(null, Problem: "The storage service did not report its time, so the age of backups is unknown.");
        }

        if (missing is not null)
        {
            return new(null, Problem: missing.Message);
        }

        var configurations = await BackupConfigurations.ReadAsync(storage, cancellationToken).ConfigureAwait(false);
        if (await PruneBackupsTask.FindLostAsync(storage, configurations, cancellationToken).ConfigureAwait(false) is { } lost)
        {
            return new(null, Problem: lost.Message);
        }

        var inventory = new PruneInventory(storage, static _ => { }, settings);
        await inventory.ReadAsync(storageTime, cancellationToken).ConfigureAwait(false);
        var (kept, goes) = (new Dictionary<string, string>(), new Dictionary<string, string>());
        foreach (var job in jobs)
        {
            var plan = new PrunePlanner(inventory, job.Options, retention, settings, ages).Make(configurations, storageTime);
            foreach (var backup in plan.Backups)
            {
                var isPruned = backup.Decision == PruneDecision.Prune;
                var reason = backup.Decision == PruneDecision.Fail ? "can't be judged" : backup.Reason;
                (isPruned ? goes : kept).TryAdd(backup.Id, isPruned ? Due(job, now) : reason);
            }
        }

        // The first job that prunes it counts, whatever the others keep.
        return new(goes.Concat(kept).DistinctBy(backup => backup.Key).ToDictionary());
    }

    // Within a week, the day alone is unambiguous.
    private static string Due(PruneSchedule job, DateTimeOffset now) => job.Next is { } next
        ? "goes " + TimeZoneInfo.ConvertTime(next, job.TimeZone)
            .ToString(next - now < TimeSpan.FromDays(7) ? "ddd HH:mm" : "ddd yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)
        : $"goes if {job.Job} is switched on";
}
