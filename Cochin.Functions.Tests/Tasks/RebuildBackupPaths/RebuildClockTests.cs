using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

/// <summary>The blob service's clock is ahead of the table service's: rows written during the task have a time before its start.</summary>
public sealed class RebuildClockTests(AzuriteServer server) : RebuildTest(server)
{
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(50);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Record_CompletedAfterTheListing_IsNotMissing(bool dryRun)
    {
        await AddBackupAsync("1", "completed", "storage/prod/gone.zip"); // Its page is read again.
        await AddBackupAsync("42", "running", "storage/prod/a.zip");
        var queries = 0;
        var complete = new InterveningPolicy(request => RequestHook.IsQuery(request) && ++queries == 2, async () =>
        {
            await UploadAsync("storage/prod/a.zip");
            await AddBackupAsync("42", "completed", "storage/prod/a.zip");
        });

        var result = await RunAsync(new RebuildBackupPathsOptions { DryRun = dryRun }, storage: NewStorage(complete, new ClockSkewPolicy(Ahead)));

        complete.Met.ShouldBeTrue();
        Count(result, "missing").ShouldBe(1);
        (await StatusAsync("42")).ShouldBe("completed");
    }

    [Fact]
    public async Task Record_WrittenAfterTheRowsWereRead_IsNotDuplicated()
    {
        await UploadAsync("storage/prod/a.zip", Old);
        var write = RequestHook.Once(RequestHook.IsDownload, () => AddBackupAsync("app", "completed", "storage/prod/a.zip"));

        var result = await RunAsync(storage: NewStorage(write, new ClockSkewPolicy(Ahead)));

        Count(result, "registered").ShouldBe(0);
        (await BackupsAsync()).ShouldHaveSingleItem().RowKey.ShouldBe("app");
    }
}
