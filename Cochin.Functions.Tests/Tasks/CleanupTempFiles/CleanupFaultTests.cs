using System.Text.RegularExpressions;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tests.Azurite;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.Tasks.CleanupTempFiles;

public sealed class CleanupFaultTests(AzuriteServer server) : CleanupTest(server)
{
    [Fact]
    public async Task Run_ListingFailsOnItsSecondPage_DeletesNothing()
    {
        for (var i = 0; i < 5; i++)
        {
            await UploadAsync($"temp/{i}", Old);
        }

        var fault = new FaultPolicy(request => request.Uri.ToString().Contains("marker=", StringComparison.Ordinal), 500, "InternalError");

        await Should.ThrowAsync<global::Azure.RequestFailedException>(
            () => NewTask(pageSize: 2, policies: fault).RunAsync(new CleanupTempFilesOptions(), Context(), Cancellation));

        fault.Met.ShouldBeTrue();
        (await BlobNamesAsync()).Length.ShouldBe(5);
    }

    [Fact]
    public async Task Run_OperationsCantBeRead_DeletesNothing()
    {
        await UploadAsync("temp/x", Old);
        await AddOperationAsync("backup", "1", ("Status", "completed"));
        var fault = new FaultPolicy(IsOperations, 403, "AuthorizationPermissionMismatch");

        await Should.ThrowAsync<global::Azure.RequestFailedException>(() => RunAsync(policies: fault));

        (await BlobNamesAsync()).ShouldBe(["temp/x"]);
    }

    [Fact]
    public async Task Run_ServiceTimeMissing_FailsAndDeletesNothing()
    {
        await UploadAsync("temp/x", Old);

        var result = await NewTask(policies: new NoDatePolicy()).RunAsync(new CleanupTempFilesOptions(), Context(), Cancellation);

        result.Outcome.ShouldBe(Outcome.Failed);
        result.Error.ShouldNotBeNull().ShouldContain("Date");
        (await BlobNamesAsync()).ShouldBe(["temp/x"]);
    }

    [Fact]
    public async Task Run_AuditLogCantBeWritten_DeletesNothing()
    {
        await UploadAsync("temp/old.tmp", Old);
        var fault = new FaultPolicy(IsAudit, 403, "AuthorizationFailure");

        await Should.ThrowAsync<global::Azure.RequestFailedException>(
            () => NewTask().RunAsync(new CleanupTempFilesOptions(), Context(storage: NewStorage(fault)), Cancellation));

        fault.Met.ShouldBeTrue();
        (await BlobNamesAsync()).ShouldBe(["temp/old.tmp"]);
    }

    [Theory]
    [InlineData(409, "BlobImmutableDueToPolicy")]
    [InlineData(500, "InternalError")]
    [InlineData(503, "ServerBusy")]
    public async Task Run_OneDeleteFails_IsPartialAndDeletesTheRest(int status, string errorCode)
    {
        await UploadAsync("temp/other", Old);
        await UploadAsync("temp/refused", Old);
        await UploadAsync("uploads/third", Old);
        var fault = new PartFaultPolicy(part => part.Contains("temp/refused", StringComparison.Ordinal), status, errorCode);

        var result = await RunAsync(policies: fault);

        fault.Met.ShouldBe(status == 409 ? 1 : Attempts, "transient errors are retried as often as by the client");
        ShouldAddUp(result);
        result.Outcome.ShouldBe(Outcome.Partial);
        result.Count("deleted").ShouldBe(2);
        result.Error.ShouldNotBeNull().ShouldContain("temp/refused");
        result.Warnings.ShouldHaveSingleItem().ShouldContain(errorCode);
        (await BlobNamesAsync()).ShouldBe(["temp/refused"]);
    }

    [Fact]
    public async Task Run_AccessDenied_FailsAtOnce()
    {
        await UploadAsync("temp/x", Old);
        var fault = new FaultPolicy(IsDelete, 403, "AuthorizationPermissionMismatch");

        var thrown = await Should.ThrowAsync<global::Azure.RequestFailedException>(() => RunAsync(policies: fault));

        thrown.Status.ShouldBe(403);
        (await BlobNamesAsync()).ShouldBe(["temp/x"]);
    }

