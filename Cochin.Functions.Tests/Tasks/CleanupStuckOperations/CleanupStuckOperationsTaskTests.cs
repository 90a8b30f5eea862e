using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupStuckOperations;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.CleanupStuckOperations;

public sealed class CleanupStuckOperationsTaskTests(AzuriteServer server) : StuckOperationsTest(server)
{
    [Fact]
    public async Task Run_InactiveOperations_AreMarkedWithTheReason()
    {
        await AddOperationAsync(
            "backup",
            "42",
            ("Status", "running"),
            ("CreatedAt", Ago(9)),
            ("StartedAt", Ago(8)),
            ("HeartbeatAt", Ago(7)),
            ("ErrorMessage", "slow disk"),
            ("Extra", "kept"));
        await AddOperationAsync("restore", "7", ("Status", "pending"), ("CreatedAt", Ago(6.1)));
        await AddOperationAsync("backup", "alive", ("Status", "running"), ("CreatedAt", Ago(9)), ("HeartbeatAt", Ago(1)));
        await AddOperationAsync("backup", "done", ("Status", "completed"), ("CreatedAt", Ago(900)));

        var result = await RunAsync(new CleanupStuckOperationsOptions());

        result.Outcome.ShouldBe(Outcome.Completed);
        result.Counts.ShouldBe([new("examined", 3), new("stuck", 2), new("marked", 2), new("finishedMeanwhile", 0), new("failed", 0)]);
        var marked = await RowAsync("backup", "42");
        marked.ShouldSatisfyAllConditions(
            () => marked.GetString("Status").ShouldBe("failed"),
            () => (marked.Time("CompletedAt") - Now)!.Value.Duration().ShouldBeLessThan(TimeSpan.FromMinutes(1)),
            () => marked.GetString("ErrorMessage").ShouldContain("run-1"),
            () => marked.GetString("ErrorMessage").ShouldContain("slow disk"),
            () => marked.GetString("Extra").ShouldBe("kept"));
        (await RowAsync("restore", "7")).GetString("Status").ShouldBe("failed", "one that never started counts from its creation");
        (await RowAsync("backup", "alive")).GetString("Status").ShouldBe("running");
        (await AuditAsync()).ShouldContain("\"target\":\"backup/42\",\"result\":\"marked\"");
    }

    [Fact]
    public async Task Run_OutOfTime_StopsBetweenOperationsAndContinues()
    {
        const int Stuck = 7;
        for (var i = 0; i < Stuck; i++)
        {
            await AddOperationAsync("backup", $"{i}", ("Status", "running"), ("CreatedAt", Ago(9)));
        }

        var kept = new MemoryCheckpoint();
        var results = new List<TaskResult>();
        do
        {
            var steps = 3;
            var context = Context(hasTime: () => steps-- > 0, checkpoint: kept);
            results.Add(await new CleanupStuckOperationsTask(TimeProvider.System).RunAsync(new CleanupStuckOperationsOptions(), context, Cancellation));
        }
        while (results[^1].Reason == SkipReason.Unfinished && results.Count < 10);

        results.Select(result => result.Count("marked")).ShouldBe([3, 6, 7]);
        results[0].Outcome.ShouldBe(Outcome.Partial);
        results[^1].Outcome.ShouldBe(Outcome.Completed);
        results[^1].Counts.ShouldBe([new("examined", Stuck), new("stuck", Stuck), new("marked", Stuck), new("finishedMeanwhile", 0), new("failed", 0)]);
        kept.Progress.ShouldBe([3, 6]);
        (await AuditAsync()).ShouldContain("\"target\":\"backup/3\",\"result\":\"unfinished\"");
    }

    [Fact]
    public async Task Run_Again_FindsNothing()
    {
        await AddOperationAsync("backup", "42", ("Status", "running"), ("CreatedAt", Ago(9)));
        await RunAsync(new CleanupStuckOperationsOptions());

        var second = await RunAsync(new CleanupStuckOperationsOptions());

        second.Counts.ShouldAllBe(count => count.Value == 0);
    }

    [Fact]
    public async Task Run_MoreThanABatch_MarksAll()
    {
        await Storage.Operations.CreateIfNotExistsAsync(Cancellation);
        var rows = Enumerable.Range(0, 100).Select(i => new TableTransactionAction(
            TableTransactionActionType.Add,
            new TableEntity("backup", $"b{i:000}") { ["Status"] = "running", ["CreatedAt"] = Ago(9) }));
        await Storage.Operations.SubmitTransactionAsync(rows, Cancellation);
        await AddOperationAsync("restore", "last", ("Status", "pending"), ("CreatedAt", Ago(9)));

        var result = await RunAsync(new CleanupStuckOperationsOptions());

        result.Count("marked").ShouldBe(101);
        (await Storage.Operations.ReadAsync(OperationStatus.LiveFilter, cancellationToken: Cancellation).CountAsync(Cancellation)).ShouldBe(0);
    }

    [Fact]
    public async Task Run_RowWithoutReadableTime_IsReportedAndTheOthersMarked()
    {
        await AddOperationAsync("backup", "broken", ("Status", "running"), ("CreatedAt", "yesterday"));
        await AddOperationAsync("backup", "none", ("Status", "pending"));
        await AddOperationAsync("backup", "text", ("Status", "pending"), ("CreatedAt", "2026-06-01T00:00:00Z"));

        var result = await RunAsync(new CleanupStuckOperationsOptions());

        result.Outcome.ShouldBe(Outcome.Partial);
        result.Count("failed").ShouldBe(2);
        result.Count("marked").ShouldBe(1, "a time written as ISO text can be read");
        result.Warnings.ShouldContain(warning => warning.Contains("backup/broken", StringComparison.Ordinal));
        (await RowAsync("backup", "broken")).GetString("Status").ShouldBe("running");
    }

