using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.StatusPage;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.Operations;

namespace Cochin.Functions.Tests.StatusPage;

public sealed class OperationsTallyTests
{
    private static readonly DateTimeOffset Now = new(StatusSample.Now);

    [Fact]
    public void Running_MoreThanShown_ArePrioritizedByDuration()
    {
        var tally = new OperationsTally(Now, TimeSpan.FromHours(6), new WatchSettings(), Paths);
        for (var i = 0; i < 200; i++)
        {
            tally.Add(new Operation { Kind = "backup", Id = $"{i}", Status = "running", StartedAt = Now.AddMinutes(-(i * 7 % 200)) });
        }

        var status = tally.ToStatus();

        status.RunningCount.ShouldBe(200);
        status.Running.Count.ShouldBe(OperationsSource.MaxShown);
        status.Running[0].StartedAt.ShouldBe(Now.AddMinutes(-199).UtcDateTime);
        status.Running.ShouldBe(status.Running.OrderBy(operation => operation.StartedAt));
    }

    [Fact]
    public void Backups_OfSeveralConfigurations_AreSummedOldestFirst()
    {
        var tally = new OperationsTally(Now, TimeSpan.FromHours(6), new WatchSettings(), Paths);
        tally.Add(Backup("daily", hours: 2, size: 10));
        tally.Add(Backup("daily", hours: 26, size: long.MaxValue));
        tally.Add(Backup("weekly", hours: 200, size: null));

        var status = tally.ToStatus();

        status.Backups.Select(backup => (backup.Configuration, backup.Count, backup.NewestAgeSeconds, backup.Bytes))
            .ShouldBe([("weekly", 1, 720_000, 0), ("daily", 2, 7_200, long.MaxValue)]);
    }

    [Fact]
    public void Backup_ThatTookLong_IsDatedByItsEnd()
    {
        var tally = new OperationsTally(Now, TimeSpan.FromHours(6), new WatchSettings { BackupsExpected = TimeSpan.FromHours(26) }, Paths);
        tally.Add(Backup("main", hours: 25, size: 1) with { CreatedAt = Now.AddHours(-40) });
        tally.Add(Backup("other", hours: 27, size: 1) with { CreatedAt = Now });

        tally.ToStatus().Backups.Select(backup => (backup.Configuration, backup.Overdue)).ShouldBe([("other", true), ("main", false)]);
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(7, true)]
    [InlineData(null, true)]
    public void Running_WithoutActivity_IsSilentAfterTheLimit(int? hours, bool isSilent)
    {
        var tally = new OperationsTally(Now, TimeSpan.FromHours(6), new WatchSettings(), Paths);
        tally.Add(new Operation { Kind = "restore", Id = "1", Status = "pending", HeartbeatAt = hours is { } ago ? Now.AddHours(-ago) : null });

        tally.ToStatus().Running.ShouldHaveSingleItem().Silent.ShouldBe(isSilent);
    }

    [Fact]
    public void Backup_DatedInTheFuture_IsNotTheNewest()
    {
        var tally = new OperationsTally(Now, TimeSpan.FromHours(6), new WatchSettings(), Paths);
        tally.Add(Backup("daily", hours: 50, size: 10));
        tally.Add(Backup("daily", hours: -9_600, size: 10) with { CreatedAt = Now.AddHours(-60) });

        tally.ToStatus().Backups.ShouldHaveSingleItem().Newest.ShouldBe(Now.AddHours(-50).UtcDateTime);
    }

    private static readonly WorkPathReader Paths = new(TempAreas.Default, "backups");

    private static Operation Backup(string configuration, double hours, long? size) =>
        new() { Kind = "backup", Id = "1", Status = "completed", Configuration = configuration, CompletedAt = Now.AddHours(-hours), SizeBytes = size };
}
