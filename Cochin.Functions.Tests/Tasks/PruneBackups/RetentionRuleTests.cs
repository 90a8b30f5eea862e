using System.Globalization;
using Cochin.Functions.Tasks.PruneBackups;

namespace Cochin.Functions.Tests.Tasks.PruneBackups;

public sealed class RetentionRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    [Fact]
    public void Last_OfFive_KeepsTheNewest() => Judge(new KeepRules(Last: 2), "29 10:00", "28 10:00", "27 10:00").ShouldBe(["last", "last", null]);

    [Fact]
    public void Daily_WithSeveralADay_KeepsTheNewestOfEachDayThatHasOne() =>
        Judge(new KeepRules(Daily: 2), "29 10:00", "29 08:00", "25 10:00", "25 08:00", "24 10:00")
            .ShouldBe(["daily 2026-11-29", null, "daily 2026-11-25", null, null]);

    [Fact]
    public void Days_InTheZone_AreThoseOfTheZone() =>
        Judge(new KeepRules(Daily: 5), "28 23:30", "28 22:30").ShouldBe(["daily 2026-11-29", "daily 2026-11-28"], "23:30 in UTC is the next day in Paris");

    [Theory]
    [InlineData("2027-01-03T12:00Z", "weekly 2026-W53")]
    [InlineData("2027-01-04T12:00Z", "weekly 2027-W01")]
    [InlineData("2025-12-29T12:00Z", "weekly 2026-W01")]
    public void Weeks_AroundTheNewYear_AreThoseOfIso(string at, string reason) =>
        new RetentionRule(new KeepRules(Weekly: 1), Paris, Now)
            .Evaluate([new("1", DateTimeOffset.Parse(at, CultureInfo.InvariantCulture))])["1"]
            .ShouldBe(reason);

    [Fact]
    public void MonthsAndYears_KeepTheNewestOfEach() => new RetentionRule(new KeepRules(Monthly: 2, Yearly: 2), Paris, Now)
        .Evaluate([At("a", 2026, 11), At("b", 2026, 10), At("c", 2026, 9), At("d", 2025, 12), At("e", 2025, 3), At("f", 2024, 1)])
        .Values.ShouldBe(["monthly 2026-11", "monthly 2026-10", null, "yearly 2025", null, null]);

    [Fact]
    public void Within_Days_KeepsAllThatAreYounger() =>
        Judge(new KeepRules(WithinDays: 2), "28 12:00", "27 12:01", "27 12:00", "27 11:59").ShouldBe(["within", "within", "within", null]);

    [Fact]
    public void Unfilled_Rule_KeepsNoAdditionalOldest() =>
        Judge(new KeepRules(Daily: 5), "29 10:00", "29 08:00").ShouldBe(["daily 2026-11-29", null]);

    [Fact]
    public void Rules_KeepingOneBackup_AreNamedInTheirOrder() =>
        Judge(new KeepRules(Last: 1, Daily: 1, Weekly: 2, WithinDays: 9), "29 10:00", "22 10:00", "21 10:00").ShouldBe(["last", "weekly 2026-W47", "within"]);

    [Fact]
    public void Damaged_Ones_TakeNoPlaceAndGoOnlyIfNoRuleWouldKeepThem()
    {
        var reasons = new RetentionRule(new KeepRules(Last: 2), Paris, Now).Evaluate(
        [
            Backup("a", "29 10:00", isDamaged: true),
            Backup("b", "28 10:00"),
            Backup("c", "27 10:00"),
            Backup("d", "26 10:00", isDamaged: true),
            Backup("e", "25 10:00"),
        ]);

        reasons.Values.ShouldBe(["last", "last", "last", null, null]);
    }

    [Fact]
    public void Protected_Ones_TakeNoPlace() => new RetentionRule(new KeepRules(Last: 1), Paris, Now)
        .Evaluate([Backup("a", "29 10:00", isProtected: true), Backup("b", "28 10:00"), Backup("c", "27 10:00")])
        .Values.ShouldBe(["protected", "last", null]);

    [Fact]
    public void NewestSoundAndNewest_ThatNoRuleKeeps_AreKept() => new RetentionRule(new KeepRules(WithinDays: 1), Paris, Now)
        .Evaluate(
        [
            Backup("a", "20 10:00", isDamaged: true),
            Backup("b", "19 10:00"),
            Backup("c", "18 10:00", isSound: true),
            Backup("d", "17 10:00", isSound: true),
        ])
        .Values.ShouldBe([null, "newest", "newestSound", null]);

    [Fact]
    public void NewestSoundAndNewest_OfEachType_AreKept() => new RetentionRule(new KeepRules(Last: 1), Paris, Now)
        .Evaluate(
        [
            Backup("a", "20 10:00") with { Type = "metadata" },
            Backup("b", "19 10:00") with { Type = "metadata" },
            Backup("c", "18 10:00") with { Type = "full" },
            Backup("d", "17 10:00", isSound: true) with { Type = "full" },
            Backup("e", "16 10:00") with { Type = "full" },
            Backup("f", "15 10:00"),
        ])
        .Values.ShouldBe(["last", null, "newest", "newestSound", null, "newest"]);

    [Fact]
    public void Backups_OfOneTime_AreTakenByTheirIds() => new RetentionRule(new KeepRules(Last: 1), Paris, Now)
        .Evaluate([Backup("b", "29 10:00"), Backup("a", "29 10:00")])
        .ShouldBe(new Dictionary<string, string?> { ["a"] = "last", ["b"] = null }, ignoreOrder: true);

    private static IEnumerable<string?> Judge(KeepRules keep, params string[] times) =>
        new RetentionRule(keep, Paris, Now).Evaluate(times.Select((time, i) => Backup($"{i}", time))).Values;

    private static RetainedBackup Backup(string id, string time, bool isProtected = false, bool isDamaged = false, bool isSound = false) =>
        new(id, DateTimeOffset.Parse($"2026-11-{time}Z", CultureInfo.InvariantCulture), isProtected, isDamaged, isSound);

    private static RetainedBackup At(string id, int year, int month) => new(id, new DateTimeOffset(year, month, 15, 12, 0, 0, TimeSpan.Zero));
}
