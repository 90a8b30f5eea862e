using System.IO.Compression;
using Azure.Core;
using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.PruneBackups;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.PruneBackups;

/// <summary>A backup goes only if what is kept in its place is a good backup, and stays one.</summary>
public sealed class PruneKeeperTests(AzuriteServer server) : PruneTest(server)
{
    [Fact]
    public async Task Damaged_Ones_KeepNoPlaceFromAGoodOne()
    {
        await AddBackupAsync("1", 1, ("Damage", "is cut off"));
        await UploadAsync(BlobOf("2"), TimeSpan.FromDays(2), content: "");
        await RecordAsync("2", 2);
        await AddBackupAsync("3", 3);
        await AddBackupAsync("4", 4, ("Damage", "is cut off"));

        var result = await RunAsync();

        Counts(result).ShouldBe("examined=4 kept=2 pruned=2");
        (ReasonOf("1"), ReasonOf("2"), ReasonOf("3"), ReasonOf("4")).ShouldBe(("keep last", "prune policy", "keep last", "prune policy"));
    }

    [Fact]
    public async Task NewestSound_IsKeptAsLongAsItsBlobIsTheSame()
    {
        var now = TimeProvider.System.GetUtcNow();
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2, ("VerifiedAt", now), ("VerifiedETag", "0xANOTHER"));
        await AddBackupAsync("3", 3);
        var version = (await Storage.Backups.GetBlobClient(BlobOf("3")).GetPropertiesAsync(cancellationToken: Cancellation)).Value.ETag;
        await RecordAsync("3", 3, ("VerifiedAt", now), ("VerifiedETag", version.ToString().Trim('"')));
        await AddBackupAsync("4", 4, ("VerifiedAt", now));

        await RunAsync();