    [Theory]
    [InlineData(400, "ahead of")]
    [InlineData(-400, "behind")]
    public async Task Run_LocalClockWrong_OnlyWarns(int days, string which)
    {
        await UploadAsync("temp/fresh");
        await UploadAsync("temp/old", Old);
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(days));

        var result = await NewTask(time: clock).RunAsync(new CleanupTempFilesOptions(), Context(), Cancellation);

        (await BlobNamesAsync()).ShouldBe(["temp/fresh"]);
        result.Warnings.ShouldHaveSingleItem().ShouldContain(which);
    }

    [Fact]
    public async Task Run_OperationsCantBeReadBeforeTheFirstDelete_DeletesNothing()
    {
        await UploadAsync("temp/x", Old);
        var fault = new FaultPolicy(From(2, IsOperations), 500, "InternalError");

        await Should.ThrowAsync<global::Azure.RequestFailedException>(() => RunAsync(policies: fault));

        fault.Met.ShouldBeTrue();
        (await BlobNamesAsync()).ShouldBe(["temp/x"]);
    }

    [Fact]
    public async Task Run_OperationsCantBeReadLater_StopsAndReportsTheDeletedBlobs()
    {
        await UploadAsync("temp/a", Old);
        await UploadAsync("temp/b", Old);
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var later = new InterveningPolicy(IsDelete, () =>
        {
            time.Advance(TimeSpan.FromSeconds(16));
            return Task.CompletedTask;
        });
        var fault = new FaultPolicy(From(3, IsOperations), 500, "InternalError");
        var context = Context();

        await Should.ThrowAsync<global::Azure.RequestFailedException>(() =>
            NewSequentialTask(blobsToKeep: 1, time: time, policies: [later, fault]).RunAsync(new CleanupTempFilesOptions(), context, Cancellation));

        fault.Met.ShouldBeTrue();
        (await BlobNamesAsync()).ShouldBe(["temp/b"]);
        var soFar = context.PartialResult.ShouldNotBeNull()();
        ShouldAddUp(soFar);
        soFar.Count("deleted").ShouldBe(1);
        soFar.Count("failed").ShouldBe(1);
    }

    [Fact]
    public async Task Run_SecondListingFails_KeepsUnlistedUnits()
    {
        for (var i = 0; i < 4; i++)
        {
            await UploadAsync($"temp/{i}", Old);
        }

        var fault = new FaultPolicy(From(2, request => request.Uri.ToString().Contains("marker=", StringComparison.Ordinal)), 500, "InternalError");
        var context = Context();

        await Should.ThrowAsync<global::Azure.RequestFailedException>(() =>
            NewTask(pageSize: 3, blobsToKeep: 1, policies: fault).RunAsync(new CleanupTempFilesOptions(), context, Cancellation));

        (await BlobNamesAsync()).ShouldBe(["temp/2", "temp/3"]);
        ShouldAddUp(context.PartialResult.ShouldNotBeNull()());
    }

    [Theory]
    [InlineData("Last-Modified")]
    [InlineData("Etag")]
    public async Task Run_ListingWithoutAgeOrVersion_DeletesNothing(string element)
    {
        await UploadAsync("temp/x", Old);
        await UploadAsync("temp/y", Old);
        var rewrite = new ListingRewrite(listing => Regex.Replace(listing, $"<{element}>[^<]*</{element}>", ""));

        var thrown = await Should.ThrowAsync<InvalidDataException>(() => RunAsync(policies: rewrite));

        thrown.Message.ShouldContain("temp/x");
        (await BlobNamesAsync()).ShouldBe(["temp/x", "temp/y"]);
    }

    [Fact]
    public async Task Run_NameWithAPathOutsideItsArea_DeletesNothingElse()
    {
        await UploadAsync("storage/prod/a.zip", Old);
        await UploadAsync("temp/x", Old);
        var rewrite = new ListingRewrite(
            listing => listing.Replace("<Name>temp/x</Name>", "<Name>temp/../storage/prod/a.zip</Name>", StringComparison.Ordinal));
        var deletes = new CountingPolicy(IsDelete);

        var result = await RunAsync(policies: [rewrite, deletes]);

        ShouldAddUp(result);
        result.Count("failed").ShouldBe(1);
        deletes.Count.ShouldBe(0);
    }
}
