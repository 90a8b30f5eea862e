using Azure.Data.Tables;
using Cochin.Functions.Backups;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tests.Backups;

/// <summary>A configuration whose name is spelled differently in the table of configurations and in the rows of backups.</summary>
public sealed class SimilarConfigurationsTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 2, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("daily-backup", 2, false)]
    [InlineData("DAILY_BACKUP", 2, false)]
    [InlineData("daily-backup", 27, true)]
    public void Row_OfASimilarName_HasNoSummaryOfItsOwn(string configuration, int hours, bool isOverdue)
    {
        var summary = Summarize([Row("Daily Backup")], Backup(configuration, hours)).ShouldHaveSingleItem();

        (summary.Configuration, summary.IsWatched, summary.IsOverdue, summary.Newest).ShouldBe((configuration, true, isOverdue, Now.AddHours(-hours)));
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(27, true)]
    public void Backups_OfMixedSpellings_AreOverdueByTheNewestOfAll(int hours, bool isOverdue)
    {
        var summaries = Summarize([Row("Daily Backup")], Backup("daily_backup", hours: 400), Backup("Daily Backup", hours));

        summaries.Select(summary => (summary.Configuration, summary.IsOverdue))
            .ShouldBe([("daily_backup", isOverdue), ("Daily Backup", isOverdue)], ignoreOrder: true);
    }

    [Theory]
    [InlineData("running", 1)]
    [InlineData("failed", 1)]
    [InlineData("failed", 300)]
    public void Row_OfASimilarNameWithoutGoodBackups_IsOverdueOnceItIsOld(string status, int hours)
    {
        var backup = Backup("daily-backup", hours) with { Status = status };

        var summary = Summarize([Row("Daily Backup")], backup).ShouldHaveSingleItem();
        var ofNewRow = Summarize([Row("Daily Backup", hours: 3)], backup);

        (summary.Configuration, summary.IsOverdue).ShouldBe(("daily-backup", true));
        ofNewRow.Any(one => one.IsOverdue).ShouldBe(hours == 300);
    }

    [Fact]
    public void Rows_OfSimilarNamesWithoutBackups_AreOneConfiguration()
    {
        var summary = Summarize([Row("Daily Backup"), Row("daily_backup")]).ShouldHaveSingleItem();

        summary.IsOverdue.ShouldBeTrue();
    }

    [Fact]
    public void Row_OfANameWhoseSimilarOneIsInactive_IsStillWatched()
    {
        var summaries = Summarize([Row("Daily Backup"), Row("daily_backup", isActive: false)], Backup("daily_backup", hours: 400));

        summaries.Where(summary => summary.IsOverdue).Select(summary => summary.Configuration).ShouldBe(["Daily Backup"]);
    }

    [Fact]
    public void Types_Several_AreEachExpected()
    {
        BackupConfiguration row = Row("prod", frequency: "daily, weekly", type: "metadata, full");
        var metadata = Backup("prod", hours: 2) with { Type = "metadata" };

        var fresh = Summarize([row], metadata, Backup("prod", hours: 48) with { Type = "full" }).ShouldHaveSingleItem();
        var old = Summarize([row], metadata, Backup("prod", hours: 200) with { Type = "full" }).ShouldHaveSingleItem();
        var none = Summarize([row], metadata).ShouldHaveSingleItem();

        (fresh.IsOverdue, fresh.Newest).ShouldBe((false, Now.AddHours(-2)));
        (old.IsOverdue, old.Newest).ShouldBe((true, Now.AddHours(-200)));
        (none.IsOverdue, none.Newest).ShouldBe((true, null));
    }

    private static IReadOnlyList<BackupSummary> Summarize(BackupConfiguration[] rows, params Operation[] operations)
    {
        var tally = new BackupTally(new ExpectedAges(TimeSpan.Zero, new Dictionary<string, TimeSpan>()), Now);
        tally.Expect(new BackupConfigurations(rows));
        Array.ForEach(operations, tally.Add);
        return tally.Summarize();
    }

    private static BackupConfiguration Row(string name, int hours = 100, bool isActive = true, string frequency = "daily", string? type = null)
    {
        var row = new TableEntity("configuration", BackupConfiguration.KeyOf(name))
        {
            ["Name"] = name, ["Frequency"] = frequency, ["IsActive"] = isActive, ["BackupType"] = type,
        };
        row.Timestamp = Now.AddHours(-hours);
        return BackupConfiguration.From(row);
    }

    private static Operation Backup(string configuration, int hours) =>
        new() { Kind = "backup", Id = "1", Status = "completed", Configuration = configuration, CompletedAt = Now.AddHours(-hours), SizeBytes = 7 };
}
