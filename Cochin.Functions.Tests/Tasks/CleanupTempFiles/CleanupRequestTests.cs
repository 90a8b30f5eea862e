using Cochin.Functions.Tasks.Operations;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tests.Azurite;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.Tasks.CleanupTempFiles;

/// <summary>The number of requests of a clean-up.</summary>
public sealed class CleanupRequestTests(AzuriteServer server) : CleanupTest(server)
{
    [Theory]
    [InlineData("temp/")]
    [InlineData("temp/folder/")]
    public async Task Run_ThousandOldBlobs_TakesAtMostTwentyRequests(string folder)
    {
        const int Blobs = 1_000;
        await Parallel.ForAsync(0, Blobs, Cancellation, async (i, _) => await UploadAsync($"{folder}{i}", Old));
        var requests = new CountingPolicy();

        // The batch size depends on the duration of earlier deletes, which is zero on this clock.
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());

        var context = Context(storage: NewStorage(requests));

        var result = await NewTask(time: clock, policies: requests).RunAsync(new CleanupTempFilesOptions(), context, Cancellation);

        result.Count("blobsDeleted").ShouldBe(Blobs);
        requests.Count.ShouldBeLessThanOrEqualTo(20);
    }

    [Fact]
    public async Task Run_NothingOld_ReadsOnlyListingsAndOperations()
    {
        await UploadAsync("temp/fresh");
        await AddOperationAsync("backup", "1", ("Status", "running"));
        var requests = new CountingPolicy();

        var result = await NewTask(policies: requests).RunAsync(new CleanupTempFilesOptions(), Context(storage: NewStorage(requests)), Cancellation);

        result.Outcome.ShouldBe(Outcome.Completed);
        requests.Count.ShouldBe(TempAreas.Default.Names.Count + 1);
    }
}
