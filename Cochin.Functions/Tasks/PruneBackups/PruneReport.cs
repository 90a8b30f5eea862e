using System.Globalization;
using Cochin.Functions.Formatting;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>Counts what a run prunes and keeps, and lists it.</summary>
/// <param name="soFar">The counts of earlier runs of the same work; null if there were none.</param>
/// <param name="zone">The time zone of the dates in the list.</param>
internal sealed class PruneReport(PrunePlan plan, Dictionary<string, long>? soFar, Action<TaskItem>? items, TimeZoneInfo zone, DateTimeOffset now)
{
    public const string Pruned = "pruned";
    public const string Changed = "changed";
    public const string Leased = "leased";
    public const string Failed = "failed";

    private const int MaxWarnings = 50;

    private readonly List<string> warnings = [.. plan.Warnings];

    // Where the result differs from the plan.
    private readonly Dictionary<string, (PruneDecision Decision, string Reason)> changes = [];

    // The number of backups to prune that were not processed yet.
    private long open = plan.Pruned.Count();
    private long freed = soFar?.GetValueOrDefault(nameof(freed)) ?? 0;
    private long pruned = soFar?.GetValueOrDefault(nameof(pruned)) ?? 0;

    /// <summary>The counts that the next run of the same work can't know.</summary>
    public Dictionary<string, long> SoFar => new() { [nameof(pruned)] = pruned, [nameof(freed)] = freed };

    public void Warn(string warning) => warnings.Add(warning);

    /// <summary>Records that the backups of a unit are kept although the plan prunes them.</summary>
    public void Kept(PruneUnit unit, string reason) => End(unit, PruneDecision.Keep, reason);

    /// <param name="result"><c>pruned</c>, or the reason why it was not.</param>
    /// <param name="detail">The error; null if there was none.</param>
    public void Done(PruneUnit unit, string result, string? detail)
    {
        if (result == Pruned)
        {
            pruned += unit.Backups.Count;
            freed += unit.Blob?.Bytes ?? 0;
        }
        else if (result == Failed)
        {
            warnings.AddRange(unit.Backups.Select(backup => $"{backup.Target} could not be pruned: {detail}. The next run tries again."));
        }

        End(unit, result switch { Pruned => PruneDecision.Prune, Failed => PruneDecision.Fail, _ => PruneDecision.Keep }, result == Pruned ? "policy" : result);
    }

    /// <summary>Counts the plan as if it had been carried out.</summary>
    public void Plan()
    {
        foreach (var unit in plan.Units)
        {
            pruned += unit.Backups.Count;
            freed += unit.Blob?.Bytes ?? 0;
        }

        open = 0;
    }

    /// <summary>Lists each backup with its decision.</summary>
    public void List()
    {
        foreach (var backup in items is null ? [] : plan.Backups)
        {
            var (decision, reason) = EndOf(backup);
            double? age = backup.Backup.At is { } at ? Math.Round((now - at).TotalHours, 2) : null;
            var area = backup.BlobName.IndexOf('/', StringComparison.Ordinal);
            items!(new TaskItem(
                backup.BlobName[(area + 1)..],
                backup.BlobName[..Math.Max(area, 0)],
                age,
                backup.Blob?.Bytes ?? 0,
                backup.Blob is null ? 0 : 1,
                Word(decision),
                reason));
        }
    }

    public TaskResult ToResult()
    {
        var (kept, guarded, failed) = (Count(PruneDecision.Keep), Count(PruneDecision.Protect), Count(PruneDecision.Fail));
        var changed = changes.Values.Count(end => end.Reason == Changed);
        var problems = warnings.Where(warning => warning.StartsWith("backup/", StringComparison.Ordinal)).ToList();
        return new TaskResult
        {
            Outcome = failed > 0 ? Outcome.Partial : Outcome.Completed,
            Error = failed == 0 ? null : $"{failed} of {plan.Backups.Count()} backups could not be checked or pruned, and were kept: {Problems.List(problems)}",
            Counts =
            [
                new("examined", pruned + open + kept + guarded + failed), new("kept", kept - changed), new("pruned", pruned), new("protected", guarded),
                new("changed", changed), new("failed", failed),
            ],
            Bytes = [new("kept", BytesOf(plan.Backups.Where(backup => EndOf(backup).Decision != PruneDecision.Prune))), new("freed", freed)],
            Warnings = warnings.Count <= MaxWarnings
                ? warnings
                : [.. warnings.Take(MaxWarnings), $"{warnings.Count - MaxWarnings} more warnings are not shown."],
            Tables = items is null ? [] : [.. plan.Configurations.Select(ToTable)],
        };
    }

    private long Count(PruneDecision decision) => plan.Backups.Count(backup => EndOf(backup).Decision == decision);

    private (PruneDecision Decision, string Reason) EndOf(PlannedBackup backup) =>
        changes.TryGetValue(backup.Id, out var change) ? change : (backup.Decision, backup.Reason);

    private void End(PruneUnit unit, PruneDecision decision, string reason)
    {
        open -= unit.Backups.Count;
        foreach (var backup in unit.Backups.Where(backup => (decision, reason) != (backup.Decision, backup.Reason)))
        {
            changes[backup.Id] = (decision, reason);
        }
    }

    private ResultTable ToTable(PlannedConfiguration configuration)
    {
        var parts = configuration.Backups.ToLookup(backup => Word(EndOf(backup).Decision));
        var name = configuration.Name.Length > 0 ? configuration.Name : "(no configuration)";
        return new ResultTable(
            ResultTable.Items,
            $"{name} ({configuration.Rules?.Describe() ?? "RetentionDays can't be read"}): "
                + $"{Sum("keep", [.. parts["keep"]])}, {Sum("prune", [.. parts["prune"]])}",
            ["backup", "made", "age", "bytes", "verified", "decision", "why"],
            [.. configuration.Backups.Select(ToRow)]);
    }

    private IReadOnlyList<object?> ToRow(PlannedBackup backup)
    {
        var (decision, reason) = EndOf(backup);
        return
        [
            backup.BlobName[(backup.BlobName.LastIndexOf('/') + 1)..],
            backup.Backup.At is { } at ? TimeZoneInfo.ConvertTime(at, zone).ToString("ddd yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : null,
            backup.Backup.At is { } made ? Units.English.Age((now - made).TotalSeconds) : null,
            backup.Blob?.Bytes,
            Verified(backup.Backup),
            Word(decision),
            reason,
        ];
    }

    private string Verified(Candidate backup) => backup.IsReportedDamaged ? "damaged"
        : backup.IsSound(now) ? $"{backup.VerifiedLevel} {backup.VerifiedAt:yyyy-MM-dd}".Trim()
        : "no";

    private static string Word(PruneDecision decision) => decision == PruneDecision.Prune ? "prune" : "keep";

    private static string Sum(string word, PlannedBackup[] backups) => $"{word} {backups.Length} ({Units.English.Size(BytesOf(backups))})";

    // A blob with two rows counts once.
    private static long BytesOf(IEnumerable<PlannedBackup> backups) =>
        backups.Select(backup => backup.Blob).OfType<CandidateBlob>().Distinct().Sum(blob => blob.Bytes);
}
