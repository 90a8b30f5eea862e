using Cochin.Functions.Tasks.SyncDjango.Mapping;
using Cochin.Functions.Tasks.SyncDjango.Source;

namespace Cochin.Functions.Tests.Tasks.SyncDjango.Mapping;

public sealed class ConfigurationRowTests
{
    [Fact]
    public void From_Configurations_AreRowsInTheOrderOfTheirKeys()
    {
        var rows = ConfigurationRow.From([Record("Weekly", "weekly", 90L, 1L), Record("Daily Backup", "daily", 30L, 0L)]);

        rows.Select(one => one.Row.Key).ShouldBe(["Daily=20Backup", "Weekly"]);
        SyncTest.Text(rows[0].Row.Merge(null).Row.ShouldNotBeNull())
            .ShouldBe("BackupType=full Frequency=daily IsActive=False Name=Daily Backup RetentionDays=30");
    }

    [Fact]
    public void From_ConfigurationsOfOneName_KeepTheLongerAndExpectTheShorter()
    {
        var (row, records) = ConfigurationRow.From(
            [Record("prod", "monthly", 30L, 1L), Record("prod", "daily", 7L, 0L), Record("prod", "weekly", 90L, 1L)]).ShouldHaveSingleItem();

        records.ShouldBe(3);
        SyncTest.Text(row.Merge(null).Row.ShouldNotBeNull()).ShouldBe("BackupType=full Frequency=weekly IsActive=True Name=prod RetentionDays=90");
        row.Problems.ShouldHaveSingleItem().ShouldContain("3 configurations");
    }

    [Theory]
    [InlineData("daily metadata, weekly full", "BackupType=metadata, full Frequency=daily, weekly")]
    [InlineData("weekly full, daily metadata", "BackupType=metadata, full Frequency=daily, weekly")]
    [InlineData("monthly full, weekly FULL, daily data", "BackupType=data, FULL Frequency=daily, weekly")]
    [InlineData("daily metadata, daily full", "BackupType=full, metadata Frequency=daily")]
    [InlineData("hourly metadata, daily full", "BackupType=full, metadata Frequency=daily, hourly")]
    [InlineData("manual metadata, daily full", "BackupType=full Frequency=daily")]
    [InlineData("manual metadata, manual full", "BackupType=full, metadata Frequency=manual")]
    public void From_ConfigurationsOfOneNameAndSeveralTypes_ExpectEachType(string configurations, string expected)
    {
        var records = configurations.Split(", ").Select(one => one.Split(' ')).Select(one => Record("prod", one[0], 30L, 1L, one[1]));

        var (row, _) = ConfigurationRow.From(records.Append(Record("prod", "daily", 30L, 0L, "data"))).ShouldHaveSingleItem();

        SyncTest.Text(row.Merge(null).Row.ShouldNotBeNull()).ShouldBe($"{expected} IsActive=True Name=prod RetentionDays=30");
    }

    [Fact]
    public void From_DaysThatCannotBeRead_KeepThoseOfTheRow()
    {
        var row = ConfigurationRow.From([Record("prod", "daily", 30L, 1L)])[0].Row.Merge(null).Row!;

        var changed = ConfigurationRow.From([Record("prod", "daily", "long", 1L)])[0].Row;

        changed.Merge(row).Row.ShouldBeNull();
        changed.Problems.ShouldHaveSingleItem().ShouldContain("retention_days");
    }

    [Fact]
    public void Rejection_OfANameThatIsTooLong_SaysSo() =>
        ConfigurationRow.From([Record(new string('é', 100), "daily", 1L, 1L)])[0].Row.Rejection.ShouldNotBeNull().ShouldContain("too long");

    private static SourceRecord Record(string name, string frequency, object days, long active, string type = "full") => new(new Dictionary<string, object?>
    {
        ["id"] = 1L, ["name"] = name, ["backup_type"] = type, ["frequency"] = frequency, ["retention_days"] = days, ["is_active"] = active,
    });
}
