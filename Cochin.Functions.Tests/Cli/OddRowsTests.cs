using System.Text.Json;
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

    [Theory]
    [InlineData("restore", "running", "uploads/r1.zip?sv=1&sig=secret")]
    [InlineData("restore", "running", "uploads/r1.zip;uploads/r2.zip")]
    [InlineData("restore", "pending", 5L)]
    public async Task DoctorAndReport_BlobNameOfALiveOperationInDoubt_NameTheRow(string kind, string status, object blobName)
    {
        await AddOperationAsync(kind, "1", ("Status", status), ("CreatedAt", TimeProvider.System.GetUtcNow()), ("BlobName", blobName));

        var check = await CheckAsync($"operation {kind}/1");
        var report = (await RunAsync("report", "--json")).Json;

        check.GetProperty("found").GetString()!.ShouldContain("BlobName");
        report.GetProperty("operations").GetProperty("running")[0].GetProperty("problem").GetString()!.ShouldContain("BlobName");
        $"{check} {report}".ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("completed", "uploads/a.zip", "in a temporary area")]
    [InlineData("completed", "/app/backups/uploads/a.zip", "may be in a temporary area")]
    [InlineData("completed", 5L, "a BlobName of type")]
    public async Task Doctor_BlobNameOfAnEndedBackupInDoubt_NamesTheRow(string status, object blobName, string found)
    {
        await AddOperationAsync("backup", "1", ("Status", status), ("CreatedAt", TimeProvider.System.GetUtcNow()), ("BlobName", blobName));

        (await CheckAsync("operation backup/1")).GetProperty("found").GetString()!.ShouldContain(found);
    }

    [Theory]
    [InlineData("backup", "running", "/app/backups/storage/main/x.zip")]
    [InlineData("backup", "completed", "storage/main/x (2).zip")]
    [InlineData("restore", "failed", 5L)]
    public async Task Doctor_BlobNameThatLeavesNoDoubtInTheTemporaryAreas_IsNotNamed(string kind, string status, object blobName)
    {
        await AddOperationAsync(kind, "1", ("Status", status), ("CreatedAt", TimeProvider.System.GetUtcNow()), ("BlobName", blobName));

        (await CheckAsync("operations")).GetProperty("result").GetString().ShouldBe("ok");
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

    [Fact]
    public async Task OperationsList_OfMissingFiles_HasTheCompletedBackupsWithoutFile()
    {
        await AddOperationAsync("backup", "1", ("Status", "file_missing"));
        await AddOperationAsync("backup", "2", ("Status", "completed"), ("FileMissing", true));
        await AddOperationAsync("backup", "3", ("Status", "completed"));
        await AddOperationAsync("backup", "4", ("Status", "running"), ("FileMissing", true));

        var listed = (await RunAsync("operations", "list", "--status", "file_missing", "--json")).Json.GetProperty("operations");
        var text = await RunAsync("operations", "list", "--status", "file_missing");

        listed.EnumerateArray().Select(operation => operation.GetProperty("id").GetString()).Order().ShouldBe(["1", "2"]);
        text.Output.ShouldContain("completed, no file");
    }

    private async Task<JsonElement> CheckAsync(string name) =>
        (await RunAsync("doctor", "--json")).Json.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("name").GetString() == name);

    private Task AddOddOperationAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        return AddOperationAsync("restore", "1", ("Status", "running"), ("CreatedAt", now.AddHours(-9)), ("HeartbeatAt", now.AddDays(400)));
    }
}
