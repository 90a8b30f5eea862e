using System.Text.Json;
using Azure.Data.Tables;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Cli;

/// <summary>A task started by hand is not a run of the job with the same name, although both are in the same partition.</summary>
public sealed class TypedTaskTests(AzuriteServer server) : CommandTest(server)
{
    [Fact]
    public async Task TypedTask_Fails_IsInTheHistoryButNotARunOfTheJob()
    {
        await AddOperationAsync("backup", "B1", ("Status", "completed"), ("BlobName", "storage/x.zip"));
        await Storage.Backups.DeleteAsync(cancellationToken: Cancellation);

        var typed = await RunAsync("rebuild_backup_paths", "--force", "--json");

        typed.ExitCode.ShouldBe(1);
        typed.Json.GetProperty("job").GetString().ShouldBe("rebuild_backup_paths");
        typed.Json.GetProperty("trigger").GetString().ShouldBe("Manual");
        var id = typed.Json.GetProperty("runId").GetString()!;
        (await JobAsync()).ShouldBe((null, "[]"));
        (await RunAsync("history", "rebuild_backup_paths", "--json")).Json.GetProperty("runs").GetArrayLength().ShouldBe(1);
        (await RunAsync("history")).Output.ShouldContain("Typed");
        (await RunAsync("explain", id)).Output.ShouldSatisfyAllConditions(
            text => text.ShouldContain("The task rebuild_backup_paths was started by hand"),
            text => text.ShouldNotContain("next due"));
        JobOf(await RunAsync("report", "--json")).GetProperty("lastRun").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Run_OfAJob_IsARunOfTheJob()
    {
        await RunAsync("run", "rebuild_backup_paths");

        var row = await Storage.Runs.QueryAsync<TableEntity>(cancellationToken: Cancellation).SingleAsync(Cancellation);
        row.Keys.ShouldNotContain("Typed");
        row.GetString("Trigger").ShouldBe("Manual");
        (await JobAsync()).LastOutcome.ShouldBe("Completed");
    }

    private async Task<(string? LastOutcome, string Recent)> JobAsync()
    {
        var job = JobOf(await RunAsync("status", "--json"));
        return (job.GetProperty("lastOutcome").GetString(), job.GetProperty("recent").GetRawText());
    }

    private static JsonElement JobOf(CommandResult result) =>
        result.Json.GetProperty("jobs").EnumerateArray().Single(job => job.GetProperty("name").GetString() == "rebuild_backup_paths");
}
