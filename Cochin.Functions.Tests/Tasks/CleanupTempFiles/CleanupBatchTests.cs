using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.Operations;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.CleanupTempFiles;

/// <summary>Failures of batches and their parts.</summary>
public sealed class CleanupBatchTests(AzuriteServer server) : CleanupTest(server)
{
    [Theory]
    [InlineData(500, "InternalError")]
    [InlineData(500, "OperationTimedOut")]
    [InlineData(503, "ServerBusy")]
    [InlineData(429, "TooManyRequests")]
    public async Task Part_TransientError_IsRetried(int status, string errorCode)
    {
        await UploadAsync("temp/a", Old);
        await UploadAsync("temp/b", Old, "12345");
        var fault = new PartFaultPolicy(part => part.Contains("temp/b", StringComparison.Ordinal), status, errorCode, times: 2);

        var result = await RunAsync(policies: fault);

        fault.Met.ShouldBe(2);
        result.Outcome.ShouldBe(Outcome.Completed, result.Error);
        result.Count("blobsDeleted").ShouldBe(2);
        (await BlobNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Part_ChangedBeforeTheRetry_IsKeptAsChanged()
    {
        await UploadAsync("temp/x", Old);
        var fault = new PartFaultPolicy(_ => true, 503, "ServerBusy", times: 1);
        var renew = new InterveningPolicy(From(2, IsBatch), () => UploadAsync("temp/x", content: "renewed"));

        var result = await RunAsync(policies: [renew, fault]);

        renew.Met.ShouldBeTrue();
        ShouldAddUp(result);
        result.Count("changed").ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["temp/x"]);
    }

    [Fact]
    public async Task Part_WithoutAResponse_IsCheckedAndCountedOnce()
    {
        await UploadAsync("temp/a", Old, "123");
        await UploadAsync("temp/b", Old, "12345");
        var lost = new LostPartResponsePolicy(part => part.Contains("temp/b", StringComparison.Ordinal));

        var result = await RunAsync(policies: lost);

        lost.Met.ShouldBe(1);
        result.Outcome.ShouldBe(Outcome.Completed, result.Error);
        result.Count("deleted").ShouldBe(2);
        result.Count("blobsDeleted").ShouldBe(2);
        result.Bytes.ShouldContain(new KeyValuePair<string, long>("freed", 8));
    }

    [Fact]
    public async Task Part_NeverAnswered_Fails()
    {
        await UploadAsync("temp/a", Old);
        await UploadAsync("temp/b", Old);
        var lost = new LostPartResponsePolicy(part => part.Contains("temp/b", StringComparison.Ordinal), times: int.MaxValue);

        var result = await RunAsync(policies: lost);

        lost.Met.ShouldBe(Attempts);
        ShouldAddUp(result);
        result.Outcome.ShouldBe(Outcome.Partial);
        result.Count("deleted").ShouldBe(1);
        result.Warnings.ShouldHaveSingleItem().ShouldContain("temp/b: the storage did not answer");
    }

    [Fact]
    public async Task Part_AccessDenied_FailsTheRun()
    {
        await UploadAsync("temp/x", Old);
        var part = new PartFaultPolicy(_ => true, 403, "AuthorizationPermissionMismatch");
        var single = new FaultPolicy(IsSingleDelete, 403, "AuthorizationPermissionMismatch");

        var thrown = await Should.ThrowAsync<global::Azure.RequestFailedException>(() => RunAsync(policies: [part, single]));

        part.Met.ShouldBe(1);
        thrown.ErrorCode.ShouldBe("AuthorizationPermissionMismatch");
        (await BlobNamesAsync()).ShouldBe(["temp/x"]);
    }

    [Fact]
    public async Task Parts_OfOneUnitWithALease_AreKept()
    {
        for (var i = 0; i < 6; i++)
        {
            await UploadAsync($"temp/folder/{i}", Old);
        }

        await UploadAsync("temp/other", Old);
        var lease = new InterveningPolicy(IsBatch, () => LeaseAsync("temp/folder/1"));

        var result = await NewSequentialTask(maxBatchSize: 2, policies: lease).RunAsync(new CleanupTempFilesOptions(), Context(), Cancellation);

        ShouldAddUp(result);
        result.Count("inUse").ShouldBe(1);
        result.Count("deleted").ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["temp/folder/1", "temp/folder/2", "temp/folder/3", "temp/folder/4", "temp/folder/5"]);
    }

