using System.Globalization;

namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>A completed backup, for the retention rules.</summary>
/// <param name="At">When it was made.</param>
/// <param name="IsProtected">Whether it is protected. Such a backup is never pruned, and the rules don't count it.</param>
/// <param name="IsDamaged">Whether it is not a good backup. The rules for good backups don't count it.</param>
/// <param name="IsSound">Whether this version of it was verified and is sound.</param>
/// <param name="Type">What it comprises. The newest good backup of each type is kept, because one of another type can't replace it.</param>
internal readonly record struct RetainedBackup(
    string Id, DateTimeOffset At, bool IsProtected = false, bool IsDamaged = false, bool IsSound = false, string Type = "")
{
    /// <summary>Whether it is of a type. Rows of one blob may have several, separated by spaces.</summary>
    public bool IsOfType(string type) => Type == type || Type.Split(' ').Contains(type);
}

/// <summary>
/// Decides which backups of one configuration are kept. The rules have the same meaning as in restic's <c>forget</c>, except that a rule with
/// free places does not keep the oldest backup in addition, and that days are counted from now and not from the newest backup.
/// </summary>
/// <remarks>https://restic.readthedocs.io/en/stable/060_forget.html</remarks>
internal sealed class RetentionRule(KeepRules keep, TimeZoneInfo zone, DateTimeOffset now)
{
    public const string Last = "last";
    public const string Within = "within";
    public const string NewestSound = "newestSound";
    public const string Newest = "newest";
    public const string Protected = "protected";
    public const string Undated = "undated";
    public const string Rewritten = "rewritten";

    /// <returns>For each id the rule that keeps the backup, e.g. <c>last</c> or <c>daily 2026-11-28</c>; null if no rule keeps it.</returns>
    public Dictionary<string, string?> Evaluate(IEnumerable<RetainedBackup> backups)
    {
        var newestFirst = NewestFirst(backups);
        var unprotected = newestFirst.Where(backup => !backup.IsProtected);
        var good = Keepers(unprotected.Where(backup => !backup.IsDamaged));
        var all = Keepers(unprotected); // A damaged backup is kept if it would be kept as a good one.
        var reasons = newestFirst.ToDictionary(
            backup => backup.Id,
            backup => backup.IsProtected ? Protected : (backup.IsDamaged ? all : good).GetValueOrDefault(backup.Id));
        KeepNewestOfEachType(newestFirst.Where(backup => backup is { IsDamaged: false, IsSound: true }), NewestSound);
        KeepNewestOfEachType(newestFirst.Where(backup => !backup.IsDamaged), Newest);
        return reasons;

        void KeepNewestOfEachType(IEnumerable<RetainedBackup> candidates, string reason)
        {
            foreach (var newest in candidates.DistinctBy(backup => backup.Type))
            {
                reasons[newest.Id] ??= reason;
            }
        }
    }

    /// <summary>Sorts by time and then by id, so that each run makes the same decision.</summary>
    public static List<RetainedBackup> NewestFirst(IEnumerable<RetainedBackup> backups) =>
        [.. backups.OrderByDescending(backup => backup.At).ThenBy(backup => backup.Id, StringComparer.Ordinal)];

    private Dictionary<string, string> Keepers(IEnumerable<RetainedBackup> newestFirst)
    {
        var backups = newestFirst.Select(backup => (backup.Id, backup.At, Local: TimeZoneInfo.ConvertTime(backup.At, zone).DateTime)).ToList();
        var reasons = new Dictionary<string, string>();
        foreach (var (id, _, _) in backups.Take(keep.Last ?? 0))
        {
            reasons[id] = Last;
        }

        NewestOfEach(keep.Daily, local => local.ToString("'daily 'yyyy-MM-dd", CultureInfo.InvariantCulture));
        NewestOfEach(
            keep.Weekly, local => string.Create(CultureInfo.InvariantCulture, $"weekly {ISOWeek.GetYear(local):0000}-W{ISOWeek.GetWeekOfYear(local):00}"));
        NewestOfEach(keep.Monthly, local => local.ToString("'monthly 'yyyy-MM", CultureInfo.InvariantCulture));
        NewestOfEach(keep.Yearly, local => local.ToString("'yearly 'yyyy", CultureInfo.InvariantCulture));
        if (keep.WithinDays is > 0 and { } days)
        {
            foreach (var (id, _, _) in backups.Where(backup => (now - backup.At).TotalDays <= days))
            {
                reasons.TryAdd(id, Within);
            }
        }

        return reasons;

        void NewestOfEach(int? count, Func<DateTime, string> period)
        {
            foreach (var (id, name) in backups.Select(backup => (backup.Id, Name: period(backup.Local))).DistinctBy(backup => backup.Name).Take(count ?? 0))
            {
                reasons.TryAdd(id, name);
            }
        }
    }
}
