using System.Text.Json;
using Azure.Data.Tables;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Cli;

public sealed class ServeVerbTests(AzuriteServer server) : CommandTest(server)
{
    [Theory]
    [InlineData("cleanup_stuck_operation", "Did you mean")]
    [InlineData("0123abcd", "There is no job '0123abcd'.")]
    public async Task Serve_UnknownJob_Exits2AndNamesTheJobs(string job, string message)
    {
        var result = await RunAsync("serve", "verify_backups", job, "--json");

        result.ExitCode.ShouldBe(2);
        result.Error.GetProperty("code").GetString().ShouldBe("unknown_job");
        result.Error.GetProperty("message").GetString()!.ShouldContain(message);
        result.Error.GetProperty("hint").GetString()!.ShouldContain("cleanup_stuck_operations, rebuild_backup_paths, verify_backups");
    }

    [Fact]
    public async Task Serve_JobThatDoesNotExistYet_Exits2AndNamesTheSetting()
    {
        var result = await RunAsync("serve", "prune_backups");

        result.ExitCode.ShouldBe(2);
        result.Errors.ShouldContain("There is no job 'prune_backups' yet.");
        result.Errors.ShouldContain("Cochin__Retention__KeepLast");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Serve_NamedJobs_RunsOnlyThese(bool byId)
    {
        KeyValuePair<string, string>[] settings =
        [
            .. Settings,
            new("Cochin__Jobs__cleanup_temp_files__Schedule", "* * * * * *"),
            new("Cochin__Jobs__cleanup_stuck_operations__Schedule", "* * * * * *"),
        ];
        var id = (await RunAsync("show", "--json")).Json.GetProperty("jobs").EnumerateArray()
            .Single(job => job.GetProperty("name").GetString() == "cleanup_stuck_operations").GetProperty("id").GetString()!;
        using var serve = CochinProcess.Start(settings, "serve", byId ? id : "cleanup_stuck_operations", "--json");
        await serve.OutputLineAsync();
        await Wait.UntilAsync(async () => await RunsAsync() >= 3, Cancellation);

        await serve.SignalAsync("TERM");
        var result = await serve.EndAsync();

        result.ExitCode.ShouldBe(0);
        result.Errors.ShouldContain("Running 1 job on schedule.");
        result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("job").GetString()).Distinct().ShouldBe(["cleanup_stuck_operations"]);
        var row = (await Storage.Jobs.QueryAsync<TableEntity>("PartitionKey eq 'job'", cancellationToken: Cancellation).ToListAsync(Cancellation))
            .ShouldHaveSingleItem();
        row.RowKey.ShouldBe("cleanup_stuck_operations");
        row.GetString("CheckedBy").ShouldStartWith($"{{\"serve@{Environment.MachineName}\":");
        (await Storage.System.GetBlobClient("status/index.html").ExistsAsync(Cancellation)).Value.ShouldBeFalse("the page is left to other runners");
    }

    private async Task<int> RunsAsync()
    {
        var runs = Storage.Runs.QueryAsync<TableEntity>("PartitionKey eq 'cleanup_stuck_operations'", cancellationToken: Cancellation);
        return await runs.CountAsync(Cancellation);
    }
}
