using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango;

/// <summary>Runs with a bad setting, database or store.</summary>
public sealed class SyncDjangoInputTests(AzuriteServer server) : SyncTest(server)
{
    [Fact]
    public async Task Run_RecordThatCannotBeWritten_IsRejectedAndDoesNotStopTheRest()
    {
        Fill();
        Django.AddBackup(5, ("status", ""));
        Django.AddConfiguration(9, new string('é', 100));

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Partial);
        result.Count("rejected").ShouldBe(2);
        result.Count("written").ShouldBe(8);
        result.Error.ShouldNotBeNull().ShouldContain("backup/django-5 has no status");
    }

    [Theory]
    [InlineData("/data/backups")]
    [InlineData("/app")]
    public async Task Run_WrongPathRoot_NamesTheOneThatFitsAndWritesNothing(string root)
    {
        Fill();
        var writes = Writes();

        var result = await RunAsync(pathRoot: root, storage: NewStorage(writes));

        result.Outcome.ShouldBe(Outcome.Failed);
        result.Error.ShouldNotBeNull().ShouldContain("--path-root '/app/backups'");
        writes.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("database", "There is no file")]
    [InlineData("backups", "--backups")]
    public async Task Run_DatabaseOrBackupsFolderThatIsAbsent_FailsAndWritesNothing(string absent, string error)
    {
        var writes = Writes();
        var path = Path.Combine(Django.DatabaseFolder, "absent");

        var result = await RunAsync(
            database: absent == "database" ? path : null, backups: absent == "backups" ? path : null, storage: NewStorage(writes));

        result.Outcome.ShouldBe(Outcome.Failed);
        result.Error.ShouldNotBeNull().ShouldContain(error);
        writes.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Run_OperationsTableThatIsGone_FailsBeforeAnythingIsUploaded()
    {
        Fill();
        await RunAsync();
        await Storage.Operations.DeleteAsync(Cancellation);
        Django.AddBackupWithFile(8);

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Failed);
        result.Error.ShouldNotBeNull().ShouldContain("although earlier runs read it");
        (await BlobNamesAsync()).ShouldNotContain("storage/prod/8.zip");
    }
}
