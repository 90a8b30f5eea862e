using Azure.Core;
using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango;

/// <summary>The rows, while other programs write them, too.</summary>
public sealed class RowSyncTests(AzuriteServer server) : SyncTest(server)
{
    [Fact]
    public async Task Run_RowThatChangesBetweenReadAndWrite_IsJudgedAgain()
    {
        Django.AddBackup(1, ("status", "running"));
        Django.AddBackup(2);
        await RunAsync();
        Django.Execute("UPDATE backup_manager_backuphistory SET backup_name = 'other'");
        var intervening = new InterveningPolicy(
            IsBatch, async () => await ChangeBackupAsync(await BackupAsync(1), ("Status", "failed"), ("ErrorMessage", "stuck")));

        var result = await RunAsync(storage: NewStorage(intervening));

        intervening.Met.ShouldBeTrue();
        (result.Count("written"), result.Count("failed")).ShouldBe((2, 0));
        var row = SyncTest.Text(await BackupAsync(1));
        row.ShouldContain("ErrorMessage=stuck");
        row.ShouldContain("Name=other");
        row.ShouldContain("Status=failed");
    }

    [Fact]
    public async Task Run_RowThatAnotherProgramAddsMeanwhile_KeepsItsColumns()
    {
        Django.AddBackup(1);
        await Storage.Operations.CreateAsync(Cancellation);
        var intervening = new InterveningPolicy(IsBatch, () => AddOperationAsync(OperationKind.Backup, "django-1", ("Protected", true)));

        var result = await RunAsync(storage: NewStorage(intervening));

        intervening.Met.ShouldBeTrue();
        result.Count("written").ShouldBe(1);
        (await BackupAsync(1))["Protected"].ShouldBe(true);
    }

    [Fact]
    public async Task Run_ManyRows_NeedsARequestForAHundredAndIdlesWithOneForAThousand()
    {
        Django.AddBackup(1);
        AddQuotes(2_050);
        var (first, second) = (Writes(), new CountingPolicy());

        (await RunAsync(storage: NewStorage(first))).Count("written").ShouldBe(2_051);
        (await RunAsync(storage: NewStorage(second))).Count("unchanged").ShouldBe(2_051);

        first.Count.ShouldBeLessThan(32);
        second.Count.ShouldBeLessThan(15);
    }

    [Fact]
    public async Task Run_ResponseOfABatchThatIsLost_CountsItsRowsOnce()
    {
        Django.AddBackupWithFile(1);
        Django.AddBackupWithFile(2);
        await Storage.Operations.CreateAsync(Cancellation);
        var lost = new LostResponsePolicy(IsBatch);

        var result = await RunAsync(storage: NewStorage(lost));

        result.Count("written").ShouldBe(2);
        result.Outcome.ShouldBe(Outcome.Completed);
    }

    [Fact]
    public async Task Run_ValueThatTheServiceRefuses_IsRejectedAlone()
    {
        Django.AddBackup(1);
        Django.AddBackup(2, ("backup_name", "refused"));
        var refusing = new FaultPolicy(IsRefused, 400, "InvalidInput");

        var result = await RunAsync(storage: NewStorage(refusing));

        result.Outcome.ShouldBe(Outcome.Partial);
        (result.Count("written"), result.Count("rejected")).ShouldBe((1, 1));
        result.Error.ShouldNotBeNull().ShouldContain("backup/django-2");
        await BackupAsync(1);
    }

    [Fact]
    public async Task Run_PendingRenewalOfTheLock_IsAwaitedBeforeEachBatch()
    {
        AddQuotes(100);
        var batches = new CountingPolicy(IsBatch);
        var renewals = new List<int>();

        await RunAsync(storage: NewStorage(batches), adjust: context => context with { LockRenewal = RenewAsync });

        // One more, because the table does not exist at first.
        batches.Count.ShouldBe(4);
        renewals.ShouldBe([0, 2, 3]);

        async Task RenewAsync()
        {
            await Storage.System.ExistsAsync(Cancellation);
            renewals.Add(batches.Count);
        }
    }

    [Fact]
    public async Task Run_OutOfTime_StopsBetweenBatchesAndTheNextRunWritesTheRest()
    {
        AddQuotes(300);
        var (steps, checkpoint) = (0, new MemoryCheckpoint());

        var first = await RunAsync(adjust: context => context with { HasTimeFor = _ => ++steps <= 2, Checkpoint = checkpoint });
        var second = await RunAsync(adjust: context => context with { Checkpoint = checkpoint });

        (first.Outcome, first.Reason).ShouldBe((Outcome.Partial, SkipReason.Unfinished));
        first.Count("written").ShouldBe(75);
        checkpoint.Progress.ShouldBe([75]);
        second.Outcome.ShouldBe(Outcome.Completed);
        (second.Count("written"), second.Count("unchanged")).ShouldBe((300, 75));
    }

    [Fact]
    public async Task Run_OutOfTimeAfterFewRows_StopsBeforeThoseThatAreUpToDate()
    {
        AddQuotes(200);
        await RunAsync();
        Django.SetQuote(1, "montant", "1");

        var result = await RunAsync(adjust: context => context with { IsOutOfTime = static () => true });

        result.Reason.ShouldBe(SkipReason.Unfinished);
        result.Count("unchanged").ShouldBe(0);
    }

    private void AddQuotes(int count)
    {
        Django.Execute("BEGIN");
        for (var i = 1; i <= count; i++)
        {
            Django.AddQuote(i, $"DV-{i}");
        }

        Django.Execute("COMMIT");
    }

    private static bool IsBatch(Request request) => request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal);

    private static bool IsRefused(Request request)
    {
        if (request.Content is null)
        {
            return false;
        }

        using var body = new MemoryStream();
        request.Content.WriteTo(body, TestContext.Current.CancellationToken);
        return System.Text.Encoding.UTF8.GetString(body.ToArray()).Contains("refused", StringComparison.Ordinal);
    }
}
