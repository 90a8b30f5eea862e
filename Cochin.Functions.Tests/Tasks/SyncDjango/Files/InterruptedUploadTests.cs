using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.SyncDjango.Files;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango.Files;

/// <summary>Uploads that are interrupted: the next run continues them.</summary>
public sealed class InterruptedUploadTests(AzuriteServer server) : FilesTest(server)
{
    private const int Blocks = 5;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(Blocks)]
    public async Task Process_DiesDuringTheUpload_TheNextRunSendsTheOtherBlocksOnly(int dies)
    {
        Write(Name, Random(Large));
        var blocks = 0;
        var crash = new CrashPolicy(request => IsBlock(request) && Interlocked.Increment(ref blocks) == dies);

        await Should.ThrowAsync<InvalidOperationException>(() => RunAsync(NewStorage(crash)));

        (await BlobNamesAsync()).ShouldBeEmpty();
        await RunAgainAsync();
    }

    [Fact]
    public async Task Process_DiesBeforeTheCommit_TheNextRunSendsNoBlock()
    {
        Write(Name, Random(Large));

        await Should.ThrowAsync<InvalidOperationException>(() => RunAsync(NewStorage(new CrashPolicy(IsCommit))));

        (await StagedAsync()).ShouldBe(Blocks);
        await RunAgainAsync();
    }

    [Fact]
    public async Task Process_DiesWhileItReplacesABlob_TheOldContentStaysUntilTheNextRun()
    {
        await UploadBlobAsync(Name, Random(10));
        Write(Name, Random(Large), new DateTime(2099, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        await Should.ThrowAsync<InvalidOperationException>(() => RunAsync(NewStorage(new CrashPolicy(IsCommit))));

        (await BlobAsync(Name)).ShouldBe(Random(10));
        await RunAgainAsync();
    }

    [Fact]
    public async Task Connection_Lost_EndsTheRunAndTheNextOneContinues()
    {
        Write(Name, Random(Large));
        var outage = new OutagePolicy();
        var blocks = 0;
        var third = new InterveningPolicy(request => IsBlock(request) && Interlocked.Increment(ref blocks) == 3, () => Task.FromResult(outage.IsOut = true));

        await Should.ThrowAsync<Exception>(() => RunAsync(NewStorage(third, outage)));

        third.Met.ShouldBeTrue();
        await RunAgainAsync();
    }

    [Fact]
    public async Task Lock_Lost_StopsInTheMiddleOfTheFile()
    {
        Write(Name, Random(Large));
        var blocks = 0;
        var second = new InterveningPolicy(request => IsBlock(request) && Interlocked.Increment(ref blocks) == 2, () => Task.FromResult(IsStopped = true));

        await Should.ThrowAsync<RunStoppedException>(() => RunAsync(NewStorage(second)));

        second.Met.ShouldBeTrue();
        (await BlobNamesAsync()).ShouldBeEmpty();
        IsStopped = false;
        await RunAgainAsync();
    }

    [Fact]
    public async Task Time_UsedUp_StopsBetweenBlocks()
    {
        Write(Name, Random(Large));
        Write("storage/q/b.zip", Random(3));
        await RunAsync(isPrunedHere: name => name == Name);
        var questions = 0;
        IsOutOfTime = () => Interlocked.Increment(ref questions) > 3;

        var states = await RunAsync();

        Sync.IsUnfinished.ShouldBeTrue();
        states.ShouldHaveSingleItem().ShouldBe(new FileState("storage/q/b.zip", 3, Sha256(Random(3)), FileOutcome.Unchanged, null));
        (await StagedAsync()).ShouldBe(2);
        Sync.HandledBytes.ShouldBe(2 * Block);
        IsOutOfTime = () => false;
        await RunAgainAsync();
        Sync.IsUnfinished.ShouldBeFalse();
    }

    [Fact]
    public async Task File_ChangedAfterAnInterruption_IsUploadedWithItsNewContent()
    {
        Write(Name, Random(Large));
        await Should.ThrowAsync<InvalidOperationException>(() => RunAsync(NewStorage(new CrashPolicy(IsCommit))));
        var changed = Random(Large);
        changed[Block + 5]++;
        Write(Name, changed);
        var blocks = new CountingPolicy(IsBlock);

        await RunAsync(NewStorage(blocks));

        blocks.Count.ShouldBe(1, "only one block differs");
        (await BlobAsync(Name)).ShouldBe(changed);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(Large)]
    public async Task Response_ToTheCommitLost_IsUploadedOnce(int length)
    {
        Write(Name, Random(length));
        var lost = new LostResponsePolicy(IsCommit);

        await RunOneAsync(FileOutcome.Uploaded, NewStorage(lost));

        lost.Met.ShouldBeTrue();
        (await BlobAsync(Name)).ShouldBe(Random(length));
    }

    [Fact]
    public async Task Buffers_OfALargeFile_StayBelowTheLimit()
    {
        var path = Write(Name, Random(Large));
        var pool = new BufferPool(2 * Block);
        var most = 0L;
        var observed = new InterveningPolicy(
            IsBlock, () => Task.FromResult(most = Math.Max(most, pool.Used)), times: int.MaxValue);
        using var file = OpenedFile.Open(path);

        var upload = new FileUpload(NewContext(NewStorage(observed)), pool, file, Name, replaced: null, _ => { });
        (await upload.RunAsync(Cancellation)).ShouldBe(Sha256(Random(Large)));

        most.ShouldBeInRange(Block, 2 * Block);
        pool.Used.ShouldBe(0);
    }

    /// <summary>Runs without a disturbance: sends what is not staged yet, and the blob is complete.</summary>
    private async Task RunAgainAsync()
    {
        var (staged, content) = (await StagedAsync(), await File.ReadAllBytesAsync(PathOf(Name), Cancellation));
        var blocks = new CountingPolicy(IsBlock);

        var state = (await RunAsync(NewStorage(blocks))).Single(state => state.BlobName == Name);

        state.ShouldBe(new FileState(Name, content.Length, Sha256(content), FileOutcome.Uploaded, null));
        blocks.Count.ShouldBe(Blocks - staged);
        (await BlobAsync(Name)).ShouldBe(content);
    }

    private async Task<int> StagedAsync()
    {
        try
        {
            var list = await Storage.Backups.GetBlockBlobClient(Name).GetBlockListAsync(BlockListTypes.Uncommitted, cancellationToken: Cancellation);
            return list.Value.UncommittedBlocks.Count();
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return 0;
        }
    }
}
