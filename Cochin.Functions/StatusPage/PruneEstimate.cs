using Azure.Data.Tables;
using Cochin.Functions.Backups;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.PruneBackups;
using Cochin.Functions.Tasks.RebuildBackupPaths;

namespace Cochin.Functions.StatusPage;

/// <summary>A backup that is pruned next.</summary>
internal sealed record NextToGo(string BlobName, DateTimeOffset At);

/// <summary>
/// Estimates which backup of each configuration is pruned next, by the rules of <c>prune_backups</c> and the rows alone. The blobs are not listed
/// for it, so it doesn't know which of them are missing, leased, shared, empty or protected by their metadata. Keeps nothing if no rule is set.
/// </summary>
internal sealed class PruneEstimate(IReadOnlyList<PruneSchedule> jobs, RetentionSettings retention, ExpectedAges ages, DateTimeOffset now)
{
    private readonly List<PruneSchedule> due = [.. jobs.Where(job => job.Next is not null && retention.HasPolicy(job.Options))];
    private readonly Dictionary<string, List<(RetainedBackup Backup, string BlobName)>> backups = [];

    public void Add(TableEntity row, Operation operation)
    {
        if (due.Count == 0 || Candidate.Of(row, operation, now) is not { Problem: null, Row.BlobName: { } blobName } candidate)
        {
            return;
        }

        if (!backups.TryGetValue(candidate.Configuration, out var list))
        {
            backups[candidate.Configuration] = list = [];
        }

        var retained = candidate.ToRetained(now);
        var isEmpty = operation.SizeBytes is { } size && EmptyArchive.HasSizeOf(blobName, size);
        list.Add((retained with { IsDamaged = retained.IsDamaged || isEmpty, IsSound = retained.IsSound && !isEmpty }, BlobNameReading.Redact(blobName)));
    }

    /// <returns>The oldest backup of each configuration that a job would prune now. Configurations that keep everything are left out.</returns>
    public IReadOnlyDictionary<string, NextToGo> Of(BackupConfigurations configurations)
    {
        var next = new Dictionary<string, NextToGo>();
        foreach (var job in due)
        {
            foreach (var (name, all) in backups.Where(one => job.Options.Configuration is null || job.Options.Configuration == one.Key))
            {
                if (Find(job, name, all, configurations) is { } blobName)
                {
                    next.TryAdd(name, new NextToGo(blobName, job.Next!.Value));
                }
            }
        }

        return next;
    }

    private string? Find(PruneSchedule job, string name, List<(RetainedBackup Backup, string BlobName)> all, BackupConfigurations configurations)
    {
        var rules = retention.RulesOf(name, configurations, job.Options);
        var retained = all.ConvertAll(one => one.Backup);
        if (PrunePlanner.ReasonToKeepAll(name, rules, retained, configurations, ages, now) is not null)
        {
            return null;
        }

        var reasons = new RetentionRule(rules!, retention.TimeZone, now).Evaluate(retained);
        return all.Where(one => reasons[one.Backup.Id] is null).OrderBy(one => one.Backup.At).Select(one => one.BlobName).FirstOrDefault();
    }
}
