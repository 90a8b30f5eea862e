using Azure;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupStuckOperations;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.CleanupStuckOperations;

/// <summary>Concurrent changes and storage errors.</summary>
public sealed class StuckMarkerTests(AzuriteServer server) : StuckOperationsTest(server)
{
    [Fact]
    public async Task Run_FinishedBetweenReadingAndWriting_IsNotChanged()
    {
        await AddOperationAsync("backup", "42", ("Status", "running"), ("CreatedAt", Ago(9)));
        var finish = new InterveningPolicy(IsWriteToARow, () => AddOperationAsync("backup", "42", ("Status", "completed"), ("CreatedAt", Ago(9))));

        var result = await RunAsync(new CleanupStuckOperationsOptions(), finish);

        finish.Met.ShouldBeTrue();
        result.Count("finishedMeanwhile").ShouldBe(1);
        result.Count("marked").ShouldBe(0);
        (await RowAsync("backup", "42")).GetString("Status").ShouldBe("completed");
        Items.ShouldHaveSingleItem().ShouldSatisfyAllConditions(item => item.Decision.ShouldBe("keep"), item => item.Reason.ShouldBe("finishedMeanwhile"));
        (await AuditAsync()).ShouldContain("\"target\":\"backup/42\",\"result\":\"finishedMeanwhile\"");
    }

    [Fact]
    public async Task Run_HeartbeatBetweenReadingAndWriting_IsLeftRunning()
    {
        await AddOperationAsync("backup", "42", ("Status", "running"), ("CreatedAt", Ago(9)));
        var beat = new InterveningPolicy(
            IsWriteToARow, () => AddOperationAsync("backup", "42", ("Status", "running"), ("CreatedAt", Ago(9)), ("HeartbeatAt", Now)));

        var result = await RunAsync(new CleanupStuckOperationsOptions(), beat);

        beat.Met.ShouldBeTrue();
        result.Count("finishedMeanwhile").ShouldBe(1);
        (await RowAsync("backup", "42")).GetString("Status").ShouldBe("running");
    }

