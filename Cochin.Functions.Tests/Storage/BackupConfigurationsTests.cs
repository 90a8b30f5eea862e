using Azure.Data.Tables;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tests.Storage;

public sealed class BackupConfigurationsTests
{
    [Theory]
    [InlineData("Daily Backup", "Daily=20Backup")]
    [InlineData("été/1", "=C3=A9t=C3=A9=2F1")]
    [InlineData("a=b%c_d-e.f", "a=3Db=25c=5Fd=2De=2Ef")]
    [InlineData("Prod9", "Prod9")]
    public void Key_OfAName_IsEncodedAndGivesTheNameBack(string name, string key)
    {
        BackupConfiguration.KeyOf(name).ShouldBe(key);
        BackupConfiguration.From(new TableEntity("configuration", key)).Name.ShouldBe(name);
    }

    [Theory]
    [InlineData("daily", 26)]
    [InlineData(" Weekly ", 8 * 24)]
    [InlineData("monthly", 32 * 24)]
    [InlineData("manual", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Frequency_ThatIsKnown_SaysHowOldTheNewestMayBe(string? frequency, int? hours)
    {
        var configuration = Read(("Frequency", frequency));

        configuration.ExpectedAge.ShouldBe(hours is { } known ? TimeSpan.FromHours(known) : null);
        configuration.IsExpectationUnreadable.ShouldBeFalse();
        configuration.Problems.ShouldBeEmpty();
        Read(("Frequency", frequency), ("IsActive", false)).ExpectedAge.ShouldBeNull();
    }

    [Theory]
    [InlineData("daily, weekly", "metadata, Full", "metadata 26, full 192")]
    [InlineData("daily", "metadata, full", "metadata 26, full 26")]
    [InlineData("daily, manual", "metadata, full", "metadata 26, full ")]
    [InlineData("weekly, daily", "full, FULL", "full 26")]
    [InlineData("daily, weekly", "metadata,", "metadata 26,  192")]
    [InlineData("daily", null, " 26")]
    [InlineData("daily, hourly", "metadata, full", "metadata 26, full ", true)]
    [InlineData("daily, weekly", "full", "full 26", true)]
    [InlineData("daily, weekly", null, " 26", true)]
    public void Types_Several_HaveTheirOwnFrequencies(string frequency, string? type, string expected, bool isUnreadable = false)
    {
        var configuration = Read(("Frequency", frequency), ("BackupType", type));

        string.Join(", ", configuration.Expected.Select(one => $"{one.Type} {one.MaxAge?.TotalHours}")).ShouldBe(expected);
        (configuration.IsExpectationUnreadable, configuration.Problems.Count).ShouldBe((isUnreadable, isUnreadable ? 1 : 0));
    }

    [Theory]
    [InlineData("daily, weekly", 20, "metadata 20, full 192")]
    [InlineData("daily, weekly", 500, "metadata 500, full 500")]
    [InlineData("weekly, weekly", 20, "metadata 20, full 20")]
    [InlineData("daily, manual", 20, "metadata 20, full 0")]
    [InlineData("manual, manual", 20, "metadata 20, full 20")]
    [InlineData("daily, weekly", 0, "metadata 0, full 0")]
    public void Types_WithAMaximumAgeInTheSettings_ExpectTheMostFrequentOnesByIt(string frequency, double hours, string expected)
    {
        var configurations = new BackupConfigurations([Read(("Frequency", frequency), ("BackupType", "metadata, full"))]);
        var ages = new ExpectedAges(TimeSpan.Zero, new Dictionary<string, TimeSpan> { ["prod"] = TimeSpan.FromHours(hours) });

        string.Join(", ", ages.ByType("prod", configurations).Select(one => $"{one.Type} {one.MaxAge.TotalHours}")).ShouldBe(expected);
    }

    [Fact]
    public void Types_OfTwoRowsOfOneName_AreAllExpectedButUnreadable()
    {
        var configurations = new BackupConfigurations(
            [Read(("Frequency", "weekly"), ("BackupType", "full")), Read(("Frequency", "daily"), ("BackupType", "data"))]);

        new ExpectedAges(TimeSpan.Zero, new Dictionary<string, TimeSpan>()).ByType("prod", configurations)
            .ShouldBe([("full", TimeSpan.FromDays(8)), ("data", TimeSpan.FromHours(26))]);
        configurations.Find("prod")!.IsExpectationUnreadable.ShouldBeTrue();
        configurations.Find("Prod")!.ActiveRows.ShouldBe(["prod", "prod"]);
    }

    [Fact]
    public void Values_ThatCannotBeRead_AreNamedAndNotTakenAsAbsent()
    {
        var configuration = Read(("Frequency", "hourly"), ("RetentionDays", -3L), ("IsActive", "perhaps"), ("Name", 4.5));

        configuration.ShouldSatisfyAllConditions(
            read => read.IsActive.ShouldBeTrue(),
            read => read.IsExpectationUnreadable.ShouldBeTrue(),
            read => read.IsRetentionUnreadable.ShouldBeTrue(),
            read => read.Problems.ShouldBe(
            [
                "has the Name '4.5 (Double)', which is not text", "has the Frequency 'hourly', which is not manual, daily, weekly or monthly",
                "has the RetentionDays '-3', which is not a whole number of days".Replace("'-3'", "'-3 (Int64)'", StringComparison.Ordinal),
                "has the IsActive 'perhaps', which is not a Boolean",
            ]));
        Read(("RetentionDays", "30")).RetentionDays.ShouldBe(30);
    }

    [Fact]
    public void Ages_SetByTheOperator_WinOverTheFrequency()
    {
        var configurations = new BackupConfigurations([Read(("Frequency", "weekly")), Read(("Name", "odd"), ("Frequency", "hourly"))]);
        var none = new Dictionary<string, TimeSpan>();
        var one = new Dictionary<string, TimeSpan> { ["prod"] = TimeSpan.Zero };

        new ExpectedAges(TimeSpan.Zero, none).Of("prod", configurations).ShouldBe(TimeSpan.FromDays(8));
        new ExpectedAges(TimeSpan.FromHours(1), none).Of("prod", configurations).ShouldBe(TimeSpan.FromHours(1));
        new ExpectedAges(TimeSpan.FromHours(1), one).Of("prod", configurations).ShouldBe(TimeSpan.Zero);
        new ExpectedAges(TimeSpan.Zero, none).IsUnreadable("odd", configurations).ShouldBeTrue();
        new ExpectedAges(TimeSpan.FromHours(1), none).IsUnreadable("odd", configurations).ShouldBeFalse();
    }

    private static BackupConfiguration Read(params (string Column, object? Value)[] columns)
    {
        var row = new TableEntity("configuration", "prod");
        foreach (var (column, value) in columns)
        {
            row[column] = value;
        }

        return BackupConfiguration.From(row);
    }
}
