using System.Collections.Concurrent;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

namespace Cochin.Functions.Tests.Tasks.CleanupTempFiles;

/// <summary>The clean-up of areas with so many blobs that they are listed in parts.</summary>
public sealed class DividedAreaTests(AzuriteServer server) : CleanupTest(server)
{
    private const int PageSize = 12;

    [Fact]
    public async Task Run_DividedArea_HasTheResultOfAWholeOne()
    {
        await SeedAsync();
        var options = new CleanupTempFilesOptions { DryRun = true };
        var whole = await NewTask().RunAsync(options, Context(), Cancellation);

        var divided = await NewTask(PageSize).RunAsync(options, WithoutItems(), Cancellation);

        divided.Counts.ShouldBe(whole.Counts);
        divided.Bytes.ShouldBe(whole.Bytes);
    }

    [Fact]
    public async Task Run_DividedArea_DeletesTheOldUnitsAndReadsOnlyTheirParts()
    {
        await SeedAsync();
        var listings = new ConcurrentQueue<string>();
        var hook = new RequestHook(request =>
        {
            if (RequestHook.IsListing(request))
            {
                listings.Enqueue(Uri.UnescapeDataString(request.Uri.ToString()));
            }

            return Task.CompletedTask;
        });

        var result = await NewTask(PageSize, policies: hook).RunAsync(new CleanupTempFilesOptions(), WithoutItems(), Cancellation);

        ShouldAddUp(result);
        result.Count("deleted").ShouldBe(3);
        result.Count("inUse").ShouldBe(1);
        (await BlobNamesAsync()).Select(name => name.Split('/')[1][..4]).Distinct().ShouldBe(["fres", "used"]);
        listings.ShouldContain(listing => listing.Contains("delimiter=/", StringComparison.Ordinal), "the area is divided");
        listings.Count(listing => listing.Contains("prefix=temp/fresh", StringComparison.Ordinal)).ShouldBe(12, "the parts of fresh units are listed once");
    }

    // Items are listed in order, one page after another.
    private TaskContext WithoutItems() => Context() with { Items = null };

    private async Task SeedAsync()
    {
        await Parallel.ForAsync(0, 12, Cancellation, async (i, _) =>
        {
            await UploadAsync($"temp/old1/{i:d2}", Old);
            await UploadAsync($"temp/old2/{i:d2}", Old);
            await UploadAsync($"temp/used/{i:d2}", Old);
            for (var unit = 0; unit < 12; unit++)
            {
                await UploadAsync($"temp/fresh{unit:d2}/{i:d2}");
            }
        });
        await UploadAsync("temp/old1", Old);
        await UploadAsync("temp/old1-b", Old);
        await StartOperationAsync("temp/used/");
    }
}
