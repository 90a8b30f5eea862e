using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

/// <summary>Changes by the application while records of backups are compared with the blobs.</summary>
public sealed class RecordRaceTests(AzuriteServer server) : RebuildTest(server)
{
    [Fact]
    public async Task Blob_BackJustBeforeItsRecordIsMarked_KeepsTheRecord()
    {
        await AddBackupAsync("42", "completed", "storage/prod/a.zip");
        var storage = NewStorage(RequestHook.Once(RequestHook.IsHead, () => UploadAsync("storage/prod/a.zip")));

        Counts(await RunAsync(storage: storage)).ShouldBe("records=1");
        (await StatusAsync("42")).ShouldBe("completed");
    }

    [Fact]
    public async Task Blob_DeletedJustBeforeItsRecordIsHealed_LeavesItMissing()
    {
        await UploadAsync("storage/prod/a.zip");
        await AddBackupAsync("42", "file_missing", "storage/prod/a.zip");
        var storage = NewStorage(
            RequestHook.Once(RequestHook.IsHead, () => Storage.Backups.DeleteBlobAsync("storage/prod/a.zip", cancellationToken: Cancellation)));

        Counts(await RunAsync(storage: storage)).ShouldBe("blobs=1 records=1");
        (await StatusAsync("42")).ShouldBe("file_missing");
    }

    [Fact]
    public async Task Record_CompletedDuringTheListing_IsNotMissingEvenInADryRun()
    {
        await AddBackupAsync("42", "running", "storage/prod/a.zip");
        var storage = NewStorage(AfterListing(async () =>
        {
            await UploadAsync("storage/prod/a.zip");
            await AddBackupAsync("42", "completed", "storage/prod/a.zip");
        }));

        Counts(await RunAsync(new RebuildBackupPathsOptions { DryRun = true }, storage: storage)).ShouldBe("records=1");
    }

    [Fact]
    public async Task Record_CancelledJustBeforeItIsMarked_IsNotChanged()
    {
        await AddBackupAsync("42", "completed", "storage/prod/gone.zip");
        var storage = NewStorage(RequestHook.Once(RequestHook.IsUpdate, () => AddBackupAsync("42", "cancelled", "storage/prod/gone.zip")));

        Counts(await RunAsync(storage: storage)).ShouldBe("records=1");
        (await StatusAsync("42")).ShouldBe("cancelled");
    }

    [Fact]
    public async Task Record_UnchangedSinceItsCheck_IsMarkedWithoutReadingItAgain()
    {
        await AddBackupAsync("42", "completed", "storage/prod/gone.zip");
        var reads = new CountingPolicy(request => RequestHook.IsRowRead(request) && !RequestHook.IsQuery(request));

        Counts(await RunAsync(storage: NewStorage(reads))).ShouldBe("records=1 missing=1");

        (await StatusAsync("42")).ShouldBe("file_missing");
        reads.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Record_RenamedJustBeforeItIsMarked_IsReadAgainAndStillMarked()
    {
        await AddBackupAsync("42", "completed", "storage/prod/gone.zip");
        var storage = NewStorage(RequestHook.Once(
            RequestHook.IsUpdate,
            () => AddOperationAsync("backup", "42", ("Status", "completed"), ("BlobName", "storage/prod/gone.zip"), ("Name", "renamed"))));

        Counts(await RunAsync(storage: storage)).ShouldBe("records=1 missing=1");
        var row = await BackupAsync("42");
        row.GetString("Status").ShouldBe("file_missing");
        row.GetString("Name").ShouldBe("renamed");
    }

    [Fact]
    public async Task Record_DeletedJustBeforeItIsMarked_StaysDeleted()
    {
        await AddBackupAsync("42", "completed", "storage/prod/gone.zip");
        var storage = NewStorage(
            RequestHook.Once(RequestHook.IsUpdate, () => Storage.Operations.DeleteEntityAsync("backup", "42", cancellationToken: Cancellation)));

        Counts(await RunAsync(storage: storage)).ShouldBe("records=1");
        (await BackupsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Record_ChangedOnEveryAttempt_IsLeftToTheNextRun()
    {
        await AddBackupAsync("42", "completed", "storage/prod/gone.zip");
        var storage = NewStorage(
            new RequestHook(request => RequestHook.IsUpdate(request) ? AddBackupAsync("42", "completed", "storage/prod/gone.zip") : Task.CompletedTask));

        Counts(await RunAsync(storage: storage)).ShouldBe("records=1");
        Items.ShouldHaveSingleItem().Reason.ShouldBe("changed");
    }

    [Fact]
    public async Task Container_DeletedAfterTheListing_MarksNothingMissing()
    {
        await UploadAsync("storage/prod/a.txt");
        await AddBackupAsync("42", "completed", "storage/prod/gone.zip");
        var storage = NewStorage(RequestHook.Once(RequestHook.IsHead, () => Storage.Backups.DeleteAsync(cancellationToken: Cancellation)));

        var result = await RunAsync(storage: storage);

        result.Outcome.ShouldNotBe(Outcome.Completed);
        Count(result, "missing").ShouldBe(0);
        (await StatusAsync("42")).ShouldBe("completed");
    }

    [Fact]
    public async Task Run_Stopped_WritesNothingMore()
    {
        await UploadAsync("storage/prod/a.zip", Old);
        await AddBackupAsync("42", "completed", "storage/prod/gone.zip");
        ThrowIfStopped = () => throw new RunStoppedException("stopped");

        await Should.ThrowAsync<RunStoppedException>(() => RunAsync());

        (await BackupsAsync()).ShouldHaveSingleItem().GetString("Status").ShouldBe("completed");
        (await Storage.System.ExistsAsync(Cancellation)).Value.ShouldBeFalse();
    }

    /// <summary>Runs an action after the first listing.</summary>
    private static RequestHook AfterListing(Func<Task> action)
    {
        var listed = false;
        var done = false;
        return new RequestHook(async request =>
        {
            if (listed && !done && !RequestHook.IsListing(request))
            {
                done = true;
                await action();
            }

            listed |= RequestHook.IsListing(request);
        });
    }
}
