using Azure.Core;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Outcome = Cochin.Functions.Tasks.Outcome;

namespace Cochin.Functions.Tests.Tasks.PruneBackups;

/// <summary>Blobs that rows need which are not backups to prune: sources of restores and protected rows.</summary>
public sealed class PruneClaimTests(AzuriteServer server) : PruneTest(server)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);
        await AddBackupAsync("3", 3);
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("cancelled")]
    [InlineData("pruned")]
    [InlineData("completed")]
    public async Task Source_WithoutAReadableBlobName_MayBeAnyBackup(string status)
    {
        await AddOperationAsync("backup", "42", ("Status", status), ("Configuration", "prod"));
        await RestoreAsync("42");

        var result = await RunAsync();

        Counts(result).ShouldBe("examined=3 kept=3");
        result.Warnings.ShouldContain(
            "restore/7 is in progress and reads the backup '42', which has no readable BlobName, so every backup is kept until it ends.");
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("pruned")]
    public async Task Source_WithTheBlobOfAnotherRow_KeepsThat(string status)
    {
        await AddOperationAsync("backup", "42", ("Status", status), ("BlobName", "/app/backups/" + BlobOf("3")));
        await RestoreAsync("42");

        Counts(await RunAsync()).ShouldBe("examined=3 kept=2 pruned=1");

        ReasonOf("3").ShouldBe("keep shared");
    }

    [Theory]
    [InlineData("42", "django-42")]
    [InlineData("django-42", "42")]
    public async Task Source_WithOrWithoutThePrefix_IsTheSameRow(string source, string id)
    {
        await AddOperationAsync("backup", id, ("Status", "failed"), ("BlobName", BlobOf("3")));
        await RestoreAsync(source);

        Counts(await RunAsync()).ShouldBe("examined=3 kept=2 pruned=1");

        ReasonOf("3").ShouldBe("keep shared");
    }

    [Fact]
    public async Task Source_WithTheBlobOfAnotherRow_RestoredSinceThePlan_KeepsThat()
    {
        await AddOperationAsync("backup", "42", ("Status", "failed"), ("BlobName", BlobOf("3")));
        var race = new InterveningPolicy(request => request.Method == RequestMethod.Patch, () => RestoreAsync("42"));

        await RunAsync(storage: NewStorage(race));

        race.Met.ShouldBeTrue();
        (await BlobNamesAsync()).ShouldContain(BlobOf("3"));
    }

    [Theory]
    [InlineData("backup/2")]
    [InlineData(" backup/2 ")]
    public async Task Source_WrittenAsATarget_IsThatBackup(string source)
    {
        await RestoreAsync(source);

        Counts(await RunAsync()).ShouldBe("examined=3 kept=2 pruned=1");

        ReasonOf("2").ShouldBe("keep liveRestore");
    }

    [Theory]
    [InlineData("storage/prod/2.zip")]
    [InlineData("\\app\\b")]
    [InlineData("x#y?z")]
    [InlineData("a\u0001b")]
    [InlineData("backup/")]
    public async Task Source_ThatIsNoId_KeepsAllAndIsNamed(string source)
    {
        await RestoreAsync(source);

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed);
        Counts(result).ShouldBe("examined=3 kept=3");
        result.Warnings.ShouldContain(warning => warning.StartsWith("restore/7 is in progress and ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nightly-2026-12-3")]
    [InlineData("other-3")]
    [InlineData("django-external-3")]
    public async Task Source_ThatEndsInTheIdOfABackup_IsUnknown(string source)
    {
        await RestoreAsync(source);

        var result = await RunAsync();

        Counts(result).ShouldBe("examined=3 kept=3");
        result.Warnings.ShouldContain(
            $"restore/7 is in progress and reads the backup '{source}', which has no row, so every backup is kept until it ends.");
    }

    [Theory]
    [InlineData("django-3", "3")]
    [InlineData("3", "Django-3")]
    public async Task Source_WithOrWithoutThePrefixOfDjango_IsTheSame(string id, string source)
    {
        await AddBackupAsync(id, 3);
        await RestoreAsync(source);

        await RunAsync();

        (ReasonOf(id), ReasonOf("2")).ShouldBe(("keep liveRestore", "prune policy"));
    }

    [Fact]
    public async Task Source_WithAnIdThatIsTooLong_KeepsAll()
    {
        await RestoreAsync(new string('a', 1_100));

        Counts(await RunAsync()).ShouldBe("examined=3 kept=3");
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("cancelled")]
    [InlineData("pruned")]
    public async Task Protected_WithTheBlobOfAnotherRow_KeepsThat(string status)
    {
        await AddOperationAsync("backup", "42", ("Status", status), ("BlobName", BlobOf("3")), ("Protected", true));

        Counts(await RunAsync()).ShouldBe("examined=3 kept=2 pruned=1");

        ReasonOf("3").ShouldBe("keep shared");
    }

    [Fact]
    public async Task Protected_WithAnUnreadableBlobName_KeepsAll()
    {
        await AddOperationAsync("backup", "42", ("Status", "failed"), ("BlobName", 5), ("Protected", true));

        var result = await RunAsync();

        Counts(result).ShouldBe("examined=3 kept=3");
        result.Warnings.ShouldHaveSingleItem().ShouldStartWith("backup/42 has a BlobName of the type Int32");
    }

    private Task RestoreAsync(string source) =>
        AddOperationAsync("restore", "7", ("Status", "running"), ("BackupId", source), ("CreatedAt", TimeProvider.System.GetUtcNow()));

    [Theory]
    [InlineData("restore")]
    [InlineData("Restore")]
    [InlineData("restores")]
    [InlineData("RESTORE ")]
    public async Task Restore_ThatBeginsAfterTheMark_KeepsItsSource(string partition)
    {
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);
        var race = new InterveningPolicy(IsMark, () => AddOperationAsync(partition, "r", ("Status", "running"), ("BackupId", "2")));

        await RunAsync(storage: NewStorage(race));

        race.Met.ShouldBeTrue();
        (await StatusAsync("2")).ShouldBe("completed");
        (await RowAsync("2")).ContainsKey("PruneStartedAt").ShouldBeFalse();
        (await BlobNamesAsync()).ShouldContain(BlobOf("2"));
    }

    [Fact]
    public async Task Restore_WithoutBackupId_KeepsEveryBackup()
    {
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);
        await AddOperationAsync(OperationKind.Restore, "r", ("Status", "running"), ("Name", "2"));

        var result = await RunAsync();

        (await StatusAsync("2")).ShouldBe("completed");
        result.Warnings.ShouldContain("restore/r is in progress and has no BackupId, so every backup is kept until it ends.");
    }

    [Fact]
    public async Task Restore_OfAnExternalFile_KeepsNothing()
    {
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);
        await AddOperationAsync(OperationKind.Restore, "django-external-7", ("Status", "running"));

        await RunAsync();

        (await StatusAsync("2")).ShouldBe("pruned");
    }
}