        (ReasonOf("1"), ReasonOf("2"), ReasonOf("3"), ReasonOf("4")).ShouldBe(("keep last", "prune policy", "keep newestSound", "prune policy"));
    }

    [Fact]
    public async Task Configuration_NotInTheRow_IsThatOfThePath()
    {
        await AddBackupAsync("1", 1, ("Configuration", null));
        await AddBackupAsync("2", 2, ("Configuration", null));
        await UploadAsync("storage/other/3.zip", TimeSpan.FromDays(3));
        await RecordAsync("3", 3, ("Configuration", null), ("BlobName", "storage/other/3.zip"));

        await RunAsync();

        (await StatusAsync("2")).ShouldBe("pruned");
        (await StatusAsync("3")).ShouldBe("completed");
    }

    [Theory]
    [InlineData("Daily Backup", "Daily Backup")]
    [InlineData("Daily Backup", "daily_backup ")]
    [InlineData("Été", "e\u0301te\u0301")]
    public async Task Retention_OfAConfigurationWithASimilarName_Counts(string name, string inRows)
    {
        Settings = Settings with { FromConfigurations = true };
        await ConfigureAsync(name, ("RetentionDays", 365L));
        await AddBackupAsync("1", 1, ("Configuration", inRows));
        await AddBackupAsync("2", 2, ("Configuration", inRows));

        await RunAsync();

        ReasonOf("2").ShouldBe("keep within");
    }

    [Fact]
    public async Task Retention_OfAConfigurationWithASimilarName_IsNotTheOnlyRule()
    {
        Settings = Settings with { FromConfigurations = true };
        await ConfigureAsync("Daily Backup", ("RetentionDays", 1L));
        await AddBackupAsync("1", 2, ("Configuration", "daily_backup"));
        await AddBackupAsync("2", 3, ("Configuration", "daily_backup"));

        await RunAsync(new PruneBackupsOptions());

        ReasonOf("2").ShouldBe("keep noRule");
    }

    [Fact]
    public async Task Retention_OfTwoRowsOfOneConfiguration_IsTheLonger()
    {
        Settings = Settings with { FromConfigurations = true };
        await ConfigureAsync("prod", ("RetentionDays", 365L));
        await Storage.Configurations.AddEntityAsync(new TableEntity(BackupConfiguration.Partition, "=70rod") { ["Name"] = "prod" }, Cancellation);
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);

        var result = await RunAsync();

        ReasonOf("2").ShouldBe("keep within");
        result.Warnings.ShouldContain(warning => warning.Contains("'prod' is in two rows", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rows_OfOneBlob_TakeOnePlace()
    {
        foreach (var (id, days) in new[] { ("1", 1), ("2", 2), ("3", 3) })
        {
            await AddBackupAsync(id, days);
            await RecordAsync("twin-" + id, days, ("BlobName", BlobOf(id)));
        }

        await RunAsync(KeepLast(2));

        (await StatusAsync("2")).ShouldBe("completed");
        (await StatusAsync("3"), await StatusAsync("twin-3")).ShouldBe(("pruned", "pruned"));
    }

    [Fact]
    public async Task Damage_InOneRowOfABlob_HoldsForAll()
    {
        await AddBackupAsync("1", 1, ("Damage", "is cut off"));
        await RecordAsync("twin", 1, ("BlobName", BlobOf("1")));
        await AddBackupAsync("2", 2);

        await RunAsync();

        (await StatusAsync("2")).ShouldBe("completed");
    }

    [Fact]
    public async Task Blob_OfAnotherSizeThanRecorded_TakesNoPlace()
    {
        await AddBackupAsync("1", 1, ("SizeBytes", 5_000_000L));
        await AddBackupAsync("2", 2);

        var result = await RunAsync();

        (await StatusAsync("2")).ShouldBe("completed");
        result.Warnings.ShouldContain(warning => warning.StartsWith("backup/1 has the SizeBytes 5000000", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Zip_OfAnEmptyFile_TakesNoPlace()
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            archive.CreateEntry("dump.sql");
        }

        var yesterday = NewStorage(new BackdatePolicy(TimeSpan.FromDays(1)));
        await yesterday.Backups.GetBlobClient(BlobOf("1")).UploadAsync(BinaryData.FromBytes(zip.ToArray()), Cancellation);
        await RecordAsync("1", 1, ("SizeBytes", zip.Length));
        await AddBackupAsync("2", 2);

        await RunAsync();

        (await StatusAsync("2")).ShouldBe("completed");
    }

    [Theory]
    [InlineData("full", "metadata")]
    [InlineData(null, "metadata")]
    [InlineData(5, "full")]
    public async Task Newest_OfAnotherType_DoesNotReplaceTheLastOfAType(object? type, string others)
    {
        await AddBackupAsync("1", 1, ("Type", others));
        await AddBackupAsync("2", 2, ("Type", others.ToUpperInvariant()));
        await AddBackupAsync("3", 3, ("Type", type));

        await RunAsync();

        (ReasonOf("1"), ReasonOf("2"), ReasonOf("3")).ShouldBe(("keep last", "prune policy", "keep newest"));
    }

    [Fact]
    public async Task Keeper_OfTheSameTypeLostDuringTheRun_NothingMoreGoes()
    {
        await AddBackupAsync("1", 1, ("Type", "metadata"));
        await AddBackupAsync("2", 2, ("Type", "full"));
        await AddBackupAsync("3", 3, ("Type", "full"));
        await AddBackupAsync("4", 4, ("Type", "full"));
        var race = new InterveningPolicy(
            request => request.Method == RequestMethod.Delete, () => Storage.Backups.DeleteBlobAsync(BlobOf("2"), cancellationToken: Cancellation));

        await RunAsync(storage: NewStorage(race));

        race.Met.ShouldBeTrue();
        (await StatusAsync("3")).ShouldBe("completed");
    }

    [Fact]
    public async Task Keeper_WithACustomerProvidedKey_IsCheckedByTheListing()
    {
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);
        var refused = new FaultPolicy(
            request => request.Method == RequestMethod.Head && request.Uri.Path.EndsWith("/1.zip", StringComparison.Ordinal),
            409,
            "BlobUsesCustomerSpecifiedEncryption");

        Counts(await RunAsync(storage: NewStorage(refused))).ShouldBe("examined=2 kept=1 pruned=1");

        refused.Met.ShouldBeTrue();
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("overwritten")]
    [InlineData("deleted")]
    public async Task Keeper_LostDuringTheRun_NothingMoreGoes(string what)
    {
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);
        await AddBackupAsync("3", 3);
        var race = new InterveningPolicy(
            request => request.Method == RequestMethod.Delete,
            () => what switch
            {
                "damaged" => AddOperationAsync(OperationKind.Backup, "1", ("Status", "completed"), ("BlobName", BlobOf("1")), ("Damage", "is cut off")),
                "overwritten" => UploadAsync(BlobOf("1"), content: "another"),
                _ => Storage.Backups.DeleteBlobAsync(BlobOf("1"), cancellationToken: Cancellation),
            });

        var result = await RunAsync(storage: NewStorage(race));

        race.Met.ShouldBeTrue();
        (await StatusAsync("3")).ShouldBe("pruned"); // Its delete was already sent.
        (await StatusAsync("2")).ShouldBe("completed");
        result.Warnings.ShouldContain(warning => warning.StartsWith("Nothing more of the configuration 'prod' was pruned", StringComparison.Ordinal));
    }
}
