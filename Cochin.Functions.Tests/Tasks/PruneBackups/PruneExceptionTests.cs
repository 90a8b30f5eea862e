using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.PruneBackups;
using Cochin.Functions.Tests.Azurite;
using Outcome = Cochin.Functions.Tasks.Outcome;

namespace Cochin.Functions.Tests.Tasks.PruneBackups;

/// <summary>What keeps a backup that no rule keeps.</summary>
public sealed class PruneExceptionTests(AzuriteServer server) : PruneTest(server)
{
    [Fact]
    public async Task Protected_ByRowOrBlob_IsKept()
    {
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2, ("Protected", true));
        await AddBackupAsync("3", 3, ("Protected", "oui"));
        await AddBackupAsync("4", 4, ("Protected", 0L));
        await AddBackupAsync("5", 5, ("Protected", false));
        await RecordAsync("6", 6);
        await UploadAsync(BlobOf("6"), TimeSpan.FromDays(6), metadata: new Dictionary<string, string> { ["Protected"] = "True" });

        var result = await RunAsync();

        Counts(result).ShouldBe("examined=6 kept=1 pruned=1 protected=4");
        (await StatusAsync("5")).ShouldBe("pruned");
        result.Warnings.ShouldContain("backup/3 has the Protected 'oui', which is not a Boolean, so it counts as protected.");
    }

    [Theory]
    [InlineData("running", "2")]
    [InlineData("pending", " 2 ")]
    [InlineData("running", "django-2")]
    [InlineData("running", 2)]
    [InlineData("half done", "2")]
    public async Task Source_OfALiveRestore_IsKept(string status, object backupId)
    {
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);
        await AddBackupAsync("3", 3);
        await AddOperationAsync("restore", "r1", ("Status", status), ("BackupId", backupId));

        Counts(await RunAsync()).ShouldBe("examined=3 kept=2 pruned=1");
        ReasonOf("2").ShouldBe("keep liveRestore");
    }

    [Theory]
    [InlineData("an id that no backup has")]
    [InlineData(2.5)]
    public async Task Source_OfALiveRestoreThatIsUnknown_KeepsAll(object backupId)
    {
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);
        await AddOperationAsync("restore", "r1", ("Status", "running"), ("BackupId", backupId));

        var result = await RunAsync();

        Counts(result).ShouldBe("examined=2 kept=2");
        result.Warnings.ShouldHaveSingleItem().ShouldContain("every backup is kept");
    }

    [Fact]
    public async Task Source_OfARestoreThatIsOver_Goes()
    {
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);
        await AddOperationAsync("restore", "r1", ("Status", "completed"), ("BackupId", "2"), ("BlobName", BlobOf("2")));

        Counts(await RunAsync()).ShouldBe("examined=2 kept=1 pruned=1");
    }

    [Fact]
    public async Task Blob_LeasedOrYoung_IsKept()
    {
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);
        await LeaseAsync("2");
        await RecordAsync("3", 3);
        await UploadAsync(BlobOf("3"), TimeSpan.FromMinutes(50));

        Counts(await RunAsync()).ShouldBe("examined=3 kept=3");
        (ReasonOf("2"), ReasonOf("3")).ShouldBe(("keep leased", "keep young"));
    }

    [Theory]
    [InlineData("storage/prod/2.zip")]
    [InlineData("/app/backups/storage/prod/2.zip")]
    [InlineData("STORAGE/prod/2.ZIP")]
    [InlineData(5)]
    public async Task Blob_ThatAnotherRowNamesOrMayName_IsKept(object blobName)
    {
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);
        await AddOperationAsync("backup", "other", ("Status", "running"), ("BlobName", blobName));

        Counts(await RunAsync()).ShouldBe("examined=2 kept=2");
        ReasonOf("2").ShouldBe("keep shared");
    }

    [Fact]
    public async Task Blob_OfTwoRows_GoesOnceBothMayGo()
    {
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);
        await RecordAsync("twin", days: 1 / 24.0, ("BlobName", BlobOf("2")));
        Counts(await RunAsync(KeepLast(2))).ShouldBe("examined=3 kept=3");

        var result = await RunAsync(new PruneBackupsOptions { Keep = new KeepRules(Last: 1) });
        Counts(result).ShouldBe("examined=3 kept=2 pruned=1", "the twin is the newest, and the blob is its");
        await AddBackupAsync("3", 0.01);
        await UploadAsync(BlobOf("3"), TimeSpan.FromHours(2));

        result = await RunAsync();

        Counts(result).ShouldBe("examined=3 kept=1 pruned=2");
        result.Bytes.ShouldContain(new KeyValuePair<string, long>("freed", 7));
        (await StatusAsync("twin")).ShouldBe("pruned");
    }

    [Fact]
    public async Task Configuration_WhoseNewestIsTooOld_KeepsAll()
    {
        Ages = new(TimeSpan.FromHours(26), new Dictionary<string, TimeSpan> { ["slow"] = TimeSpan.FromDays(9) });
        await AddBackupAsync("1", 0.9, ("Damage", "is cut off"));
        await AddBackupAsync("2", 2);
        await AddBackupAsync("3", 3);
        await AddBackupAsync("4", 4, ("Configuration", "slow"));
        await AddBackupAsync("5", 5, ("Configuration", "slow"));

        var result = await RunAsync();

        Counts(result).ShouldBe("examined=5 kept=4 pruned=1");
        (ReasonOf("3"), ReasonOf("5")).ShouldBe(("keep overdue", "prune policy"));
        result.Warnings.ShouldHaveSingleItem().ShouldStartWith("Nothing of the configuration 'prod' was pruned: its newest good backup is too old.");
    }

    [Theory]
    [InlineData("PROD", 48, 0, "keep overdue")]
    [InlineData("Prod_", 48, 999, "keep overdue")]
    [InlineData("PROD", 999, 48, "prune policy")]
    [InlineData("other", 48, 0, "prune policy")]
    public async Task ExpectedAge_OfASimilarName_Counts(string name, double hours, double general, string expected)
    {
        Ages = new(TimeSpan.FromHours(general), new Dictionary<string, TimeSpan> { [name] = TimeSpan.FromHours(hours) });
        await AddBackupAsync("1", 3);
        await AddBackupAsync("2", 4);

        await RunAsync();

        ReasonOf("2").ShouldBe(expected);
    }

    [Theory]
    [InlineData("daily", true, "keep overdue")]
    [InlineData(" Weekly", true, "prune policy")]
    [InlineData("manual", true, "prune policy")]
    [InlineData("daily", false, "prune policy")]
    [InlineData("hourly", true, "keep unreadable")]
    [InlineData(7, true, "keep unreadable")]
    [InlineData("daily", "perhaps", "keep overdue")]
    public async Task Frequency_OfTheConfiguration_SaysHowOldTheNewestMayBe(object frequency, object isActive, string expected)
    {
        await ConfigureAsync("prod", ("Frequency", frequency), ("IsActive", isActive));
        await AddBackupAsync("1", 2);
        await AddBackupAsync("2", 3);

        await RunAsync();

        ReasonOf("2").ShouldBe(expected);
    }

    [Theory]
    [InlineData("Status", "")]
    [InlineData("Status", "archived")]
    [InlineData("Status", 4)]
    [InlineData("BlobName", 4)]
    [InlineData("CompletedAt", "yesterday")]
    [InlineData("CompletedAt", "2999-01-01T00:00:00Z")]
    [InlineData("CompletedAt", "1970-01-01T00:00:00Z")]
    [InlineData("Damage", true)]
    [InlineData("Configuration", true)]
    [InlineData("PruneStartedAt", "once")]
    public async Task Value_ThatCannotBeRead_KeepsItsBackupAndIsNamed(string column, object value)
    {
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);
        await AddBackupAsync("3", 3, ("CreatedAt", TimeProvider.System.GetUtcNow().AddDays(-3)), (column, value));

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Partial);
        result.Counts.Single(count => count.Key == "failed").Value.ShouldBe(1);
        result.Error!.ShouldContain($"backup/3 has ");
        result.Error!.ShouldContain(column);
        (await BlobNamesAsync()).ShouldContain(BlobOf("3"));
        (await RowAsync("3")).ContainsKey("PrunedAt").ShouldBeFalse();
    }

    [Fact]
    public async Task Row_WithoutItsTimeOrBlob_IsNotPrunedAndTakesNoPlace()
    {
        await RecordAsync("1", 1);
        await AddBackupAsync("2", 2);
        await AddBackupAsync("3", 3);
        await AddBackupAsync("4", 4, ("CompletedAt", null));
        await RecordAsync("5", 5, ("BlobName", null));
        await AddOperationAsync("backup", "6", ("Status", "failed"), ("BlobName", BlobOf("3")), ("CompletedAt", TimeProvider.System.GetUtcNow()));

        var result = await RunAsync();

        Counts(result).ShouldBe("examined=4 kept=2 pruned=1 failed=1");
        (ReasonOf("1"), ReasonOf("2"), ReasonOf("3"), ReasonOf("4")).ShouldBe(("keep missing", "keep last", "prune policy", "keep failed"));
    }

    [Fact]
    public async Task Blob_SpelledInAnotherWay_IsFoundAndPruned()
    {
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2, ("BlobName", "/app/backups/" + BlobOf("2")));

        Counts(await RunAsync()).ShouldBe("examined=2 kept=1 pruned=1");
        (await BlobNamesAsync()).ShouldBe([BlobOf("1")]);
    }

    [Fact]
    public async Task Blob_OutsideOfTheBackups_IsKept()
    {
        await AddBackupAsync("1", 1);
        await UploadAsync("uploads/2.zip", TimeSpan.FromDays(9));
        await RecordAsync("2", 9, ("BlobName", "uploads/2.zip"));

        var result = await RunAsync();

        Counts(result).ShouldBe("examined=2 kept=2");
        result.Warnings.ShouldHaveSingleItem().ShouldContain("is not below storage/");
    }
}
