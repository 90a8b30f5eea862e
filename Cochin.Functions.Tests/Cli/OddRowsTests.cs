using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Cli;

/// <summary>Invalid values in rows are reported by the doctor and on the page.</summary>
public sealed class OddRowsTests(AzuriteServer server) : CommandTest(server)
{
    [Fact]
    public async Task Doctor_HeartbeatInTheFuture_IsAWarning()
    {
        await AddOddOperationAsync();

        var result = await RunAsync("doctor", "--json");

        result.ExitCode.ShouldBe(0, result.Output);
        var check = result.Json.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("name").GetString() == "operation restore/1");
        check.GetProperty("result").GetString().ShouldBe("warning");
        check.GetProperty("found").GetString()!.ShouldContain("HeartbeatAt that is in the future");
    }

    [Fact]
    public async Task Report_HeartbeatInTheFuture_IsAProblem()
    {
        await AddOddOperationAsync();

        var report = (await RunAsync("report", "--json")).Json;

        var texts = report.GetProperty("health").GetProperty("problems").EnumerateArray().Select(problem => problem.GetProperty("text").GetString()!);
        texts.ShouldContain(text => text.StartsWith("restore/1 has a time in HeartbeatAt", StringComparison.Ordinal));
        var operation = report.GetProperty("operations").GetProperty("running")[0];
        operation.GetProperty("problem").GetString()!.ShouldContain("HeartbeatAt");
        operation.GetProperty("silent").GetBoolean().ShouldBeFalse("the row was written a moment ago");
    }

    [Fact]
    public async Task Report_StatusOfAnotherType_IsShownAndNotCalledSilent()
    {
        await AddOperationAsync("restore", "1", ("Status", 5L), ("CreatedAt", TimeProvider.System.GetUtcNow().AddDays(-2)));

        var report = (await RunAsync("report", "--json")).Json;

        var operation = report.GetProperty("operations").GetProperty("running")[0];
        operation.GetProperty("status").GetString().ShouldBe("5 (Int64)");
        operation.GetProperty("silent").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task OperationsList_ByStatus_IgnoresCase()
    {
        await AddOperationAsync("restore", "1", ("Status", "RUNNING"));
        await AddOperationAsync("restore", "2", ("Status", "failed"));

        var listed = (await RunAsync("operations", "list", "--status", "running", "--json")).Json.GetProperty("operations");

        listed.GetArrayLength().ShouldBe(1);
        listed[0].GetProperty("status").GetString().ShouldBe("running");
    }

    private Task AddOddOperationAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        return AddOperationAsync("restore", "1", ("Status", "running"), ("CreatedAt", now.AddHours(-9)), ("HeartbeatAt", now.AddDays(400)));
    }
}
