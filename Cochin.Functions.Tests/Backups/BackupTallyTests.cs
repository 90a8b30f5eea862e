using Azure.Data.Tables;
using Cochin.Functions.Backups;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tests.Backups;

public sealed class BackupTallyTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 2, 12, 0, 0, TimeSpan.Zero);

    private static readonly WatchSettings Settings = new()
    {
        BackupsExpected = TimeSpan.FromHours(48),
        BackupsExpectedOf = new Dictionary<string, TimeSpan> { ["never"] = TimeSpan.FromHours(26), ["off"] = TimeSpan.Zero },
    };

    private static readonly Operation Old = Backup(hours: 240);

    public static TheoryData<string, bool> NewestBackups => new()
    {
        { "good", false }, { "without a size", false }, { "empty", true }, { "damaged", true }, { "with an unreadable size", true },
        { "a gzip of nothing", true }, { "an empty zip", true }, { "a gzip of a letter", false },
        { "missing", true }, { "failed", true }, { "running", true }, { "restore", true },
        { "in the far future", true },
        { "with a placeholder", true }, { "completed in the far future, created just now", false }, { "with a placeholder, created just now", false },
        { "two hours ahead", false }, { "without a time", true },
    };

    [Theory]
    [MemberData(nameof(NewestBackups))]
    public void Newest_OfEachKind_IsOverdueUnlessGood(string what, bool isOverdue)
    {
        var newest = Backup(hours: 1);
        newest = what switch
        {
            "without a size" => newest with { SizeBytes = null },
            "damaged" => newest with { Damage = "is cut off" },
            "empty" => newest with { SizeBytes = 0 },
            "a gzip of nothing" => newest with { BlobName = "storage/q/x.SQL.gz", SizeBytes = 20 },
            "an empty zip" => newest with { BlobName = "storage/q/x.zip", SizeBytes = 22 },
            "a gzip of a letter" => newest with { BlobName = "storage/q/x.sql.gz", SizeBytes = 21 },
            "with an unreadable size" => newest with { SizeBytes = null, UnreadableSizeType = "Guid" },
            "missing" => newest with { Status = "file_missing" },
            "failed" or "running" => newest with { Status = what },
            "restore" => newest with { Kind = "restore" },
            "in the far future" => newest with { CompletedAt = Now.AddDays(400) },
            "completed in the far future, created just now" => newest with { CompletedAt = Now.AddDays(400), CreatedAt = Now },
            "with a placeholder" => newest with { CompletedAt = DateTimeOffset.UnixEpoch },
            "with a placeholder, created just now" => newest with { CompletedAt = DateTimeOffset.UnixEpoch, CreatedAt = Now },
            "two hours ahead" => newest with { CompletedAt = Now.AddHours(2) },
            "without a time" => newest with { CompletedAt = null },
            _ => newest,
        };

        var summary = Summarize(newest, Old)["q"];

        summary.IsOverdue.ShouldBe(isOverdue);
        (Summarize(Old, newest)["q"] with { DamagedBackups = summary.DamagedBackups }).ShouldBe(summary, "in any order");
    }

    [Theory]
    [InlineData("daily", 20, 48, false)]
    [InlineData("daily", 27, 48, true)]
    [InlineData("weekly", 27, 48, false)]
    [InlineData("hourly", 400, 48, false)]
    [InlineData("daily", null, 27, true)]
    [InlineData("daily", null, 20, false)]
    public void Configuration_WithAFrequency_IsOverdueByIt(string frequency, int? newestHours, int rowHours, bool isOverdue)
    {
        var row = new TableEntity("configuration", "q") { ["Name"] = "q", ["Frequency"] = frequency };
        row.Timestamp = Now.AddHours(-rowHours);
        var tally = new BackupTally(new WatchSettings().Ages, Now);
        tally.Expect(new BackupConfigurations([BackupConfiguration.From(row)]));
        if (newestHours is { } hours)
        {
            tally.Add(Backup(hours));
        }

        tally.Summarize().Any(standing => standing is { Configuration: "q", IsOverdue: true }).ShouldBe(isOverdue);
    }

    [Theory]
    [InlineData("full", true)]
    [InlineData("Metadata ", false)]
    [InlineData(null, false)]
    public void Configuration_WithABackupType_IsOverdueByItsBackups(string? type, bool isOverdue)
    {
        var row = new TableEntity("configuration", "q") { ["Frequency"] = "daily", ["BackupType"] = type };
        var tally = new BackupTally(new WatchSettings().Ages, Now);
        tally.Expect(new BackupConfigurations([BackupConfiguration.From(row)]));
        tally.Add(Old with { Type = "full" });
        tally.Add(Backup(hours: 1) with { Type = "METADATA" });

        var summary = tally.Summarize().ShouldHaveSingleItem();

        (summary.IsOverdue, summary.Newest, summary.Count).ShouldBe((isOverdue, isOverdue ? Old.CompletedAt : Now.AddHours(-1), 2));
    }

    [Fact]
    public void Configuration_ExpectedByNameWithoutBackups_IsOverdue()
    {
        var never = Summarize(Old)["never"];

        (never.IsOverdue, never.Newest, never.Count).ShouldBe((true, null, 0));
    }

    [Fact]
    public void Configuration_WithOnlyMissingOrEmptyBackups_IsOverdue()
    {
        Summarize(Backup(hours: 1) with { Status = "file_missing" })["q"].IsOverdue.ShouldBeTrue();
        Summarize(Backup(hours: 1) with { SizeBytes = 0 })["q"].IsOverdue.ShouldBeTrue();
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("cancelled")]
    [InlineData("finished?")]
    [InlineData(null)]
    public void Configuration_WithoutCompletedBackups_IsOverdueOnceItsRowsAreOld(string? status)
    {
        Summarize(Backup(hours: 49) with { Status = status }, Backup(hours: 1) with { Status = "running" })["q"].IsOverdue.ShouldBeTrue();
        Summarize(Backup(hours: 1) with { Status = status, CompletedAt = null })["q"].IsOverdue.ShouldBeTrue("its age is unknown");
        Summarize(Backup(hours: 47) with { Status = status }).ShouldNotContainKey("q");
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("running")]
    public void Configuration_WithItsFirstBackupInProgress_IsOverdueOnlyIfExpectedByName(string status)
    {
        var summaries = Summarize(Backup(hours: 60) with { Status = status }, Backup(hours: 60) with { Status = status, Configuration = "never" });

        summaries.ShouldNotContainKey("q");
        summaries["never"].IsOverdue.ShouldBeTrue();
    }

    [Fact]
    public void Configuration_WithoutANameOrSwitchedOff_IsNotWatched()
    {
        var summaries = Summarize(Old with { Configuration = null }, Old with { Configuration = "off" });

        summaries[""].IsOverdue.ShouldBeFalse();
        summaries["off"].IsOverdue.ShouldBeFalse();
    }

    [Fact]
    public void Totals_CountOnlyGoodBackups()
    {
        var summary = Summarize(
            Old,
            Backup(hours: 5) with { SizeBytes = long.MaxValue },
            Backup(hours: 1) with { SizeBytes = 0 },
            Backup(hours: 2) with { SizeBytes = null, UnreadableSizeType = "Guid" },
            Backup(hours: 3) with { Status = "file_missing" })["q"];

        summary.ShouldBe(new BackupSummary("q")
        {
            Count = 2, Empty = 1, Unread = 1, Missing = 1, Bytes = long.MaxValue, Newest = Now.AddHours(-5), Oldest = Now.AddHours(-240), IsWatched = true,
        });
    }

    [Fact]
    public void Verification_ComparesVerifiedWithCompletedBackups()
    {
        var summaries = Summarize(
            Old with { VerifiedAt = Now.AddDays(-12) },
            Backup(hours: 1) with { VerifiedAt = Now.AddDays(-1) },
            Backup(hours: 2) with { VerifiedAt = Now.AddDays(30) },
            Backup(hours: 3) with { VerifiedAt = Now.AddDays(-20), Damage = "is cut off", DamagedAt = Now.AddDays(-2) },
            Backup(hours: 4) with { SizeBytes = 0 },
            Backup(hours: 5) with { Status = "file_missing", VerifiedAt = Now });

        BackupSummary.Verification(summaries.Values).ShouldBe((2, 5, Now.AddDays(-12)));
        summaries["q"].DamagedBackups.ShouldBe([new DamagedBackup("1", null, "is cut off", Now.AddDays(-2))]);
    }

    [Fact]
    public void Damage_OfManyBackups_IsCountedAndTheLatestAreListed()
    {
        Operation Damaged(int hours) => Backup(hours) with { Id = $"{hours}", Damage = "is cut off", DamagedAt = Now.AddHours(-hours) };

        var summary = Summarize([.. Enumerable.Range(0, 9).Select(Damaged)])["q"];

        (summary.Damaged, summary.Count, summary.DamagedSince).ShouldBe((9, 0, Now.AddHours(-8)));
        summary.DamagedBackups.Select(backup => backup.Id).ShouldBe(["0", "1", "2", "3", "4"]);
    }

    [Theory]
    [InlineData("Never")]
    [InlineData("never ")]
    public void Configuration_SpelledDifferentlyInTheSettings_HasOneSummary(string configuration)
    {
        var summaries = Summarize(Backup(hours: 30) with { Configuration = configuration });

        summaries.Keys.ShouldBe([configuration]);
        summaries[configuration].IsOverdue.ShouldBeTrue("26 hours are set for it");
    }

    [Theory]
    [InlineData("q", true)]
    [InlineData("Q ", true)]
    [InlineData("other", false)]
    public void Registered_WithTheTimeOfItsUpload_IsNewOnlyIfNoOtherProgramRecordsBackups(string configuration, bool isOverdue)
    {
        var copy = Backup(hours: 1) with { Id = "rebuilt-1", CreatedAt = Now.AddHours(-1), CreatedBy = "rebuild_backup_paths" };
        var other = Old with { Configuration = configuration };

        var summary = Summarize(copy, other)["q"];

        summary.IsOverdue.ShouldBe(isOverdue);
        summary.Newest.ShouldBe(!isOverdue ? copy.CompletedAt : configuration == "q" ? Old.CompletedAt : null);
        Summarize(copy with { StartedAt = copy.CompletedAt }, other)["q"].IsOverdue.ShouldBeFalse("it has the time of the file");
        Summarize(copy with { CreatedAt = Now }, other)["q"].IsOverdue.ShouldBeFalse("its time was corrected");
        Summarize(copy, other with { Status = "failed" })["q"].IsOverdue.ShouldBeFalse();
    }

    private static Dictionary<string, BackupSummary> Summarize(params Operation[] operations)
    {
        var tally = new BackupTally(Settings.Ages, Now);
        Array.ForEach(operations, tally.Add);
        return tally.Summarize().ToDictionary(summary => summary.Configuration);
    }

    private static Operation Backup(double hours) =>
        new() { Kind = "backup", Id = "1", Status = "completed", Configuration = "q", CompletedAt = Now.AddHours(-hours), SizeBytes = 7 };
}
