using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Cli;

public sealed class ExplainVerbTests(AzuriteServer server) : CommandTest(server)
{
    [Fact]
    public async Task Explain_ARun_ShowsItsChanges()
    {
        await UploadAsync("temp/old é.txt", TimeSpan.FromHours(30));
        var runId = (await RunAsync("run", "cleanup_temp_files", "--json")).Json.GetProperty("runId").GetString()!;

        var text = await RunAsync("explain", runId);
        var json = (await RunAsync("explain", runId, "--json")).Json;

        text.ExitCode.ShouldBe(0);
        text.Output.ShouldContain("cleanup_temp_files was started by hand");
        text.Output.ShouldContain("temp/old é.txt");
        text.Output.ShouldContain("as Completed");
        text.Output.ShouldContain("next due at");
        json.GetProperty("run").GetProperty("runId").GetString().ShouldBe(runId);
        json.GetProperty("lines").EnumerateArray().ShouldContain(line => line.GetProperty("target").GetString() == "temp/old é.txt");
        json.GetProperty("story").GetArrayLength().ShouldBeGreaterThan(3);
    }

    [Fact]
    public async Task Explain_AnAttempt_IsNumbered()
    {
        var due = TimeProvider.System.GetUtcNow().AddHours(-1);
        var first = await AddAsync(0, new TaskResult { Outcome = Outcome.Failed, Error = "It broke." });
        await AddAsync(1, TaskResult.Skip(SkipReason.LockHeld));
        var second = await AddAsync(2, new TaskResult { Outcome = Outcome.Lost });
        var third = await AddAsync(3, new TaskResult { Outcome = Outcome.Completed });

        (await RunAsync("explain", first)).Output.ShouldContain("This was attempt 1 of 3 ");
        (await RunAsync("explain", second)).Output.ShouldContain($"This was attempt 2 of 3 for that due time: {first} Failed, {second} Lost, {third} Completed.");

        async Task<string> AddAsync(int minutes, TaskResult result)
        {
            var startedAt = due.AddMinutes(minutes);
            var report = new RunReport
            {
                Job = "cleanup_temp_files",
                Task = "cleanup_temp_files",
                RunId = RunKeys.NewRunId(startedAt),
                Trigger = RunTrigger.Scheduled,
                Occurrence = due,
                DryRun = false,
                StartedAt = startedAt,
                Result = result,
            };
            await new RunHistory(Storage, TimeProvider.System, new RunHistoryOptions()).AddAsync(report, Cancellation);
            return report.RunId;
        }
    }

    [Fact]
    public async Task Explain_AFailedRun_ShowsWhy()
    {
        await Storage.Backups.DeleteAsync(cancellationToken: Cancellation);
        await AddOperationAsync("backup", "42", ("Status", "completed"), ("BlobName", "storage/prod/a.zip"));
        var runId = (await RunAsync("run", "rebuild_backup_paths", "--json")).Json.GetProperty("runId").GetString()!;

        var result = await RunAsync("explain", runId);

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldContain("as Failed: ");
    }

    [Theory]
    [InlineData("nonsense", 2)]
    [InlineData("20261124T020000-abcdef", 1)]
    [InlineData("20261124T020000-' or PartitionKey ne '", 1)]
    public async Task Explain_AnUnknownRun_IsReportedWithAHint(string runId, int exitCode)
    {
        var result = await RunAsync("explain", runId);

        result.ExitCode.ShouldBe(exitCode);
        result.Output.ShouldBeEmpty();
        result.Errors.ShouldContain(runId);
        result.Errors.ShouldContain("./cochin history");
    }
}