    [Fact]
    public async Task Run_DeletedBetweenReadingAndWriting_IsNotRecreated()
    {
        await AddOperationAsync("backup", "42", ("Status", "running"), ("CreatedAt", Ago(9)));
        var delete = new InterveningPolicy(IsWriteToARow, () => Storage.Operations.DeleteEntityAsync("backup", "42", cancellationToken: Cancellation));

        var result = await RunAsync(new CleanupStuckOperationsOptions(), delete);

        delete.Met.ShouldBeTrue();
        result.Count("finishedMeanwhile").ShouldBe(1);
        (await Storage.Operations.FindAsync("backup", "42", Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Run_StillStuckAfterAnotherWrite_IsMarked()
    {
        await AddOperationAsync("backup", "42", ("Status", "running"), ("CreatedAt", Ago(9)));
        var touch = new InterveningPolicy(
            IsWriteToARow, () => AddOperationAsync("backup", "42", ("Status", "running"), ("CreatedAt", Ago(9)), ("Name", "renamed")));

        var result = await RunAsync(new CleanupStuckOperationsOptions(), touch);

        result.Count("marked").ShouldBe(1);
        var row = await RowAsync("backup", "42");
        row.GetString("Status").ShouldBe("failed");
        row.GetString("Name").ShouldBe("renamed");
    }

    [Fact]
    public async Task Run_RowThatKeepsChanging_IsReportedAndTheOthersMarked()
    {
        await AddOperationAsync("backup", "restless", ("Status", "running"), ("CreatedAt", Ago(9)));
        await AddOperationAsync("restore", "7", ("Status", "running"), ("CreatedAt", Ago(9)));
        var touch = new InterveningPolicy(
            IsWriteToChangingRow, () => AddOperationAsync("backup", "restless", ("Status", "running"), ("CreatedAt", Ago(9))), times: int.MaxValue);

        var result = await RunAsync(new CleanupStuckOperationsOptions(), touch);

        result.Outcome.ShouldBe(Outcome.Partial);
        result.Counts.ShouldBe([new("examined", 2), new("stuck", 2), new("marked", 1), new("finishedMeanwhile", 0), new("failed", 1)]);
        result.Error.ShouldNotBeNull().ShouldContain("backup/restless");
        Items.Single(item => item.Name == "restless")
            .ShouldSatisfyAllConditions(item => item.Decision.ShouldBe("keep"), item => item.Reason.ShouldBe("failed"));
        (await AuditAsync()).ShouldContain("\"target\":\"backup/restless\",\"result\":\"failed\"");
        (await RowAsync("restore", "7")).GetString("Status").ShouldBe("failed");
    }

    [Fact]
    public async Task Run_RowThatTheServiceRejects_IsReportedAndTheOthersMarked()
    {
        await AddOperationAsync("backup", "restless", ("Status", "running"), ("CreatedAt", Ago(9)));
        await AddOperationAsync("restore", "7", ("Status", "running"), ("CreatedAt", Ago(9)));
        var refusal = new FaultPolicy(IsWriteToChangingRow, 400, "EntityTooLarge");

        var result = await RunAsync(new CleanupStuckOperationsOptions(), refusal);

        refusal.Met.ShouldBeTrue();
        result.Outcome.ShouldBe(Outcome.Partial);
        result.Count("marked").ShouldBe(1);
        result.Count("failed").ShouldBe(1);
        result.Warnings.ShouldHaveSingleItem().ShouldContain("backup/restless: the storage returned 400 (EntityTooLarge)");
    }

    [Fact]
    public async Task Run_StorageRejectsAllWrites_Throws()
    {
        await AddOperationAsync("backup", "42", ("Status", "running"), ("CreatedAt", Ago(9)));
        var refusal = new FaultPolicy(IsWriteToARow, 403, "AuthorizationFailure");

        await Should.ThrowAsync<RequestFailedException>(() => RunAsync(new CleanupStuckOperationsOptions(), refusal));

        refusal.Met.ShouldBeTrue();
    }

    [Fact]
    public async Task Run_ResponseToTheWriteLost_CountsAsMarked()
    {
        await AddOperationAsync("backup", "42", ("Status", "running"), ("CreatedAt", Ago(9)));
        var lost = new LostResponsePolicy(IsWriteToARow);

        var result = await RunAsync(new CleanupStuckOperationsOptions(), lost);

        lost.Met.ShouldBeTrue();
        result.Count("marked").ShouldBe(1);
        result.Count("finishedMeanwhile").ShouldBe(0);
        (await AuditAsync()).ShouldContain("\"target\":\"backup/42\",\"result\":\"marked\"");
    }

    [Fact]
    public async Task Run_Stopped_WritesNoFurtherRow()
    {
        await AddOperationAsync("backup", "42", ("Status", "running"), ("CreatedAt", Ago(9)));
        var task = new TaskOnStorage(new CleanupStuckOperationsTask(TimeProvider.System), Storage);

        await Should.ThrowAsync<RunStoppedException>(() => task.RunAsync(
            new CleanupStuckOperationsOptions(), Context(() => throw new RunStoppedException("stopped")), Cancellation));

        (await RowAsync("backup", "42")).GetString("Status").ShouldBe("running");
    }

    [Fact]
    public async Task Run_AuditLogCantBeWritten_MarksNothing()
    {
        await AddOperationAsync("backup", "42", ("Status", "running"), ("CreatedAt", Ago(9)));
        var fault = new FaultPolicy(request => request.Uri.Path.Contains("audit", StringComparison.Ordinal), 403, "AuthorizationFailure");

        await Should.ThrowAsync<RequestFailedException>(() =>
            new CleanupStuckOperationsTask(TimeProvider.System)
                .RunAsync(new CleanupStuckOperationsOptions(), Context(storage: NewStorage(fault)), Cancellation));

        fault.Met.ShouldBeTrue();
        (await RowAsync("backup", "42")).GetString("Status").ShouldBe("running");
    }

    [Fact]
    public async Task Run_LongPreviousMessage_IsShortened()
    {
        await AddOperationAsync("backup", "42", ("Status", "running"), ("CreatedAt", Ago(9)), ("ErrorMessage", new string('é', 32_768)));

        var result = await RunAsync(new CleanupStuckOperationsOptions());

        result.Count("marked").ShouldBe(1);
        var message = (await RowAsync("backup", "42")).GetString("ErrorMessage");
        message.ShouldStartWith(
            $"Marked as failed by cleanup_stuck_operations (job job-1, run run-1): no sign of life since {Ago(9):u}, the limit is 6 h. "
            + "Before: ééé");
        message.Length.ShouldBeLessThan(32_768);
    }

    private static bool IsWriteToARow(global::Azure.Core.Request request) =>
        request.Method.Method is "PATCH" or "PUT" or "MERGE" or "POST" && request.Uri.Path.Contains("Operations(", StringComparison.Ordinal);

    private static bool IsWriteToChangingRow(global::Azure.Core.Request request) =>
        IsWriteToARow(request) && request.Uri.Path.Contains("restless", StringComparison.Ordinal);
}
