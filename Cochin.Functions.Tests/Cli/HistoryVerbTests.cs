using System.Text.Json;
using Azure.Data.Tables;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Cli;

public sealed class HistoryVerbTests(AzuriteServer server) : CommandTest(server)
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task History_Filtered_ShowsMatchingRunsOnly()
    {
        await AddAsync("cleanup_temp_files", Now.AddDays(-10), "Failed");
        await AddAsync("cleanup_temp_files", Now.AddDays(-2), "Completed");
        await AddAsync("cleanup_temp_files", Now.AddHours(-3), "Failed");
        await AddAsync("rebuild_backup_paths", Now.AddHours(-2), "Lost");

        (await OutcomesAsync()).ShouldBe(["Lost", "Failed", "Completed", "Failed"]);
        (await OutcomesAsync("--outcome", "failed")).ShouldBe(["Failed", "Failed"]);
        (await OutcomesAsync("--outcome", "failed", "--outcome", "lost", "--since", "1d")).ShouldBe(["Lost", "Failed"]);
        (await OutcomesAsync("--outcome", "failed", "--limit", "1")).ShouldBe(["Failed"]);
        (await OutcomesAsync("cleanup_temp_files", "--since", Now.AddDays(-3).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture))).ShouldBe(["Failed", "Completed"]);
        (await RunAsync("history", "--outcome", "partial")).Output.ShouldContain("No matching runs.");
    }

    [Theory]
    [InlineData("--outcome", "faild", "Did you mean 'Failed'?")]
    [InlineData("--outcome", "3", "is not an outcome")]
    [InlineData("--since", "yesterdayish", "neither a time span nor a time")]
    [InlineData("--since", "02/06/2026", "neither a time span nor a time")]
    [InlineData("--since", "11/24/2026 08:00", "neither a time span nor a time")]
    [InlineData("--since", "24 Nov 2026", "2026-03-28T21:00Z")]
    [InlineData("--since", "08:00", "in Europe/Paris")]
    [InlineData("--since", "2026-13-01", "neither")]
    public async Task History_InvalidFilter_IsReported(string option, string value, string message)
    {
        var result = await RunAsync("history", option, value);

        result.ExitCode.ShouldBe(2);
        result.Errors.ShouldContain(message);
    }

    [Fact]
    public async Task Since_WithoutOffset_IsInTheTimeZoneOfTheJobs()
    {
        // 08:00 in Paris, in summer.
        await AddAsync("cleanup_temp_files", new DateTimeOffset(2026, 6, 2, 6, 0, 0, TimeSpan.Zero), "Completed");
        await AddAsync("cleanup_temp_files", new DateTimeOffset(2026, 6, 1, 22, 30, 0, TimeSpan.Zero), "Failed");

        (await OutcomesAsync("--since", "2026-06-02 08:00")).ShouldBe(["Completed"]);
        (await OutcomesAsync("--since", "2026-06-02T08:01")).ShouldBeEmpty();
        (await OutcomesAsync("--since", "2026-06-02T06:00Z")).ShouldBe(["Completed"]);
        (await OutcomesAsync("--since", "2026-06-02T08:00+02:00")).ShouldBe(["Completed"]);
        (await OutcomesAsync("--since", "2026-06-02")).ShouldBe(["Completed", "Failed"], "00:30 in Paris is the same day");
    }

    private async Task<IEnumerable<string?>> OutcomesAsync(params string[] filters) =>
        (await RunAsync(["history", "--json", .. filters])).Json.GetProperty("runs").EnumerateArray().Select((JsonElement run) => run.GetProperty("outcome").GetString());

    private async Task AddAsync(string job, DateTimeOffset startedAt, string outcome)
    {
        await Storage.Runs.CreateIfNotExistsAsync(Cancellation);
        var runId = RunKeys.NewRunId(startedAt);
        await Storage.Runs.AddEntityAsync(
            new TableEntity(job, RunKeys.RowKey(startedAt, runId)) { ["RunId"] = runId, ["Task"] = job, ["Trigger"] = "Scheduled", ["Outcome"] = outcome, ["StartedAt"] = startedAt }, Cancellation);
    }
}
