using System.Globalization;
using Azure;
using Cochin.Functions.Jobs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks.PruneBackups;

namespace Cochin.Functions.Backups;

/// <summary>Why each backup is kept, or when it will be pruned.</summary>
/// <param name="Reasons">The texts by the ids of the backups; null if no rule is set or no plan could be made.</param>
/// <param name="HasRule">Whether a job that prunes backups has a retention rule.</param>
/// <param name="Problem">Why no plan could be made, in sentences; null if one was made or no rule is set.</param>
internal sealed record RetentionForecast(IReadOnlyDictionary<string, string>? Reasons, bool HasRule = true, string? Problem = null);

/// <summary>Computes the current plans of the <c>prune_backups</c> jobs. Writes nothing.</summary>
internal sealed class BackupRetention(
    CochinStorage storage, JobCatalog catalog, JobStates states, RetentionSettings retention, BackupSettings settings, ExpectedAges ages)
{
    public async Task<RetentionForecast> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var jobs = PruneSchedule.ReadAll(catalog, await states.GetAllAsync(cancellationToken).ConfigureAwait(false), now)
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
            return new(null, Problem: "The storage did not report its time, so the age of the backups is unknown.");
        }

        if (missing is not null)
        {
            return new(null, Problem: missing.Message);
        }

        var configurations = await BackupConfigurations.ReadAsync(storage, cancellationToken).ConfigureAwait(false);
        if (await configurations.FindLostAsync(storage, cancellationToken).ConfigureAwait(false) is { } lost)
        {
            return new(null, Problem: lost.Message);
        }

        var inventory = new PruneInventory(storage, static _ => { }, settings);
        await inventory.ReadAsync(storageTime, cancellationToken).ConfigureAwait(false);
        var (kept, pruned) = (new Dictionary<string, string>(), new Dictionary<string, string>());
        foreach (var job in jobs)
        {
            var plan = new PrunePlanner(inventory, job.Options, retention, settings, ages).Make(configurations, storageTime);
            foreach (var backup in plan.Backups)
            {
                var isPruned = backup.Decision == PruneDecision.Prune;
                var reason = backup.Decision == PruneDecision.Fail ? "can't be evaluated" : backup.Reason;
                (isPruned ? pruned : kept).TryAdd(backup.Id, isPruned ? Due(job, now) : reason);
            }
        }

        // A backup that several jobs consider is pruned by the first one that does not keep it.
        return new(pruned.Concat(kept).DistinctBy(backup => backup.Key).ToDictionary());
    }

    // Within a week, the day alone is unambiguous.
    private static string Due(PruneSchedule job, DateTimeOffset now) => job.Next is { } next
        ? "prune " + TimeZoneInfo.ConvertTime(next, job.TimeZone)
            .ToString(next - now < TimeSpan.FromDays(7) ? "ddd HH:mm" : "ddd yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)
        : $"prune if {job.Job} is switched on";
}
