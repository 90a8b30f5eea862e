using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>Plans which backups to prune: applies the rules to each configuration, and then the exceptions.</summary>
/// <param name="inventory">The rows and blobs, read completely.</param>
internal sealed class PrunePlanner(
    PruneInventory inventory, PruneBackupsOptions options, RetentionSettings retention, BackupSettings settings, ExpectedAges ages)
{
    private readonly List<string> warnings = [];

    /// <param name="now">The time of the storage service.</param>
    public PrunePlan Make(BackupConfigurations configurations, DateTimeOffset now)
    {
        var planned = inventory.Candidates
            .GroupBy(candidate => candidate.Configuration)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => PlanConfiguration(group.Key, [.. group], configurations, now))
            .ToList();
        var kept = planned
            .SelectMany(one => one.Backups)
            .Where(backup => backup.Decision != PruneDecision.Prune || !IsRequested(backup.Configuration))
            .Select(backup => backup.Blob)
            .ToHashSet();
        var withoutRow = planned.Select(one => one.Name).Where(name => name.Length > 0 && IsRequested(name) && configurations.Find(name) is null).ToList();
        if (retention.FromConfigurations && configurations.All.Any() && withoutRow.Count > 0)
        {
            warnings.Add(
                $"No RetentionDays apply to the backups of {Problems.List([.. withoutRow.Select(name => $"'{name}'")])}, because the configurations table has "
                + "no such row. Add the rows, or correct the Configuration of the backups.");
        }

        return new PrunePlan(
            [.. planned.Where(one => IsRequested(one.Name)).Select(one => one with { Backups = [.. one.Backups.Select(backup => WithShared(backup, kept))] })],
            [.. inventory.Warnings, .. warnings]);
    }

    /// <summary>Why nothing of a configuration is pruned; null if backups may be pruned.</summary>
    internal static string? ReasonToKeepAll(
        string name, KeepRules? rules, IEnumerable<RetainedBackup> backups, BackupConfigurations configurations, ExpectedAges ages, DateTimeOffset now) =>
        rules is null || ages.IsUnreadable(name, configurations) ? "unreadable"
        : rules.IsEmpty ? "noRule"
        : FindOverdueTypes(name, backups, configurations, ages, now).Any() ? "overdue"
        : null;

    /// <summary>Finds the types without a new good backup in time; null stands for any type.</summary>
    private static IEnumerable<string?> FindOverdueTypes(
        string name, IEnumerable<RetainedBackup> backups, BackupConfigurations configurations, ExpectedAges ages, DateTimeOffset now) =>
        from expected in ages.ByType(name, configurations)
        where expected.MaxAge > TimeSpan.Zero
        let good = backups.Where(backup => !backup.IsDamaged && (expected.Type is null || backup.IsOfType(expected.Type)))
        let newest = good.Max(backup => (DateTimeOffset?)backup.At)
        where !(now - newest <= expected.MaxAge)
        select expected.Type;

    private bool IsRequested(string configuration) => options.Configuration is null || options.Configuration == configuration;

    private PlannedConfiguration PlanConfiguration(string name, List<Candidate> backups, BackupConfigurations configurations, DateTimeOffset now)
    {
        var rules = retention.RulesOf(name, configurations, options);

        // Several rows of one blob count as one backup. Rows with the wrong time don't count.
        List<Candidate> found = [.. backups.Where(backup => backup is { Blob: not null, Problem: null })];
        var hasOthers = inventory.HasOthers(name);
        var areUndated = hasOthers || UndatedBackups.AreCopied(found);
        var counted = found.Where(backup => !backup.IsRewritten && !(areUndated && backup.HasUploadTime));
        var shared = counted.Where(backup => backup.Blob!.IsShared)
            .GroupBy(backup => backup.Blob!)
            .ToDictionary(rows => rows.Key, rows => RetainedOf([.. rows], now));
        List<RetainedBackup> retained = [.. counted.Where(backup => !backup.Blob!.IsShared).Select(backup => backup.ToRetained(now)), .. shared.Values];
        var reasons = new RetentionRule(rules ?? new KeepRules(), retention.TimeZone, now).Evaluate(retained);
        var considered = retained.Count > 0 ? retained : found.Select(backup => backup.ToRetained(now));
        var keepAll = ReasonToKeepAll(name, rules, considered, configurations, ages, now);
        if (IsRequested(name) && keepAll is "overdue" or "unreadable")
        {
            warnings.Add(keepAll == "overdue"
                ? $"Nothing of the configuration '{name}' was pruned: its newest good backup"
                    + $"{OfType(FindOverdueTypes(name, considered, configurations, ages, now))} is too old. "
                    + "Find out why no new ones are made."
                : $"Nothing of the configuration '{name}' was pruned, because its row can't be read. See the other warning.");
        }

        List<PlannedBackup> planned =
        [
            .. backups.OrderByDescending(backup => backup.At).ThenBy(backup => backup.Id, StringComparer.Ordinal)
                .Select(backup => Plan(backup) with { IsCounted = reasons.ContainsKey(IdOf(backup)) }),
        ];
        if (IsRequested(name))
        {
            warnings.AddRange(UndatedBackups.Warnings(name, planned, hasOthers));
        }

        return new(name, rules, planned);

        // The id under which the rules count its blob.
        string IdOf(Candidate backup) => backup.Blob is { } blob && shared.TryGetValue(blob, out var one) ? one.Id : backup.Id;

        PlannedBackup Plan(Candidate backup) => backup switch
        {
            { Problem: not null } => new(backup, PruneDecision.Fail, "failed"),
            { IsProtected: true } => new(backup, PruneDecision.Protect, RetentionRule.Protected),
            { Absent: Candidate.Missing, IsPruneBegun: true } => new(backup, PruneDecision.Prune, "policy"),
            { Absent: { } absent } => new(backup, PruneDecision.Keep, absent),
            _ when !reasons.ContainsKey(IdOf(backup)) =>
                new(backup, PruneDecision.Keep, backup.IsRewritten ? RetentionRule.Rewritten : RetentionRule.Undated),
            _ when (reasons[IdOf(backup)] ?? ExceptionFor(backup, now) ?? keepAll) is { } reason =>
                new(backup, PruneDecision.Keep, reason),
            _ => new(backup, PruneDecision.Prune, "policy"),
        };
    }

    private static string OfType(IEnumerable<string?> types) =>
        string.Join(" or", types.OfType<string>().Select(type => $" {Problems.Quote(type)}")) is { Length: > 0 } named ? $" of the type{named}" : "";

    private static RetainedBackup RetainedOf(List<Candidate> rows, DateTimeOffset now) =>
        rows.Select(row => row.ToRetained(now)).MaxBy(row => row.At) with
        {
            IsSound = rows.Exists(row => row.IsSound(now)),
            Type = string.Join(' ', rows.Select(row => row.Type).Distinct().Order(StringComparer.Ordinal)),
        };

    private string? ExceptionFor(Candidate backup, DateTimeOffset now) =>
        inventory.Claims.AreReading(backup.Id) ? "liveRestore"
        : backup.Blob!.IsLeased ? "leased"
        : now - backup.Blob.LastModified < settings.Grace ? "young"
        : null;

    /// <summary>Keeps a backup if a row that is kept refers to its blob, or may refer to it.</summary>
    private PlannedBackup WithShared(PlannedBackup backup, HashSet<CandidateBlob?> kept) =>
        backup is { Decision: PruneDecision.Prune, Blob: { } blob } && (kept.Contains(blob) || inventory.Claims.AreNaming(blob.Name, blob.Bytes))
            ? backup with { Decision = PruneDecision.Keep, Reason = "shared" }
            : backup;
}
