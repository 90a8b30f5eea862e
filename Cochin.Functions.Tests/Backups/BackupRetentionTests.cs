using Azure;
using Cochin.Functions.Backups;
using Cochin.Functions.Jobs;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks.PruneBackups;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Cli;
using Cochin.Functions.Tests.StatusPage;
using Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

namespace Cochin.Functions.Tests.Backups;

/// <summary>What keeps each backup in <c>backups list</c>, and when the others go.</summary>
public sealed class BackupRetentionTests(AzuriteServer server) : BackupTest(server)
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task List_WithARule_ShowsWhatKeepsEachAndWhenTheOthersGo()
    {
        await AddBackupsAsync(1, 2, 40);
        await AddBackupAsync("guarded", 60, ("Protected", true));
        await AddOperationAsync("backup", "live", ("Status", "running"), ("Configuration", "prod"));

        var result = await RunWithRuleAsync("backups", "list");
        var json = await RunWithRuleAsync("backups", "list", "--json");
        var dryRun = await RunWithRuleAsync("prune_backups", "--dry-run", "--verbose", "--json");

        result.ExitCode.ShouldBe(0, result.Errors);
        result.Output.ShouldMatch("(?m)^id .* protected  retention +damage$");
        result.Output.ShouldMatch(@"(?m)^d1 .* no +last +—$");
        result.Output.ShouldMatch(@"(?m)^d2 .* no +prune Sun (\d{4}-\d\d-\d\d )?05:00 +—$");
        result.Output.ShouldMatch(@"(?m)^d40 .* no +prune Sun (\d{4}-\d\d-\d\d )?05:00 +—$");
        result.Output.ShouldMatch(@"(?m)^guarded .* yes +protected +—$");
        result.Output.ShouldMatch(@"(?m)^live .* no +— +—$");
        result.Output.ShouldNotContain("no retention rule is set");
        json.Output.ShouldNotContain("retention");
        dryRun.Json.GetProperty("items").EnumerateArray().Count(item => item.GetProperty("decision").GetString() == "prune").ShouldBe(2);
        (await BlobNamesAsync()).Length.ShouldBe(4, "the list deletes nothing");
    }

    [Fact]
    public async Task List_WithoutARule_SaysThatNothingIsPrunedAndWhichSettingChangesThat()
    {
        await AddBackupsAsync(1, 40);

        var text = await RunAsync("backups", "list");
        var json = await RunAsync("backups", "list", "--json");

        text.Output.ShouldNotContain("retention  ");
        var last = text.Output.TrimEnd().Split('\n')[^1];
        last.ShouldContain("no retention rule is set");
        last.ShouldContain("Cochin__Retention__KeepLast");
        json.Json.GetProperty("backups").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task List_JobIsSwitchedOff_ShowsThatItPrunesOnlyIfSwitchedOn()
    {
        await AddBackupsAsync(1, 40);
        (await RunWithRuleAsync("remove", "prune_backups")).ExitCode.ShouldBe(0);

        var result = await RunWithRuleAsync("backups", "list");

        result.Output.ShouldMatch("(?m)^d40 .* prune if prune_backups is switched on +—$");
    }

    [Fact]
    public async Task List_PlanCantBeMade_WarnsAndShowsTheRest()
    {
        await AddBackupsAsync(1, 40);
        await Storage.Backups.DeleteAsync(cancellationToken: Cancellation);

        var result = await RunWithRuleAsync("backups", "list");

        result.ExitCode.ShouldBe(0);
        result.Errors.ShouldContain("The column 'retention' can't be shown.");
        result.Output.ShouldMatch("(?m)^d40 ");
        result.Output.ShouldNotContain("prune ");
        result.Output.ShouldNotContain("no retention rule is set");
    }

    [Fact]
    public async Task ReadAsync_ListingFails_HasNoReasonsButTheProblem()
    {
        await AddBackupsAsync(1, 40);
        var refusal = new RequestHook(request => RequestHook.IsQuery(request) || !request.Uri.Query.Contains("comp=list", StringComparison.Ordinal)
            ? Task.CompletedTask
            : throw new RequestFailedException(403, "Refused by the test.", "AuthorizationFailure", null));
        var storage = NewStorage(refusal);
        var job = StatusTest.Job("prune_backups") with { Options = new PruneBackupsOptions { Keep = new KeepRules(Last: 1) } };
        var retention = new BackupRetention(
            storage, new JobCatalog([job]), new JobStates(storage), new RetentionSettings(), new BackupSettings(), new WatchSettings().Ages);

        var forecast = await retention.ReadAsync(Now, Cancellation);

        forecast.Reasons.ShouldBeNull();
        forecast.HasRule.ShouldBeTrue();
        forecast.Problem.ShouldNotBeNullOrEmpty();
    }

    private Task<CommandResult> RunWithRuleAsync(params string[] arguments) =>
        CochinCommand.RunAsync(Settings.Append(new("Cochin__Retention__KeepLast", "1")), arguments);

    private async Task AddBackupsAsync(params int[] days)
    {
        foreach (var day in days)
        {
            await AddBackupAsync($"d{day}", day);
        }
    }

    private async Task AddBackupAsync(string id, int days, params (string, object?)[] columns)
    {
        await UploadAsync($"storage/prod/{id}.zip", TimeSpan.FromDays(days));
        await AddOperationAsync(
            "backup", id,
            [("Status", "completed"), ("Configuration", "prod"), ("BlobName", $"storage/prod/{id}.zip"), ("CompletedAt", Now.AddDays(-days)), .. columns]);
    }
}
