using System.Globalization;
using CsCheck;
using Cochin.Functions.Tasks.PruneBackups;

namespace Cochin.Functions.Tests.Tasks.PruneBackups;

/// <summary>The rule against another one that is slow and obvious, over random backups, rules and time zones.</summary>
public sealed class RetentionRuleProof
{
    private static readonly string[] Zones =
        ["Europe/Paris", "UTC", "America/New_York", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Casablanca"];

    private static readonly DateTimeOffset Now = new(2026, 4, 2, 10, 0, 0, TimeSpan.Zero);

    private static readonly Gen<KeepRules> Rules = Gen.Select(
        Count(3), Count(9), Count(6), Count(6), Count(3), Count(40),
        (last, daily, weekly, monthly, yearly, days) => new KeepRules(last, daily, weekly, monthly, yearly, days));

    // Many within days of each other, some at the same time, some years ago.
    private static readonly Gen<RetainedBackup[]> Histories = Gen.Select(
            Gen.Frequency((6, Gen.Int[0, 60 * 24 * 20]), (3, Gen.Int[0, 60 * 24 * 500]), (1, Gen.Int[0, 60 * 24 * 3_000]), (1, Gen.Const(600))),
            Gen.Int[0, 9],
            Gen.OneOf("full", "full", "metadata", ""),
            (minutes, kind, type) => (minutes, kind, type))
        .Array[0, 40]
        .Select(all => all.Select((one, i) => new RetainedBackup(
            $"{i:00}",
            Now.AddMinutes(-one.minutes),
            IsProtected: one.kind == 0,
            IsDamaged: one.kind is 1 or 2,
            IsSound: one.kind is 2 or 3,
            one.type)).ToArray());

    [Fact]
    public void Judge_OverRandomHistories_IsAsTheReference() => Gen.Select(Histories, Rules, Gen.Int[0, Zones.Length - 1]).Sample(
        (backups, keep, zoneIndex) =>
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById(Zones[zoneIndex]);
            var reasons = new RetentionRule(keep, zone, Now).Evaluate(backups);

            foreach (var backup in backups)
            {
                reasons[backup.Id].ShouldBe(Expected(backup, backups, keep, zone), $"{backup} of {backups.Length}, {keep}, {zone.Id}");
            }
        },
        iter: 2_000,
        threads: 1);

    private static Gen<int?> Count(int most) => Gen.Frequency((1, Gen.Const((int?)null)), (3, Gen.Int[0, most].Select(number => (int?)number)));

    private static string? Expected(RetainedBackup backup, RetainedBackup[] all, KeepRules keep, TimeZoneInfo zone)
    {
        if (backup.IsProtected)
        {
            return "protected";
        }

        var rivals = all.Where(other => !other.IsProtected && (backup.IsDamaged || !other.IsDamaged)).ToList();
        if (rivals.Count(other => IsNewer(other, backup)) < (keep.Last ?? 0))
        {
            return "last";
        }

        var local = Local(backup, zone);
        return Of(keep.Daily, day => day, $"daily {local.Year:0000}-{local.Month:00}-{local.Day:00}")
            ?? Of(keep.Weekly, Monday, $"weekly {WeekOf(local)}")
            ?? Of(keep.Monthly, day => day.AddDays(1 - day.Day), $"monthly {local.Year:0000}-{local.Month:00}")
            ?? Of(keep.Yearly, day => new DateTime(day.Year, 1, 1), $"yearly {local.Year:0000}")
            ?? (keep.WithinDays > 0 && backup.At >= Now.AddHours(-24.0 * keep.WithinDays.Value) ? "within" : null)
            ?? (IsNewestOf(other => other.IsSound && !other.IsDamaged) ? "newestSound" : null)
            ?? (IsNewestOf(other => !other.IsDamaged) ? "newest" : null);

        string? Of(int? count, Func<DateTime, DateTime> begin, string reason)
        {
            var mine = begin(local.Date);
            var isNewestOfPeriod = !rivals.Exists(other => begin(Local(other, zone).Date) == mine && IsNewer(other, backup));
            var laterPeriods = rivals.Select(other => begin(Local(other, zone).Date)).Distinct().Count(other => other > mine);
            return isNewestOfPeriod && laterPeriods < (count ?? 0) ? reason : null;
        }

        bool IsNewestOf(Func<RetainedBackup, bool> counts) =>
            counts(backup) && !all.Any(other => counts(other) && other.Type == backup.Type && IsNewer(other, backup));
    }

    private static DateTime Local(RetainedBackup backup, TimeZoneInfo zone) => (backup.At.UtcDateTime + zone.GetUtcOffset(backup.At)).Date;

    private static DateTime Monday(DateTime day)
    {
        while (day.DayOfWeek != DayOfWeek.Monday)
        {
            day = day.AddDays(-1);
        }

        return day;
    }

    // A week belongs to the year of its Thursday.
    private static string WeekOf(DateTime day)
    {
        var thursday = Monday(day).AddDays(3);
        return string.Create(CultureInfo.InvariantCulture, $"{thursday.Year:0000}-W{((thursday.DayOfYear - 1) / 7) + 1:00}");
    }

    private static bool IsNewer(RetainedBackup one, RetainedBackup other) =>
        one.At > other.At || (one.At == other.At && string.CompareOrdinal(one.Id, other.Id) < 0);
}
