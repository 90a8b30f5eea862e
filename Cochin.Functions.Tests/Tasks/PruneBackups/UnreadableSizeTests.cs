using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.PruneBackups;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.PruneBackups;

/// <summary>A backup whose recorded size can't be read may be cut off, so it is kept, but replaces no other backup.</summary>
public sealed class UnreadableSizeTests(AzuriteServer server) : PruneTest(server)
{
    [Theory]
    [InlineData("12 MB")]
    [InlineData(-1L)]
    [InlineData(7.5)]
    [InlineData(" ")]
    public async Task Backup_TakesNoPlaceAndIsNamed(object size)
    {
        await AddBackupAsync("1", 1, ("SizeBytes", size));
        await AddBackupAsync("2", 2);
        await AddBackupAsync("3", 3);

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Partial);
        Counts(result).ShouldBe("examined=3 kept=1 pruned=1 failed=1");
        (ReasonOf("1"), ReasonOf("2"), ReasonOf("3")).ShouldBe(("keep failed", "keep last", "prune policy"));
        result.Warnings.ShouldHaveSingleItem().ShouldStartWith("backup/1 has the SizeBytes '");
    }

    [Fact]
    public async Task Backup_DoesNotEndOverdue()
    {
        Ages = new(TimeSpan.FromHours(26), new Dictionary<string, TimeSpan>());
        await AddBackupAsync("1", 0.5, ("SizeBytes", "12 MB"));
        await AddBackupAsync("2", 2);
        await AddBackupAsync("3", 3);

        Counts(await RunAsync()).ShouldBe("examined=3 kept=2 failed=1");

        ReasonOf("3").ShouldBe("keep overdue");
    }

    [Fact]
    public async Task Backup_RewrittenAfterItsRecord_IsKept()
    {
        await AddBackupAsync("1", 40);
        await AddBackupAsync("2", 2);
        await RecordAsync("2", 60, ("SizeBytes", "12 MB"));

        await RunAsync(new PruneBackupsOptions { Keep = new KeepRules(WithinDays: 30) });

        (await StatusAsync("2")).ShouldBe("completed");
    }

    [Fact]
    public async Task Keeper_WhoseSizeBecomesUnreadable_StopsTheConfiguration()
    {
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);
        var race = new InterveningPolicy(IsMark, () => RecordAsync("1", 1, ("SizeBytes", "12 MB")));
        await AddBackupAsync("3", 3);

        await RunAsync(storage: NewStorage(race));

        race.Met.ShouldBeTrue();
        (await StatusAsync("2")).ShouldBe("completed");
    }
}