    [Theory]
    [InlineData(503, "ServerBusy")]
    [InlineData(500, "InternalError")]
    public async Task Batch_TransientError_IsRetried(int status, string errorCode)
    {
        await UploadAsync("temp/x", Old);
        var met = 0;
        var fault = new FaultPolicy(request => IsBatch(request) && ++met <= 2, status, errorCode);

        var result = await RunAsync(policies: fault);

        met.ShouldBe(3);
        result.Outcome.ShouldBe(Outcome.Completed, result.Error);
        (await BlobNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Batch_AlwaysRefused_FailsItsUnits()
    {
        await UploadAsync("temp/a", Old);
        await UploadAsync("temp/b", Old);
        await UploadAsync("temp/c", Old);
        var met = 0;
        var fault = new FaultPolicy(request => IsBatch(request) && ++met > 0, 503, "ServerBusy");

        var result = await NewSequentialTask(maxBatchSize: 2, policies: fault).RunAsync(new CleanupTempFilesOptions(), Context(), Cancellation);

        met.ShouldBe(2 * Attempts);
        ShouldAddUp(result);
        result.Outcome.ShouldBe(Outcome.Partial);
        result.Count("failed").ShouldBe(3);
        result.Error.ShouldNotBeNull().ShouldContain("503 (ServerBusy)");
        (await BlobNamesAsync()).Length.ShouldBe(3);
    }

    [Fact]
    public async Task Batch_StoppedBeforeTheRetry_IsNotSent()
    {
        await UploadAsync("temp/x", Old);
        var stopped = false;
        var fault = new FaultPolicy(request => IsBatch(request) && (stopped = true), 503, "ServerBusy");
        var batches = new CountingPolicy(IsBatch);

        await Should.ThrowAsync<RunStoppedException>(() =>
            NewTask(policies: [fault, batches]).RunAsync(new CleanupTempFilesOptions(), Context(() => StopIf(stopped)), Cancellation));

        fault.Met.ShouldBeTrue();
        batches.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Batches_Concurrent_AreNotSentAfterTheStop()
    {
        const int Blobs = 60;
        await Parallel.ForAsync(0, Blobs, Cancellation, async (i, _) => await UploadAsync($"temp/{i}", Old));
        var (sent, stoppedAt) = (0, 5);
        var late = new CountingPolicy(IsBatch);
        var context = Context(() => StopIf(Interlocked.Increment(ref sent) > stoppedAt * 2));

        // Each batch checks twice: when it gets a slot, and right before it is sent.
        var limits = new CleanupLimits { MaxBatchSize = 2, Concurrency = static () => new AdaptiveConcurrency(max: 4, start: 1) };
        var task = new TaskOnStorage(new CleanupTempFilesTask(new TempSettings(), TimeProvider.System, limits), NewStorage(late));
        await Should.ThrowAsync<RunStoppedException>(() => task.RunAsync(new CleanupTempFilesOptions(), context, Cancellation));

        late.Count.ShouldBeInRange(1, stoppedAt);
        var soFar = context.PartialResult.ShouldNotBeNull()();
        ShouldAddUp(soFar);
        soFar.Count("blobsDeleted").ShouldBe(2 * late.Count);
        (await BlobNamesAsync()).Length.ShouldBe(Blobs - (2 * late.Count));
    }

    [Theory]
    [InlineData(400, "InvalidInput")]
    [InlineData(403, "AuthorizationPermissionMismatch")]
    [InlineData(405, "UnsupportedHttpVerb")]
    [InlineData(501, "NotImplemented")]
    public async Task Batches_NotSupported_AreReplacedBySingleDeletesWithAllConditions(int status, string errorCode)
    {
        foreach (var name in (string[])["changed", "gone", "leased", "old"])
        {
            await UploadAsync($"temp/{name}", Old);
        }

        var fault = new FaultPolicy(IsBatch, status, errorCode);
        var singles = new CountingPolicy(IsSingleDelete);
        var meanwhile = new InterveningPolicy(IsBatch, async () =>
        {
            await UploadAsync("temp/changed", content: "renewed");
            await Storage.Backups.DeleteBlobAsync("temp/gone", cancellationToken: Cancellation);
            await LeaseAsync("temp/leased");
        });

        var result = await RunAsync(policies: [meanwhile, fault, singles]);

        fault.Met.ShouldBeTrue();
        singles.Count.ShouldBe(4);
        ShouldAddUp(result);
        result.Count("deleted").ShouldBe(2);
        result.Count("changed").ShouldBe(1);
        result.Count("inUse").ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["temp/changed", "temp/leased"]);
    }

    [Fact]
    public async Task Batches_OverloadedStorage_ReducesThenRaisesTheConcurrency()
    {
        await Parallel.ForAsync(0, 40, Cancellation, async (i, _) => await UploadAsync($"temp/{i}", Old));
        var concurrency = new AdaptiveConcurrency(max: 8, start: 1);
        var levels = new List<int>();
        var fault = new PartFaultPolicy(_ => IsTheEleventh(), 503, "ServerBusy", times: 1);
        var limits = new CleanupLimits { MaxBatchSize = 1, Concurrency = () => concurrency };
        var task = new TaskOnStorage(new CleanupTempFilesTask(new TempSettings(), TimeProvider.System, limits), NewStorage(fault));

        var result = await task.RunAsync(new CleanupTempFilesOptions(), Context(), Cancellation);

        result.Count("deleted").ShouldBe(40);
        var lowered = levels.Index().Skip(1).First(now => now.Item < levels[now.Index - 1]);
        lowered.Item.ShouldBeInRange(levels[lowered.Index - 1] / 2, levels[lowered.Index - 1] - 1);
        concurrency.Level.ShouldBeGreaterThan(lowered.Item);

        bool IsTheEleventh()
        {
            lock (levels)
            {
                levels.Add(concurrency.Level);
                return levels.Count > 10;
            }
        }
    }

    private static void StopIf(bool isStopped)
    {
        if (isStopped)
        {
            throw new RunStoppedException("stopped");
        }
    }
}
