using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Cli;

/// <summary>A table has lost its rows: no command may report what an empty one would mean.</summary>
public sealed class EmptiedTableTests(AzuriteServer server) : CommandTest(server)
{
    private string Finding => $"The table '{Storage.Operations.Name}' is empty, although earlier runs read rows of it.";

    [Theory]
    [InlineData("backups", "list")]
    [InlineData("operations", "list")]
    [InlineData("operations", "list", "--status", "running")]
    public async Task List_OfALostTable_IsRefused(params string[] arguments)
    {
        await EmptyAsync(Storage.Operations);

        var result = await RunAsync([.. arguments, "--json"]);

        result.ExitCode.ShouldBe(1, result.Output);
        result.Error.GetProperty("message").GetString().ShouldBe(Finding);
        result.Error.GetProperty("hint").GetString()!.ShouldContain("delete the blob seen/");
    }

    [Theory]
    [InlineData("download")]
    [InlineData("protect")]
    public async Task Backup_OfALostTable_IsExplained(string verb)
    {
        await EmptyAsync(Storage.Operations);

        var result = await RunAsync("backups", verb, "42", "--json");

        result.ExitCode.ShouldBe(1, result.Output);
        result.Error.GetProperty("message").GetString()!.ShouldContain(Finding);
    }

    [Fact]
    public async Task Status_OfALostTable_ShowsTheJobsAndSaysThatTheBackupsAreUnknown()
    {
        await EmptyAsync(Storage.Operations);

        var text = await RunAsync("status");
        var json = await RunAsync("status", "--json");

        text.ExitCode.ShouldBe(1, text.Output);
        text.Output.ShouldContain("cleanup_temp_files");
        text.Output.ShouldContain($"The state of the backups is unknown. {Finding}");
        json.ExitCode.ShouldBe(1, json.Output);
        json.Json.GetProperty("backupsProblem").GetString()!.ShouldStartWith(Finding);
        json.Json.TryGetProperty("overdueBackups", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Status_OfLostConfigurations_SaysThatTheBackupsAreUnknown()
    {
        await AddOperationAsync("backup", "1", ("Status", "completed"), ("BlobName", "storage/a/a.zip"), ("Configuration", "a"));
        await EmptyAsync(Storage.Configurations);

        var result = await RunAsync("status");

        result.ExitCode.ShouldBe(1, result.Output);
        result.Output.ShouldContain($"The table '{Storage.Configurations.Name}' has no configurations, although earlier runs read some.");
    }

    [Fact]
    public async Task Doctor_OfLostTables_SaysForEachHowToContinue()
    {
        TableClient[] tables = [Storage.Operations, Storage.Devis, Storage.Configurations];
        foreach (var table in tables)
        {
            await EmptyAsync(table);
        }

        var result = await RunAsync("doctor", "--json");

        result.ExitCode.ShouldBe(1, result.Output);
        var checks = result.Json.GetProperty("checks").EnumerateArray().ToList();
        foreach (var table in tables)
        {
            var check = checks.Single(check => check.GetProperty("name").GetString() == $"table {table.Name}");
            check.GetProperty("result").GetString().ShouldBe("wrong");
            check.GetProperty("mend").GetString()!.ShouldContain($"delete the blob seen/{Names.BackupContainer}/{table.Name}");
        }
    }

    [Fact]
    public async Task Page_OfALostTable_HasNoBackupsAndSaysWhy()
    {
        await EmptyAsync(Storage.Operations);

        var page = (await RunAsync("report", "--json")).Json;

        page.GetProperty("operations").GetProperty("backupsRead").GetBoolean().ShouldBeFalse();
        page.GetProperty("health").GetProperty("problems").EnumerateArray().ShouldContain(
            problem => problem.GetProperty("text").GetString()!.StartsWith(Finding));
    }

    /// <summary>Leaves a table empty, with the trace of a run that read rows of it.</summary>
    private async Task EmptyAsync(TableClient table)
    {
        await table.CreateIfNotExistsAsync(Cancellation);
        await Storage.System.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        await MissingTable.RememberAsync(Storage, table, isDryRun: false, Cancellation);
    }
}
