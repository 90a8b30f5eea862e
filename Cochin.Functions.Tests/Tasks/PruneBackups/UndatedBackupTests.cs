using System.Globalization;
using Azure.Core;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.PruneBackups;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.PruneBackups;

/// <summary>Backups that the reconciliation registered with the time of their upload.</summary>
public sealed class UndatedBackupTests(AzuriteServer server) : PruneTest(server)
{
    private const string Registrar = "rebuild_backup_paths";

    [Fact]
    public async Task Registered_CopiedAtOnce_AreAllKept()
    {
        for (var i = 1; i <= 8; i++)
        {
            await RegisterAsync($"{i}", days: 2 + (i / 1_000.0));
        }

        var result = await RunAsync(new PruneBackupsOptions { Keep = new KeepRules(Daily: 14, Monthly: 12) });

        Counts(result).ShouldBe("examined=8 kept=8");
        ReasonOf("8").ShouldBe("keep undated");
        result.Warnings.ShouldHaveSingleItem().ShouldStartWith(
            "8 of the backups of the configuration 'prod' were kept and don't count, because their age is unknown");
    }

    [Fact]
    public async Task Registered_UploadedOneByOne_ArePruned()
    {
        await RegisterAsync("1", 1);
        await RegisterAsync("2", 1.02);
        await RegisterAsync("3", 2);

        var result = await RunAsync();

        Counts(result).ShouldBe("examined=3 kept=1 pruned=2");
        result.Warnings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("prod")]
    [InlineData("Prod ")]
    public async Task Registered_NextToBackupsOfAnotherProgram_TakesNoPlace(string configuration)
    {
        Ages = new(TimeSpan.FromDays(30), new Dictionary<string, TimeSpan>());
        await RegisterAsync("copy", 1);
        await AddBackupAsync("1", 2, ("Configuration", configuration));
        await AddBackupAsync("2", 3, ("Configuration", configuration));

        Counts(await RunAsync()).ShouldBe("examined=3 kept=2 pruned=1");

        (ReasonOf("copy"), ReasonOf("1"), ReasonOf("2")).ShouldBe(("keep undated", "keep last", "prune policy"));
    }

    [Fact]
    public async Task Registered_ByAUserId_TakesNoPlaceEither()
    {
        await RegisterAsync("copy", 1, ("CreatedBy", "17"));
        await AddBackupAsync("1", 2);

        await RunAsync();

        (ReasonOf("copy"), ReasonOf("1")).ShouldBe(("keep undated", "keep last"));
    }

    [Fact]
    public async Task Registered_NextToOverdueBackups_DoesNotEndThat()
    {
        Ages = new(TimeSpan.FromHours(48), new Dictionary<string, TimeSpan>());
        await RegisterAsync("copy", 0.5);
        await AddBackupAsync("1", 10);
        await AddBackupAsync("2", 11);

        await RunAsync();

        (ReasonOf("copy"), ReasonOf("2")).ShouldBe(("keep undated", "keep overdue"));
    }

    [Fact]
    public async Task Registered_WithTheTimeOfTheFile_TakesAPlace()
    {
        var made = TimeProvider.System.GetUtcNow().AddDays(-1);
        await AddBackupAsync("1", 2);
        await UploadAsync(BlobOf("copy"), TimeSpan.FromHours(2), metadata: new Dictionary<string, string>
        {
            ["mtime"] = made.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture),
        });
        await RecordAsync("copy", 1, ("CreatedBy", Registrar), ("CreatedAt", made), ("CompletedAt", made));

        Counts(await RunAsync()).ShouldBe("examined=2 kept=1 pruned=1");

        ReasonOf("copy").ShouldBe("keep last");
    }

    [Fact]
    public async Task Registered_WithACorrectedTime_TakesItsPlace()
    {
        var uploaded = TimeProvider.System.GetUtcNow().AddDays(-1);
        await AddBackupAsync("1", 2);
        await AddBackupAsync("old", 1);
        await RecordAsync("old", 400, ("CreatedBy", Registrar), ("CreatedAt", uploaded));

        Counts(await RunAsync()).ShouldBe("examined=2 kept=1 pruned=1");

        ReasonOf("old").ShouldBe("prune policy");
    }

    [Fact]
    public async Task Registered_AsATwinOfADatedRow_FollowsIt()
    {
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 5);
        await RecordAsync("rebuilt-twin", 0.1, ("CreatedBy", Registrar), ("CreatedAt", null), ("BlobName", BlobOf("2")));

        Counts(await RunAsync()).ShouldBe("examined=3 kept=1 pruned=2");
    }

    [Fact]
    public async Task Keeper_LostDuringTheRun_IsNotReplacedByAnUndatedOne()
    {
        await RegisterAsync("copy", 0.5);
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);
        await AddBackupAsync("3", 3);
        var race = new InterveningPolicy(
            request => request.Method == RequestMethod.Delete,
            () => Storage.Backups.DeleteBlobAsync(BlobOf("1"), cancellationToken: Cancellation));

        await RunAsync(storage: NewStorage(race));

        race.Met.ShouldBeTrue();
        (await StatusAsync("2")).ShouldBe("completed");
    }

    /// <summary>A blob and its row as the reconciliation writes it.</summary>
    private async Task RegisterAsync(string id, double days, params (string Column, object? Value)[] columns)
    {
        await UploadAsync(BlobOf(id), TimeSpan.FromDays(days));
        var blob = (await Storage.Backups.GetBlobClient(BlobOf(id)).GetPropertiesAsync(cancellationToken: Cancellation)).Value;
        await AddOperationAsync(
            OperationKind.Backup,
            "rebuilt-" + id,
            [
                ("Status", "completed"), ("Type", "full"), ("Configuration", "prod"), ("BlobName", BlobOf(id)), ("SizeBytes", 7L),
                ("CreatedAt", blob.CreatedOn), ("CompletedAt", blob.LastModified), ("CreatedBy", Registrar), .. columns,
            ]);
    }
}
