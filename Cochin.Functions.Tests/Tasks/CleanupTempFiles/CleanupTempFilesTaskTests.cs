using Azure.Core.Pipeline;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tests.Azurite;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.Tasks.CleanupTempFiles;

public sealed class CleanupTempFilesTaskTests(AzuriteServer server) : TaskTest(server)
{
    private static readonly TimeSpan Old = TimeSpan.FromHours(30);

    [Fact]
    public async Task Run_OldAndFreshInAllAreas_DeletesTheOldOnly()
    {
        await UploadAsync("temp/old.tmp", Old, "12345");
        await UploadAsync("temp/folder/a", Old);
        await UploadAsync("temp/folder/deep/b", Old);
        await UploadAsync("temp/mixed/old", Old);
        await UploadAsync("temp/mixed/new");
        await UploadAsync("restore_temp/restore_1/x", Old);
        await UploadAsync("uploads/fresh.bin");
        await UploadAsync("storage/prod/backup.zip", Old);
        await UploadAsync("other/old.tmp", Old);
        await UploadAsync("temporary/old.tmp", Old);

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed, result.Error);
        result.Counts.ShouldBe([new("scanned", 5), new("old", 3), new("deleted", 3), new("inUse", 0), new("changed", 0), new("failed", 0), new("blobsDeleted", 4)]);
        result.Bytes.ShouldBe([new("scanned", 5 + (6 * 7)), new("freed", 5 + (3 * 7))]);
        (await BlobNamesAsync()).ShouldBe(["other/old.tmp", "storage/prod/backup.zip", "temp/mixed/new", "temp/mixed/old", "temporary/old.tmp", "uploads/fresh.bin"]);
        Items.Select(item => (item.Area, item.Name, item.Decision, item.Reason)).Order().ShouldBe(
        [
            ("restore_temp", "restore_1", "delete", "old"), ("temp", "folder", "delete", "old"), ("temp", "mixed", "keep", "fresh"), ("temp", "old.tmp", "delete", "old"), ("uploads", "fresh.bin", "keep", "fresh"),
        ]);
    }

    [Fact]
    public async Task Run_BlobAndFolderOfOneName_AreOneUnit()
    {
        await UploadAsync("temp/x", Old);
        await UploadAsync("temp/x-1", Old);
        await UploadAsync("temp/x/new");

        var result = await RunAsync();

        result.Count("scanned").ShouldBe(2);
        result.Count("deleted").ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["temp/x", "temp/x/new"]);
    }

    [Fact]
    public async Task Run_AuditLog_NamesEachUnitBeforeAndAfter()
    {
        await UploadAsync("temp/old.tmp", Old);

        await RunAsync();

        var audit = await AuditAsync();
        audit.ShouldContain("\"target\":\"temp/old.tmp\",\"result\":\"planned\"");
        audit.ShouldContain("\"target\":\"temp/old.tmp\",\"result\":\"deleted\"");
    }

    [Fact]
    public async Task Run_AuditLogCantBeWritten_DeletesNothing()
    {
        await UploadAsync("temp/old.tmp", Old);
        var fault = new FaultPolicy(request => request.Uri.ToString().Contains("audit/", StringComparison.Ordinal), 403, "AuthorizationFailure");

        await Should.ThrowAsync<global::Azure.RequestFailedException>(() => NewTask().RunAsync(new CleanupTempFilesOptions(), Context(storage: NewStorage(fault)), Cancellation));

        fault.Met.ShouldBeTrue();
        (await BlobNamesAsync()).ShouldBe(["temp/old.tmp"]);
    }

    [Fact]
    public async Task Run_UsedByALiveOperation_IsLeftWhateverItsAge()
    {
        await UploadAsync("restore_temp/restore_work/data", Old);
        await UploadAsync("uploads/upload_77.part", Old);
        await UploadAsync("uploads/upload_78.part", Old);
        await AddOperationAsync("restore", "1", ("Status", "running"), ("WorkPath", "restore_temp/restore_work/"));
        await AddOperationAsync("backup", "77", ("Status", "pending"));
        await AddOperationAsync("backup", "78", ("Status", "completed"));

        var result = await RunAsync();

        result.Count("inUse").ShouldBe(2);
        result.Count("deleted").ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["restore_temp/restore_work/data", "uploads/upload_77.part"]);
    }

    [Theory]
    [InlineData("Running")]
    [InlineData("running ")]
    [InlineData(null)]
    public async Task Run_OperationWhoseStatusCantBeRead_ProtectsWhatItUses(string? status)
    {
        await UploadAsync("restore_temp/work/data", Old);
        await AddOperationAsync("restore", "1", ("Status", status), ("WorkPath", "restore_temp/work/"));
        await AddOperationAsync("restore", "2", ("Status", "completed"), ("WorkPath", "uploads/"));

        var result = await RunAsync();

        result.Count("inUse").ShouldBe(1);
        result.Warnings.ShouldHaveSingleItem().ShouldContain("restore/1");
        (await BlobNamesAsync()).ShouldBe(["restore_temp/work/data"]);
    }

    [Fact]
    public async Task Run_OperationThatBeginsAfterTheProof_IsSeen()
    {
        await UploadAsync("temp/work/data", Old);
        var listings = 0;
        var begin = new InterveningPolicy(
            request => IsListing(request) && request.Uri.ToString().Contains("uploads", StringComparison.Ordinal) && Interlocked.Increment(ref listings) == 1,
            () => AddOperationAsync("restore", "1", ("Status", "running"), ("WorkPath", "temp/work/")));

        var result = await RunAsync(policies: begin);

        begin.Met.ShouldBeTrue();
        result.Count("inUse").ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["temp/work/data"]);
    }

    [Fact]
    public async Task Run_LeasedBlob_KeepsItsWholeUnit()
    {
        await UploadAsync("temp/folder/a", Old);
        await UploadAsync("temp/folder/b", Old);
        await LeaseAsync("temp/folder/b");

        var result = await RunAsync();

        result.Count("inUse").ShouldBe(1);
        Items.ShouldHaveSingleItem().Reason.ShouldBe("leased");
        (await BlobNamesAsync()).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Run_OverwrittenRightBeforeTheDelete_IsLeftAsChanged()
    {
        await UploadAsync("temp/x", Old);
        var overwrite = new InterveningPolicy(IsDelete, () => UploadAsync("temp/x", content: "renewed"));

        var result = await RunAsync(policies: overwrite);

        overwrite.Met.ShouldBeTrue();
        ShouldAddUp(result);
        result.Count("changed").ShouldBe(1);
        (await Storage.Backups.GetBlobClient("temp/x").DownloadContentAsync(Cancellation)).Value.Content.ToString().ShouldBe("renewed");
    }

    [Fact]
    public async Task Run_RenewedBetweenTheListings_IsLeftAsChanged()
    {
        await UploadAsync("temp/x", Old);
        await UploadAsync("uploads/y", Old);
        var audit = 0;
        var renew = new InterveningPolicy(
            request => IsListing(request) && request.Uri.ToString().Contains("prefix=temp", StringComparison.Ordinal) && Interlocked.Increment(ref audit) == 2,
            () => UploadAsync("temp/x"));

        var result = await RunAsync(policies: renew);

        renew.Met.ShouldBeTrue();
        ShouldAddUp(result);
        result.Count("changed").ShouldBe(1);
        result.Count("deleted").ShouldBe(1);
        Items.ShouldContain(item => item.Name == "x" && item.Decision == "keep" && item.Reason == "changed");
    }

    [Fact]
    public async Task Run_LeasedRightBeforeTheDelete_CountsAsInUse()
    {
        await UploadAsync("temp/x", Old);
        var lease = new InterveningPolicy(IsDelete, () => LeaseAsync("temp/x"));

        var result = await RunAsync(policies: lease);

        lease.Met.ShouldBeTrue();
        ShouldAddUp(result);
        result.Count("inUse").ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["temp/x"]);
    }

    [Fact]
    public async Task Run_DeletedByAnotherMeanwhile_IsDone()
    {
        await UploadAsync("temp/x", Old);
        var delete = new InterveningPolicy(IsDelete, () => Storage.Backups.DeleteBlobAsync("temp/x", cancellationToken: Cancellation));

        var result = await RunAsync(policies: delete);

        ShouldAddUp(result);
        result.Outcome.ShouldBe(Outcome.Completed);
        result.Count("deleted").ShouldBe(1);
    }

    [Fact]
    public async Task Run_BlobWithSnapshots_GoesWithThem()
    {
        await UploadAsync("temp/x", Old);
        await Storage.Backups.GetBlobClient("temp/x").CreateSnapshotAsync(cancellationToken: Cancellation);

        var result = await RunAsync();

        result.Count("deleted").ShouldBe(1);
        (await BlobNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_DeleteRefused_IsPartialAndTheRestIsDone()
    {
        await UploadAsync("temp/immutable", Old);
        await UploadAsync("temp/other", Old);
        var fault = new FaultPolicy(request => IsDelete(request) && request.Uri.Path.Contains("immutable", StringComparison.Ordinal), 409, "BlobImmutableDueToPolicy");

        var result = await RunAsync(policies: fault);

        fault.Met.ShouldBeTrue();
        ShouldAddUp(result);
        result.Outcome.ShouldBe(Outcome.Partial);
        result.Error.ShouldNotBeNull().ShouldContain("temp/immutable");
        (await BlobNamesAsync()).ShouldBe(["temp/immutable"]);
    }

    [Fact]
    public async Task Run_ListingFailsOnItsSecondPage_DeletesNothing()
    {
        for (var i = 0; i < 5; i++)
        {
            await UploadAsync($"temp/{i}", Old);
        }

        var fault = new FaultPolicy(request => request.Uri.ToString().Contains("marker=", StringComparison.Ordinal), 500, "InternalError");

        await Should.ThrowAsync<global::Azure.RequestFailedException>(() => NewTask(pageSize: 2, policies: fault).RunAsync(new CleanupTempFilesOptions(), Context(), Cancellation));

        fault.Met.ShouldBeTrue();
        (await BlobNamesAsync()).Length.ShouldBe(5);
    }

    [Fact]
    public async Task Run_OperationsCantBeRead_DeletesNothing()
    {
        await UploadAsync("temp/x", Old);
        await AddOperationAsync("backup", "1", ("Status", "completed"));
        var fault = new FaultPolicy(request => request.Uri.Path.Contains("Operations", StringComparison.Ordinal), 403, "AuthorizationPermissionMismatch");

        await Should.ThrowAsync<global::Azure.RequestFailedException>(() => RunAsync(policies: fault));

        (await BlobNamesAsync()).ShouldBe(["temp/x"]);
    }

    [Fact]
    public async Task Run_ServiceDoesNotTellItsTime_FailsAndDeletesNothing()
    {
        await UploadAsync("temp/x", Old);

        var result = await new CleanupTempFilesTask(NewStorage(new WithoutDate()), TimeProvider.System).RunAsync(new CleanupTempFilesOptions(), Context(), Cancellation);

        result.Outcome.ShouldBe(Outcome.Failed);
        result.Error.ShouldNotBeNull().ShouldContain("Date");
        (await BlobNamesAsync()).ShouldBe(["temp/x"]);
    }

    [Fact]
    public async Task Run_LocalClockWrong_ChangesNothingButWarns()
    {
        await UploadAsync("temp/fresh");
        await UploadAsync("temp/old", Old);
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(400));

        var result = await new CleanupTempFilesTask(Storage, clock).RunAsync(new CleanupTempFilesOptions(), Context(), Cancellation);

        (await BlobNamesAsync()).ShouldBe(["temp/fresh"]);
        result.Warnings.ShouldHaveSingleItem().ShouldContain("clock");
    }

    [Fact]
    public async Task DryRun_SaysWhatItWouldDoAndOnlyReads()
    {
        await UploadAsync("temp/old", Old);
        await UploadAsync("temp/used_5", Old);
        await UploadAsync("temp/fresh");
        await AddOperationAsync("backup", "5", ("Status", "running"));
        var writes = new CountingPolicy(request => request.Method.Method is not ("GET" or "HEAD"));

        var result = await RunAsync(new CleanupTempFilesOptions { DryRun = true }, writes);

        ShouldAddUp(result);
        result.Count("deleted").ShouldBe(1);
        result.Count("blobsDeleted").ShouldBe(1);
        Items.Count.ShouldBe(3);
        writes.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Run_NoContainer_IsDoneWithAWarningAndMakesNone()
    {
        await Storage.Backups.DeleteAsync(cancellationToken: Cancellation);

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed);
        result.Warnings.ShouldHaveSingleItem().ShouldContain("Cochin__Storage__BackupContainer");
        (await Storage.Backups.ExistsAsync(Cancellation)).Value.ShouldBeFalse();
    }

    [Fact]
    public async Task Run_UnitTooLargeToKeep_IsDeletedByItsPrefix()
    {
        for (var i = 0; i < 7; i++)
        {
            await UploadAsync($"temp/big/{i}", Old);
        }

        await UploadAsync("temp/big-neighbour", Old);
        await UploadAsync("temp/bigger/kept");

        var result = await NewTask(pageSize: 3, blobsToKeep: 2).RunAsync(new CleanupTempFilesOptions(), Context(), Cancellation);

        ShouldAddUp(result);
        result.Count("deleted").ShouldBe(2);
        result.Count("blobsDeleted").ShouldBe(8);
        (await BlobNamesAsync()).ShouldBe(["temp/bigger/kept"]);
    }

    [Fact]
    public async Task Run_OddNames_AreDeletedAsTheyAre()
    {
        string[] names = ["temp/a b", "temp/a#b", "temp/100%", "temp/%41", "temp/été ☃", "temp/it's?", "temp//double", "temp/" + new string('n', 1_000)];
        foreach (var name in names)
        {
            await UploadAsync(name, Old);
        }

        var result = await RunAsync();

        result.Count("deleted").ShouldBe(names.Length);
        (await BlobNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_Stopped_DeletesNoFurtherBlob()
    {
        await UploadAsync("temp/x", Old);
        var context = Context(() => throw new OperationCanceledException());

        await Should.ThrowAsync<OperationCanceledException>(() => NewTask().RunAsync(new CleanupTempFilesOptions(), context, Cancellation));

        (await BlobNamesAsync()).ShouldBe(["temp/x"]);
        context.SoFar.ShouldNotBeNull()().Count("old").ShouldBe(1);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(87_600, true)]
    [InlineData(-0.1, false)]
    [InlineData(87_601, false)]
    [InlineData(double.NaN, false)]
    public void Options_Age_HasBounds(double age, bool isValid) =>
        (new CleanupTempFilesOptions { AgeHours = age }.Problem is null).ShouldBe(isValid);

    private static void ShouldAddUp(TaskResult result) =>
        result.Count("old").ShouldBe(result.Count("deleted") + result.Count("inUse") + result.Count("changed") + result.Count("failed"));

    private static bool IsDelete(global::Azure.Core.Request request) => request.Method.Method == "DELETE";

    private static bool IsListing(global::Azure.Core.Request request) => request.Uri.ToString().Contains("comp=list", StringComparison.Ordinal);

    private Task<TaskResult> RunAsync(CleanupTempFilesOptions? options = null, params HttpPipelinePolicy[] policies) =>
        NewTask(policies: policies).RunAsync(options ?? new CleanupTempFilesOptions(), Context(), Cancellation);

    private CleanupTempFilesTask NewTask(int pageSize = 5_000, int blobsToKeep = 2_000, params HttpPipelinePolicy[] policies) =>
        new(NewStorage(policies), TimeProvider.System) { PageSize = pageSize, BlobsToKeep = blobsToKeep };

    private Task LeaseAsync(string name) =>
        Storage.Backups.GetBlobClient(name).GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(60), cancellationToken: Cancellation);
}
