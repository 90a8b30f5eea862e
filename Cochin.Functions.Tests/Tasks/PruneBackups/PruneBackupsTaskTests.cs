using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.PruneBackups;
using Cochin.Functions.Tests.Azurite;
using Outcome = Cochin.Functions.Tasks.Outcome;

namespace Cochin.Functions.Tests.Tasks.PruneBackups;

public sealed class PruneBackupsTaskTests(AzuriteServer server) : PruneTest(server)
{
    [Fact]
    public async Task Backups_ThatNoRuleKeeps_ArePruned()
    {
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);
        await AddBackupAsync("3", 3, ("Protected", true));
        await Storage.Backups.GetBlobClient(BlobOf("2")).CreateSnapshotAsync(cancellationToken: Cancellation);

        var result = await RunAsync();

        result.Error.ShouldBeNull();
        result.Outcome.ShouldBe(Outcome.Completed);
        Counts(result).ShouldBe("examined=3 kept=1 pruned=1 protected=1");
        result.Bytes.ShouldBe([new("kept", 14), new("freed", 7)]);
        (await BlobNamesAsync()).ShouldBe([BlobOf("1"), BlobOf("3")]);
        var row = await RowAsync("2");
        row["Status"].ShouldBe("pruned");
        row["Odd"].ShouldBe(3.5);
        row.GetDateTimeOffset("PrunedAt")!.Value.ShouldBeGreaterThanOrEqualTo(row.GetDateTimeOffset("PruneStartedAt")!.Value);
        (await AuditAsync()).ShouldContain("\"action\":\"prune\",\"target\":\"backup/2\",\"result\":\"planned\",\"before\":\"storage/prod/2.zip\"");
        Items.Select(item => $"{item.Name} {item.Decision} {item.Reason}")
            .ShouldBe(["prod/1.zip keep last", "prod/2.zip prune policy", "prod/3.zip keep protected"]);
    }

    [Fact]
    public async Task DryRun_OfTheSame_ChangesNothingAndShowsATable()
    {
        await AddBackupAsync("1", 1, ("VerifiedAt", new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero)), ("VerifiedLevel", "structure"));
        await AddBackupAsync("2", 2);
        var before = (await RowAsync("2")).ETag;

        var result = await RunAsync(KeepLast(1) with { DryRun = true });

        Counts(result).ShouldBe("examined=2 kept=1 pruned=1");
        (await RowAsync("2")).ETag.ShouldBe(before);
        (await BlobNamesAsync()).Length.ShouldBe(2);
        (await AuditAsync()).ShouldBeEmpty();
        var table = result.Tables.ShouldHaveSingleItem();
        table.Title.ShouldBe("prod (last 1): keep 1 (7 B), prune 1 (7 B)");
        table.Rows[0].ShouldBe(["1.zip", table.Rows[0][1], "24 h", 7L, "structure 2026-01-02", "keep", "last"]);
        table.Rows[1].TakeLast(2).ShouldBe(["prune", "policy"]);
    }

    [Fact]
    public async Task Configurations_EachHaveTheRulesForThemselves()
    {
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);
        await AddBackupAsync("3", 3, ("Configuration", "autre été"));
        await AddBackupAsync("4", 4, ("Configuration", "autre été"));

        Counts(await RunAsync(KeepLast(1) with { Configuration = "autre été" })).ShouldBe("examined=2 kept=1 pruned=1");
        (await StatusAsync("4")).ShouldBe("pruned");
        (await StatusAsync("2")).ShouldBe("completed");
        Counts(await RunAsync()).ShouldBe("examined=3 kept=2 pruned=1");
        (await StatusAsync("2")).ShouldBe("pruned");
    }

    [Fact]
    public async Task Configuration_ThatDoesNotExist_IsAnErrorWithTheNames()
    {
        await AddBackupAsync("1", 1);

        var result = await RunAsync(KeepLast(1) with { Configuration = "prd" });

        result.Outcome.ShouldBe(Outcome.Failed);
        result.Error.ShouldBe("There is no configuration 'prd', so nothing was pruned. The configurations are 'prod'.");
    }

    [Fact]
    public async Task Policy_ThatKeepsNothing_PrunesNothing()
    {
        await AddBackupAsync("1", 1);

        var result = await RunAsync(KeepLast(0));

        result.Outcome.ShouldBe(Outcome.Failed);
        result.Error.ShouldBe(PruneBackupsDescription.NoPolicy);
    }

    [Fact]
    public async Task Settings_AreUsedForWhatNoOptionSets()
    {
        Settings = Settings with { Keep = new KeepRules(Last: 5, Daily: 3) };
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);

        Counts(await RunAsync(new PruneBackupsOptions())).ShouldBe("examined=2 kept=2");
        Counts(await RunAsync(new PruneBackupsOptions { Keep = new KeepRules(Last: 1, Daily: 0) })).ShouldBe("examined=2 kept=1 pruned=1");
    }

    [Fact]
    public async Task Time_OfTheService_Unknown_PrunesNothing()
    {
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);

        var result = await RunAsync(storage: NewStorage(new NoDatePolicy()));

        result.Outcome.ShouldBe(Outcome.Failed);
        result.Error!.ShouldContain("did not report its time");
        (await BlobNamesAsync()).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Table_OfOperations_Missing_HasNothingToPrune()
    {
        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed);
        result.Warnings.ShouldHaveSingleItem().ShouldContain("does not exist yet");
    }

    [Fact]
    public async Task Run_ThatIsOutOfTime_IsContinuedByTheNext()
    {
        for (var id = 1; id <= 3; id++)
        {
            await AddBackupAsync($"{id}", id);
        }

        var steps = 0;
        var checkpoint = new MemoryCheckpoint();

        var first = await RunAsync(hasTime: () => ++steps <= 1, checkpoint: checkpoint);
        var second = await RunAsync(checkpoint: checkpoint);

        first.Reason.ShouldBe(SkipReason.Unfinished);
        Counts(first).ShouldBe("examined=3 kept=1 pruned=1");
        Counts(second).ShouldBe("examined=3 kept=1 pruned=2");
        second.Bytes.ShouldContain(new KeyValuePair<string, long>("freed", 14));
    }

    [Fact]
    public async Task Configuration_WithASimilarName_IsNamed()
    {
        await ConfigureAsync("Daily Backup", ("RetentionDays", 5L));
        await AddBackupAsync("1", 1);

        var result = await RunAsync(KeepLast(1) with { Configuration = "daily_backup" });

        result.Outcome.ShouldBe(Outcome.Failed);
        result.Error!.ShouldStartWith("There is no configuration 'daily_backup', so nothing was pruned. Did you mean 'Daily Backup'?");
        (await RunAsync(KeepLast(1) with { Configuration = "Daily Backup" })).Outcome.ShouldBe(Outcome.Completed);
    }

    [Fact]
    public async Task Table_OfOperations_Empty_IsNotRememberedAsRead()
    {
        await Storage.Operations.CreateIfNotExistsAsync(Cancellation);

        await RunAsync();

        (await MissingTable.FindTraceAsync(Storage, Storage.Operations, Cancellation)).ShouldBeNull();
        await AddBackupAsync("1", 1);
        await RunAsync();
        (await MissingTable.FindTraceAsync(Storage, Storage.Operations, Cancellation)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Table_OfOperations_EmptiedSinceARun_FailsTheRun()
    {
        await AddBackupAsync("1", 1);
        await RunAsync();
        await Storage.Operations.DeleteEntityAsync(OperationKind.Backup, "1", cancellationToken: Cancellation);

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Failed);
        result.Error!.ShouldContain("is empty, although earlier runs read rows of it. Nothing was pruned.");
    }
}
