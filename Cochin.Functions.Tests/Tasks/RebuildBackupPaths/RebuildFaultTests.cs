using Azure;
using Azure.Core;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

public sealed class RebuildFaultTests(AzuriteServer server) : RebuildTest(server)
{
    [Fact]
    public async Task Container_Missing_FailsWithTheSettingAndIsNotCreated()
    {
        await AddBackupAsync("42", "completed", "storage/prod/gone.zip");
        await Storage.Backups.DeleteAsync(cancellationToken: Cancellation);

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Failed);
        var error = result.Error.ShouldNotBeNull();
        error.ShouldContain(Names.BackupContainer);
        error.ShouldContain("Cochin__Storage__BackupContainer");
        result.Counts.Select(count => count.Key)
            .ShouldBe(["blobs", "records", "registered", "missing", "healed", "mismatched", "inFlight", "ignored", "failed"]);
        (await Storage.Backups.ExistsAsync(Cancellation)).Value.ShouldBeFalse();
        (await StatusAsync("42")).ShouldBe("completed");
    }

    [Fact]
    public async Task Container_EmptyWithoutTables_HasNothingToDo()
    {
        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed);
        Counts(result).ShouldBeEmpty();
    }

    [Fact]
    public async Task Listing_FailsOnItsSecondPage_ChangesNothing()
    {
        await UploadAsync("storage/prod/a.zip", Old);
        await UploadAsync("storage/prod/b.zip", Old);
        await AddBackupAsync("b", "completed", "storage/prod/b.zip");
        await AddBackupAsync("gone", "completed", "storage/prod/gone.zip");
        var pages = 0;
        var storage = NewStorageOfSmallPages(RequestHook.Fail(request => RequestHook.IsListing(request) && ++pages == 2, 403, "AuthorizationFailure"));

        await Should.ThrowAsync<RequestFailedException>(() => RunAsync(storage: storage));

        pages.ShouldBe(2);
        (await BackupsAsync()).Select(row => row.GetString("Status")).ShouldBe(["completed", "completed"]);
    }

    [Fact]
    public async Task Listing_ManyPages_IsReadCompletely()
    {
        await UploadAsync("storage/prod/a.zip", Old);
        await UploadAsync("storage/prod/b.zip", Old);
        await AddBackupAsync("b", "completed", "storage/prod/b.zip");
        var pages = 0;
        var storage = NewStorageOfSmallPages(new RequestHook(request =>
        {
            pages += RequestHook.IsListing(request) ? 1 : 0;
            return Task.CompletedTask;
        }));

        Counts(await RunAsync(storage: storage)).ShouldBe("blobs=2 records=1 registered=1");
        pages.ShouldBe(6, "once for the index, once for the items, once to register");
    }

    [Fact]
    public async Task Operations_Unreadable_ChangeNothing()
    {
        await UploadAsync("storage/prod/a.zip", Old);
        await AddBackupAsync("42", "completed", "storage/prod/gone.zip");
        var storage = NewStorage(RequestHook.Fail(request => request.Uri.Path.EndsWith("Operations()", StringComparison.Ordinal), 403, "AuthorizationFailure"));

        await Should.ThrowAsync<RequestFailedException>(() => RunAsync(storage: storage));

        (await BackupsAsync()).ShouldHaveSingleItem().GetString("Status").ShouldBe("completed");
    }

    [Fact]
    public async Task ServiceTime_Missing_FailsAndChangesNothing()
    {
        await UploadAsync("storage/prod/a.zip", Old);

        var result = await RunAsync(storage: NewStorage(new NoDatePolicy()));

        result.Outcome.ShouldBe(Outcome.Failed);
        (await BackupsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("IsDownload")]
    [InlineData("IsInsert")]
    public async Task Orphan_RequestFails_IsReportedAndTheRestContinues(string step)
    {
        await UploadAsync("storage/prod/a.zip", Old);
        await UploadAsync("storage/prod/b.zip", Old);
        await AddBackupAsync("gone", "completed", "storage/prod/gone.zip");
        var refused = 0;
        Func<Request, bool> matches = step == "IsDownload" ? RequestHook.IsDownload : RequestHook.IsInsert;
        var fault = RequestHook.Fail(request => matches(request) && Interlocked.Increment(ref refused) == 1, 409, "SnapshotOperationRateExceeded");
        var storage = NewStorage(fault);

        var result = await RunAsync(storage: storage);

        result.Outcome.ShouldBe(Outcome.Partial);
        Counts(result).ShouldBe("blobs=2 records=1 registered=1 missing=1 failed=1");
        result.Error.ShouldNotBeNull();
        result.Warnings.ShouldHaveSingleItem().ShouldContain("SnapshotOperationRateExceeded");
    }

    [Fact]
    public async Task Record_UpdateFails_IsReportedAndTheRestContinues()
    {
        await AddBackupAsync("1", "completed", "storage/prod/gone1.zip");
        await AddBackupAsync("2", "completed", "storage/prod/gone2.zip");
        var storage = NewStorage(RequestHook.Fail(
            request => RequestHook.IsUpdate(request) && request.Uri.ToString().Contains("RowKey='1'", StringComparison.Ordinal), 500, "InternalError"));

        var result = await RunAsync(storage: storage);

        result.Outcome.ShouldBe(Outcome.Partial);
        Counts(result).ShouldBe("records=2 missing=1 failed=1");
        result.Warnings.ShouldHaveSingleItem().ShouldContain("backup/1");
        (await StatusAsync("1")).ShouldBe("completed");
    }

    [Fact]
    public async Task Record_BlobCantBeChecked_CountsOnceAsFailed()
    {
        await AddBackupAsync("1", "completed", "legacy/unreadable.zip");
        await AddBackupAsync("2", "completed", "storage/prod/gone.zip");
        var storage = NewStorage(RequestHook.Fail(
            request => RequestHook.IsHead(request) && request.Uri.Path.Contains("unreadable", StringComparison.Ordinal), 403, "AuthorizationFailure"));

        Counts(await RunAsync(storage: storage)).ShouldBe("records=2 missing=1 failed=1");
        (await StatusAsync("1")).ShouldBe("completed");
    }

    [Fact]
    public async Task Row_OfARegisteredBlobWithAnotherBlobName_FailsWithTheNextStep()
    {
        await UploadAsync("storage/prod/a.zip", Old);
        await AddBackupAsync(BlobKey.Of("storage/prod/a.zip").RowKey, "failed", "storage/prod/other.zip");

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Partial);
        result.Warnings.ShouldHaveSingleItem().ShouldContain(BlobKey.Of("storage/prod/a.zip").RowKey);
    }

    [Fact]
    public async Task AuditLog_NotWritable_StopsTheChange()
    {
        await AddBackupAsync("42", "completed", "storage/prod/gone.zip");
        var storage = NewStorage(RequestHook.Fail(request => request.Uri.Path.Contains("audit", StringComparison.Ordinal), 403, "AuthorizationFailure"));

        await Should.ThrowAsync<RequestFailedException>(() => RunAsync(storage: storage));

        (await StatusAsync("42")).ShouldBe("completed");
    }

    [Fact]
    public async Task Run_Interrupted_IsContinuedByTheNext()
    {
        await UploadAsync("storage/prod/a.zip", Old);
        await UploadAsync("storage/prod/b.zip", Old);
        await AddBackupAsync("gone", "completed", "storage/prod/gone.zip");
        var checks = 0;
        ThrowIfStopped = () =>
        {
            if (Interlocked.Increment(ref checks) == 3)
            {
                throw new RunStoppedException("lock lost");
            }
        };
        await Should.ThrowAsync<RunStoppedException>(() => RunAsync());
        var halfway = (await BackupsAsync()).Count;

        await RunAsync();

        halfway.ShouldBeLessThan(3);
        (await BackupsAsync()).Count.ShouldBe(3, "requests in progress during the interruption may have succeeded; their blobs are not registered again");
        (await StatusAsync("gone")).ShouldBe("file_missing");
    }
}
