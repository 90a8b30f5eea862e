using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupStuckOperations;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.CleanupStuckOperations;

/// <summary>Rows with values of an unexpected type or format. Uses the real clock, because the service sets the timestamps of rows.</summary>
public sealed class OddRowTests(AzuriteServer server) : TaskTest(server)
{
    private readonly DateTimeOffset now = TimeProvider.System.GetUtcNow();

    [Theory]
    [InlineData("HeartbeatAt", "24/11/2026 10:00")]
    [InlineData("HeartbeatAt", 1_764_000_000L)]
    [InlineData("HeartbeatAt", 1_764_000_000.5)]
    [InlineData("HeartbeatAt", true)]
    [InlineData("StartedAt", "yesterday")]
    public async Task Time_Unreadable_DoesNotProveInactivity(string column, object value)
    {
        await AddOperationAsync("restore", "1", ("Status", "running"), ("CreatedAt", now.AddHours(-9)), (column, value));

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Partial);
        result.Count("failed").ShouldBe(1);
        result.Error.ShouldNotBeNull().ShouldContain($"restore/1: its {column} can't be read");
        (await StatusAsync("1")).ShouldBe("running");
    }

    [Fact]
    public async Task Time_Placeholder_DoesNotProveInactivity()
    {
        await AddOperationAsync("restore", "1", ("Status", "running"), ("CreatedAt", DateTimeOffset.UnixEpoch), ("HeartbeatAt", DateTimeOffset.UnixEpoch));

        var result = await RunAsync();

        result.Error.ShouldNotBeNull().ShouldContain("restore/1: it has no readable CreatedAt");
        (await StatusAsync("1")).ShouldBe("running");
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public async Task Time_Blank_IsIgnored(string heartbeat)
    {
        await AddOperationAsync("restore", "1", ("Status", "running"), ("CreatedAt", now.AddHours(-9)), ("HeartbeatAt", heartbeat));

        (await RunAsync()).Count("marked").ShouldBe(1);
    }

    [Fact]
    public async Task Time_RecentNextToAnUnreadableOne_IsASignOfLife()
    {
        await AddOperationAsync("restore", "1", ("Status", "running"), ("CreatedAt", "yesterday"), ("HeartbeatAt", now.AddHours(-1)));

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed);
        (await StatusAsync("1")).ShouldBe("running");
    }

    [Theory]
    [InlineData("HeartbeatAt")]
    [InlineData("StartedAt")]
    [InlineData("CreatedAt")]
    public async Task Time_InTheFuture_IsReportedAndTheTimestampIsUsed(string column)
    {
        await AddOperationAsync("restore", "1", ("Status", "running"), ("CreatedAt", now.AddHours(-9)), (column, now.AddDays(400)));

        var immediately = await RunAsync();
        var muchLater = await RunAsync(NewStorage(new BackdatePolicy(TimeSpan.FromHours(-7))));

        immediately.Outcome.ShouldBe(Outcome.Completed);
        immediately.Count("stuck").ShouldBe(0, "the row was just written");
        immediately.Warnings.ShouldHaveSingleItem().ShouldContain($"restore/1 has a time in {column} that is in the future");
        muchLater.Count("marked").ShouldBe(1, "the row has not been written since");
        (await StatusAsync("1")).ShouldBe("failed");
    }

    [Fact]
    public async Task Time_AheadWithinTheTolerance_IsASignOfLife()
    {
        await AddOperationAsync("restore", "1", ("Status", "running"), ("HeartbeatAt", now.AddMinutes(5)));

        var result = await RunAsync();

        result.Warnings.ShouldBeEmpty();
        result.Count("examined").ShouldBe(1);
    }

    [Theory]
    [InlineData("Running")]
    [InlineData(" PENDING ")]
    public async Task Status_InAnotherSpelling_IsRecognized(string status)
    {
        await AddOperationAsync("restore", "1", ("Status", status), ("CreatedAt", now.AddHours(-9)));

        var result = await RunAsync();

        result.Count("marked").ShouldBe(1);
    }

    [Theory]
    [InlineData("restoring", "'restoring'")]
    [InlineData(5L, "'5 (Int64)'")]
    public async Task Status_Unknown_IsReportedAndTheRowIsNotChanged(object status, string quoted)
    {
        await AddOperationAsync("restore", "1", ("Status", status), ("CreatedAt", now.AddHours(-9)));

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed);
        result.Count("examined").ShouldBe(0);
        result.Warnings.ShouldHaveSingleItem().ShouldStartWith($"restore/1 has the Status {quoted}, which is not a known status, so it was not changed");
    }

    [Theory]
    [InlineData(7)]
    [InlineData(-7)]
    public async Task Clock_OfThisMachineIsWrong_TheStorageServiceDecides(int hoursAhead)
    {
        await AddOperationAsync("restore", "1", ("Status", "running"), ("CreatedAt", now.AddHours(-1)), ("HeartbeatAt", now));
        await AddOperationAsync("restore", "2", ("Status", "running"), ("CreatedAt", now.AddHours(-9)));

        var result = await RunAsync(time: new SkewedTime(TimeSpan.FromHours(hoursAhead)));

        result.Warnings.ShouldBeEmpty();
        (await StatusAsync("1")).ShouldBe("running");
        (await StatusAsync("2")).ShouldBe("failed");
    }

    [Fact]
    public async Task Clock_OfTheStorageServiceIsUnknown_FailsAndMarksNothing()
    {
        await AddOperationAsync("restore", "1", ("Status", "running"), ("CreatedAt", now.AddHours(-9)));

        var result = await RunAsync(NewStorage(new NoDatePolicy()));

        result.Outcome.ShouldBe(Outcome.Failed);
        result.Error.ShouldNotBeNull().ShouldContain("did not report its time");
        (await StatusAsync("1")).ShouldBe("running");
    }

    private Task<TaskResult> RunAsync(CochinStorage? storage = null, TimeProvider? time = null) =>
        new CleanupStuckOperationsTask(time ?? TimeProvider.System).RunAsync(new CleanupStuckOperationsOptions(), Context(storage: storage), Cancellation);

    private async Task<object> StatusAsync(string id) =>
        (await Storage.Operations.GetEntityAsync<TableEntity>("restore", id, cancellationToken: Cancellation)).Value["Status"];

    private sealed class SkewedTime(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
    }
}
