using Azure.Data.Tables;
using Cochin.Functions.Backups;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks.PruneBackups;

namespace Cochin.Functions.StatusPage;

/// <summary>The next backup of a configuration to be pruned.</summary>
/// <param name="At">The next run of the job that prunes it.</param>
internal sealed record NextToPrune(string BlobName, DateTimeOffset At);

/// <summary>
/// Estimates which backup of each configuration is pruned next, from the rules of <c>prune_backups</c> and the rows alone. The blobs are not
/// listed, so the estimate ignores whether they are missing, leased, shared, empty or protected by their metadata.
/// </summary>
internal sealed class PruneEstimate(IReadOnlyList<PruneSchedule> jobs, RetentionSettings retention, ExpectedAges ages, DateTimeOffset now)
{
    private readonly List<PruneSchedule> due = [.. jobs.Where(job => job.Next is not null && retention.HasPolicy(job.Options))];
    private readonly Dictionary<string, List<Estimated>> backups = [];
    private readonly HashSet<string> others = [];

    /// <summary>Adds a row. Rows that are not of a completed backup, or whose values can't be read, are ignored.</summary>
    public void Add(TableEntity row, Operation operation)
    {
        if (RegisteredBackup.IsOther(operation))
        {
            others.Add(BackupConfigurations.SimilarName(Candidate.ConfigurationOf(operation)));
        }

        if (due.Count == 0 || Candidate.Of(row, operation, now) is not { Problem: null, BlobName: { } blobName } candidate)
        {
            return;
        }

        if (!backups.TryGetValue(candidate.Configuration, out var list))
        {
            backups[candidate.Configuration] = list = [];
        }

        var retained = candidate.ToRetained(now);
        var isEmpty = operation.SizeBytes is { } size && EmptyArchive.HasSizeOf(blobName, size);
        list.Add(new(
            retained with { IsDamaged = retained.IsDamaged || isEmpty, IsSound = retained.IsSound && !isEmpty },
            BlobNameReading.Redact(blobName),
            candidate.HasUploadTime));
    }

    /// <returns>
    /// By configuration, the oldest backup that a job would prune now. Configurations without such a backup are left out. Empty if no rule is set.
    /// </returns>
    public IReadOnlyDictionary<string, NextToPrune> ByConfiguration(BackupConfigurations configurations)
    {
        var next = new Dictionary<string, NextToPrune>();
        foreach (var job in due)
        {
            foreach (var (name, all) in backups.Where(entry => job.Options.Configuration is null || job.Options.Configuration == entry.Key))
            {
                if (Find(job, name, all, configurations) is { } blobName)
                {
                    next.TryAdd(name, new NextToPrune(blobName, job.Next!.Value));
                }
            }
        }

        return next;
    }

    private string? Find(PruneSchedule job, string name, List<Estimated> all, BackupConfigurations configurations)
    {
        var rules = retention.RulesOf(name, configurations, job.Options);
        var uploads = all.Where(item => item.HasUploadTime).Select(item => item.Backup.At);
        var areUndated = others.Contains(BackupConfigurations.SimilarName(name)) || RegisteredBackup.AreCopied(uploads);
        all = areUndated ? all.FindAll(item => !item.HasUploadTime) : all;
        var retained = all.ConvertAll(item => item.Backup);
        if (PrunePlanner.ReasonToKeepAll(name, rules, retained, configurations, ages, now) is not null)
        {
            return null;
        }

        var reasons = new RetentionRule(rules!, retention.TimeZone, now).Evaluate(retained);
        return all.Where(item => reasons[item.Backup.Id] is null).OrderBy(item => item.Backup.At).Select(item => item.BlobName).FirstOrDefault();
    }

    /// <param name="HasUploadTime"><see cref="Candidate.HasUploadTime"/>, from the row alone.</param>
    private readonly record struct Estimated(RetainedBackup Backup, string BlobName, bool HasUploadTime);
}
