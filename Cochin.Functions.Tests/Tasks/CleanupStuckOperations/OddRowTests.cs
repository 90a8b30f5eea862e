using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupStuckOperations;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.CleanupStuckOperations;

/// <summary>Rows whose values are of another type or form than the contract's, on the real clock: the service stamps the rows with it.</summary>
public sealed class OddRowTests(AzuriteServer server) : TaskTest(server)
{
    private readonly DateTimeOffset now = TimeProvider.System.GetUtcNow();

    [Theory]
    [InlineData("HeartbeatAt", "24/11/2026 10:00")]
    [InlineData("HeartbeatAt", 1_764_000_000L)]
    [InlineData("HeartbeatAt", 1_764_000_000.5)]
    [InlineData("HeartbeatAt", true)]
    [InlineData("StartedAt", "yesterday")]
    public async Task Time_PresentAndUnreadable_IsNoProofOfSilence(string column, object value)
    {
        await AddOperationAsync("restore", "1", ("Status", "running"), ("CreatedAt", now.AddHours(-9)), (column, value));

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Partial);
        result.Count("failed").ShouldBe(1);
        result.Error.ShouldNotBeNull().ShouldContain($"restore/1: its {column} can't be read");
        (await StatusAsync("1")).ShouldBe("running");
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public async Task Time_Blank_SaysNothing(string heartbeat)
    {
        await AddOperationAsync("restore", "1", ("Status", "running"), ("CreatedAt", now.AddHours(-9)), ("HeartbeatAt", heartbeat));

        (await RunAsync()).Count("marked").ShouldBe(1);
    }

    [Fact]
    public async Task Time_ReadableAndRecentBesideAnUnreadableOne_IsASignOfLife()
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
    public async Task Time_StillToCome_IsNamedAndTheRowsTimestampCounts(string column)
    {
        await AddOperationAsync("restore", "1", ("Status", "running"), ("CreatedAt", now.AddHours(-9)), (column, now.AddDays(400)));

        var atOnce = await RunAsync();
        var muchLater = await RunAsync(new SkewedTime(TimeSpan.FromHours(7)));

        atOnce.Outcome.ShouldBe(Outcome.Completed);
        atOnce.Count("stuck").ShouldBe(0, "the row was written a moment ago");
        atOnce.Warnings.ShouldHaveSingleItem().ShouldContain($"restore/1 has a time in {column} that is in the future");
        muchLater.Count("marked").ShouldBe(1, "and not since");
        (await StatusAsync("1")).ShouldBe("failed");
    }

    [Fact]
    public async Task Time_AheadByAClocksError_IsASignOfLife()
    {
        await AddOperationAsync("restore", "1", ("Status", "running"), ("HeartbeatAt", now.AddMinutes(5)));

        var result = await RunAsync();

        result.Warnings.ShouldBeEmpty();
        result.Count("examined").ShouldBe(1);
    }

    [Theory]
    [InlineData("Running")]
    [InlineData(" PENDING ")]
    public async Task Status_InAnotherSpelling_IsThatStatus(string status)
    {
        await AddOperationAsync("restore", "1", ("Status", status), ("CreatedAt", now.AddHours(-9)));

        var result = await RunAsync();

        result.Count("marked").ShouldBe(1);
    }

    [Theory]
    [InlineData("restoring", "'restoring'")]
    [InlineData(5L, "'5 (Int64)'")]
    public async Task Status_Unknown_IsNamedAndTheRowIsLeft(object status, string named)
    {
        await AddOperationAsync("restore", "1", ("Status", status), ("CreatedAt", now.AddHours(-9)));

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed);
        result.Count("examined").ShouldBe(0);
        result.Warnings.ShouldHaveSingleItem().ShouldStartWith($"restore/1 has the Status {named}, which is not a known status, so it was left as it is");
    }

    private Task<TaskResult> RunAsync(TimeProvider? time = null) =>
        new CleanupStuckOperationsTask(time ?? TimeProvider.System).RunAsync(new CleanupStuckOperationsOptions(), Context(), Cancellation);

    private async Task<object> StatusAsync(string id) =>
        (await Storage.Operations.GetEntityAsync<TableEntity>("restore", id, cancellationToken: Cancellation)).Value["Status"];

    private sealed class SkewedTime(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
    }
}
