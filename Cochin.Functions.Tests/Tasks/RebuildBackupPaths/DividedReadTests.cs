using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

/// <summary>A reconciliation of so many rows and blobs that both are read in parts.</summary>
public sealed class DividedReadTests(AzuriteServer server) : RebuildTest(server)
{
    private const int Records = 44;

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Run_DividedTableAndListing_ReconcilesAll(int pagesPerRun)
    {
        await SeedAsync();
        var checkpoint = new MemoryCheckpoint();
        var filters = 0;
        var levels = 0;
        var storage = NewStorageOfSmallPages(
            new RequestHook(request =>
            {
                filters += request.Uri.Query.Contains("gt%20%27backup%27", StringComparison.OrdinalIgnoreCase) ? 1 : 0;
                levels += request.Uri.Query.Contains("delimiter=", StringComparison.Ordinal) ? 1 : 0;
                return Task.CompletedTask;
            }),
            blobsPerPage: 6,
            rowsPerPage: 1);

        TaskResult result;
        var runs = 0;
        do
        {
            var left = pagesPerRun;
            IsOutOfTime = () => Interlocked.Decrement(ref left) < 0;
            result = await RunAsync(storage: storage, checkpoint: checkpoint);
        }
        while (result.Reason == SkipReason.Unfinished && ++runs < 200);

        Counts(result).ShouldBe($"blobs=42 records={Records} registered=2 missing=4 inFlight=2");
        filters.ShouldBeGreaterThan(0, "the table is divided");
        levels.ShouldBeGreaterThan(0, "the listing is divided");
        (await BackupsAsync()).Count(row => row.GetString("Status") == OperationStatus.FileMissing).ShouldBe(4);
        (await BackupsAsync()).Count.ShouldBe(Records + 2);
    }

    private Task SeedAsync() => Parallel.ForAsync(0, Records, Cancellation, async (i, _) =>
    {
        var name = $"storage/f{i / 11}/{i:d2}.zip";
        await AddBackupAsync(i == 40 ? BlobKey.Of(name).RowKey : $"{i * 5:x2}", OperationStatus.Completed, name);
        if (i % 11 != 3)
        {
            await UploadAsync(name, Old);
        }
        else if (i == 3)
        {
            await UploadAsync("storage/f1/orphan.zip", Old);
            await UploadAsync("storage/f2/orphan.zip", Old);
            await AddOperationAsync(OperationKind.Restore, "1", ("Status", "running"), ("BlobName", "storage/f0/00.zip"));
            await AddOperationAsync("Backup", "1", ("Status", "running"), ("BlobName", "storage/f0/01.zip"));
        }
    });
}
