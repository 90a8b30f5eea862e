using Cochin.Functions.Jobs;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.StatusPage;
using Cochin.Functions.Tasks.PruneBackups;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.StatusPage;

/// <summary>What the page estimates to be pruned next.</summary>
public sealed class PruneEstimateTests(AzuriteServer server) : StatusTest(server)
{
    [Fact]
    public async Task ReadAsync_WithARule_FindsTheOldestThatGoesInEachConfiguration()
    {
        Prune(new PruneBackupsOptions());
        Retention = new RetentionSettings { Keep = new KeepRules(Last: 1) };
        await AddAsync("a1", "a", 1);
        await AddAsync("a2", "a", 2);
        await AddAsync("a3", "a", 3);
        await AddAsync("a4", "a", 4, ("Protected", "what?"));
        await AddAsync("a5", "a", 5, ("CompletedAt", "unreadable"));
        await AddAsync("b1", "b", 9);

        var status = await ReadAsync();

        var backups = status.Operations.Backups.ToDictionary(backup => backup.Configuration);
        (backups["a"].NextToGo, backups["a"].NextToGoAt).ShouldBe(("storage/a/a3.zip", new DateTime(2026, 11, 29, 4, 0, 0)));
        (backups["b"].NextToGo, backups["b"].NextToGoAt).ShouldBe((null, null));
        PageHtml.Write(status).ShouldContain("<bdi>a3.zip</bdi> on <time datetime=\"2026-11-29T04:00:00Z\"");
        PageFiles.ToJson(status).ShouldContain("\"nextToGo\": \"storage/a/a3.zip\"");
    }

    [Theory]
    [InlineData("no rule")]
    [InlineData("dry run")]
    [InlineData("switched off")]
    [InlineData("another configuration")]
    [InlineData("overdue")]
    public async Task ReadAsync_NothingWillGo_ShowsNoColumn(string reason)
    {
        Prune(new PruneBackupsOptions { DryRun = reason == "dry run", Configuration = reason == "another configuration" ? "b" : null });
        Retention = new RetentionSettings { Keep = new KeepRules(Last: reason == "no rule" ? null : 1) };
        Watch = new WatchSettings { BackupsExpected = TimeSpan.FromHours(reason == "overdue" ? 5 : 0) };
        if (reason == "switched off")
        {
            await SetStateAsync("prune_backups", ("Enabled", false));
        }

        await AddAsync("a1", "a", 1);
        await AddAsync("a2", "a", 2);

        var status = await ReadAsync();

        status.Operations.Backups.ShouldHaveSingleItem().NextToGo.ShouldBeNull();
        PageHtml.Write(status).ShouldNotContain("Next to prune");
    }

    [Fact]
    public async Task ReadAsync_WithRegisteredBackups_TakesThemByTheTimeOfTheirUploadOnlyIfAlone()
    {
        Prune(new PruneBackupsOptions());
        Retention = new RetentionSettings { Keep = new KeepRules(Last: 1) };
        await AddAsync("a1", "a", 1, ("CreatedBy", "rebuild_backup_paths"));
        await AddAsync("a2", "a", 2);
        await AddAsync("b1", "b", 1, ("CreatedBy", "rebuild_backup_paths"));
        await AddAsync("b2", "b", 2, ("CreatedBy", "rebuild_backup_paths"));

        var backups = (await ReadAsync()).Operations.Backups.ToDictionary(backup => backup.Configuration);

        (backups["a"].NextToGo, backups["b"].NextToGo).ShouldBe((null, "storage/b/b2.zip"));
    }

    private void Prune(PruneBackupsOptions options) => Jobs = [.. Jobs, Job("prune_backups", "0 0 5 * * 0") with { Options = options }];

    private Task AddAsync(string id, string configuration, int days, params (string Column, object? Value)[] columns) => AddOperationAsync(
        "backup", id,
        [
            ("Status", "completed"), ("Configuration", configuration), ("BlobName", $"storage/{configuration}/{id}.zip"), ("SizeBytes", 5L),
            .. columns.Any(column => column.Column == "CompletedAt") ? [] : new (string, object?)[] { ("CompletedAt", Now.AddDays(-days)) },
            .. columns,
        ]);
}