    [Fact]
    public async Task Run_OneOperation_IgnoresTheOthers()
    {
        await AddOperationAsync("backup", "it's 1", ("Status", "running"), ("CreatedAt", Ago(9)));
        await AddOperationAsync("backup", "2", ("Status", "running"), ("CreatedAt", Ago(9)));

        var result = await RunAsync(new CleanupStuckOperationsOptions { OperationId = "it's 1" });

        result.Count("marked").ShouldBe(1);
        (await RowAsync("backup", "2")).GetString("Status").ShouldBe("running");
    }

    [Fact]
    public async Task Run_OneIdInBothPartitions_ChecksBothAndReportsTheUnreadableOne()
    {
        await AddOperationAsync("backup", "42", ("Status", "completed"), ("CreatedAt", Ago(9)));
        await AddOperationAsync("restore", "42", ("Status", "running"), ("CreatedAt", "02/06/2026"));

        var result = await RunAsync(new CleanupStuckOperationsOptions { OperationId = "42" });

        result.Outcome.ShouldBe(Outcome.Partial);
        result.Warnings.Count.ShouldBe(2);
        result.Error.ShouldNotBeNull().ShouldContain("restore/42");
    }

    [Fact]
    public async Task Run_OneIdStuckInBothPartitions_MarksBoth()
    {
        await AddOperationAsync("backup", "a+b %41 é", ("Status", "running"), ("CreatedAt", Ago(9)));
        await AddOperationAsync("restore", "a+b %41 é", ("Status", "running"), ("CreatedAt", Ago(9)));

        var result = await RunAsync(new CleanupStuckOperationsOptions { OperationId = "a+b %41 é" });

        result.Count("marked").ShouldBe(2);
        (await RowAsync("backup", "a+b %41 é")).GetString("Status").ShouldBe("failed");
    }

    [Fact]
    public async Task Run_ActiveOperation_ReportsThatThereIsNothingToDo()
    {
        await AddOperationAsync("backup", "42", ("Status", "running"), ("CreatedAt", Ago(9)), ("HeartbeatAt", Ago(1)));

        var result = await RunAsync(new CleanupStuckOperationsOptions { OperationId = "42" });

        result.Outcome.ShouldBe(Outcome.Completed);
        result.Count("marked").ShouldBe(0);
        result.Warnings.ShouldHaveSingleItem().ShouldContain("is active");
    }

    [Fact]
    public async Task Run_UnknownOperation_Fails()
    {
        var result = await RunAsync(new CleanupStuckOperationsOptions { OperationId = "nobody" });

        result.Outcome.ShouldBe(Outcome.Failed);
        result.Error.ShouldNotBeNull().ShouldContain("'nobody'");
    }

    [Fact]
    public async Task Run_EndedOperation_ReportsThatThereIsNothingToDo()
    {
        await AddOperationAsync("backup", "42", ("Status", "completed"), ("CreatedAt", Ago(9)));

        var result = await RunAsync(new CleanupStuckOperationsOptions { OperationId = "42" });

        result.Outcome.ShouldBe(Outcome.Completed);
        result.Warnings.ShouldHaveSingleItem().ShouldContain("completed");
    }

    [Fact]
    public async Task DryRun_ReportsStuckOperationsAndOnlyReads()
    {
        await AddOperationAsync("backup", "42", ("Status", "running"), ("CreatedAt", Ago(9)));
        var writes = new CountingPolicy(request => request.Method.Method is not ("GET" or "HEAD"));

        var result = await RunAsync(new CleanupStuckOperationsOptions { DryRun = true }, writes);

        result.Count("marked").ShouldBe(1);
        Items.ShouldHaveSingleItem().Decision.ShouldBe("mark");
        writes.Count.ShouldBe(0);
    }

    [Fact]
    public async Task StatsOnly_CountsByKindStatusAndAgeAndMarksNothing()
    {
        await AddOperationAsync("backup", "42", ("Status", "running"), ("CreatedAt", Ago(9)));
        await AddOperationAsync("backup", "43", ("Status", "completed"), ("CreatedAt", Ago(9)));
        await AddOperationAsync("restore", "1", ("Status", "completed"));

        var result = await RunAsync(new CleanupStuckOperationsOptions { ShowStats = true, StatsOnly = true, DryRun = true });

        result.Count("marked").ShouldBe(0);
        result.Count("stuck").ShouldBe(1);
        Items.ShouldAllBe(item => item.Decision == "keep");
        result.Tables.ShouldHaveSingleItem().Rows.ShouldBe(
        [
            ["backup", "completed", "6 h to 24 h", 1L],
            ["backup", "running", "6 h to 24 h", 1L],
            ["restore", "completed", "unknown", 1L],
        ]);
    }

    [Fact]
    public async Task Stats_WithMarking_CountTheStateBefore()
    {
        await AddOperationAsync("backup", "42", ("Status", "running"), ("CreatedAt", Ago(9)));

        var result = await RunAsync(new CleanupStuckOperationsOptions { ShowStats = true });

        result.Count("marked").ShouldBe(1);
        result.Tables.ShouldHaveSingleItem().Rows.ShouldBe([["backup", "running", "6 h to 24 h", 1L]]);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(87_600, true)]
    [InlineData(-0.1, false)]
    [InlineData(87_600.1, false)]
    public void Options_Limit_IsFromZeroToTenYears(double hours, bool isGood) =>
        CleanupStuckOperationsDescription.Value.Takes("hours", hours).ShouldBe(isGood);

    [Fact]
    public async Task Run_NoTable_FindsNothing() =>
        (await RunAsync(new CleanupStuckOperationsOptions())).Outcome.ShouldBe(Outcome.Completed);
}
