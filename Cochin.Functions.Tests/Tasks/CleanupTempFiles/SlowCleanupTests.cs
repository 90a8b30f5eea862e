using Cochin.Functions.Hosting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tests.Azurite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.Tasks.CleanupTempFiles;

/// <summary>The whole program on a slow storage that processes requests one after another, like the emulator.</summary>
public sealed class SlowCleanupTests(AzuriteServer server) : CleanupTest(server)
{
    private readonly FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());

    [Theory]
    [InlineData(300, 18)]
    [InlineData(700, 5)]
    public async Task Run_DeletesSuddenlyTakeTenTimesAsLong_KeepsItsLock(int blobs, int milliseconds)
    {
        await UploadManyAsync(blobs);

        var report = await RunAsync(new RunLimits(), before => TimeSpan.FromMilliseconds(before < 64 ? milliseconds : 10 * milliseconds));

        report.Error.ShouldBeNull();
        report.Outcome.ShouldBe(Outcome.Completed);
        report.Result.Count("blobsDeleted").ShouldBe(blobs);
    }

    [Fact]
    public async Task Run_SlowStorage_KeepsItsLock()
    {
        const int Blobs = 70;
        await UploadManyAsync(Blobs);

        var report = await RunAsync(new RunLimits(), _ => TimeSpan.FromSeconds(1), othersTake: TimeSpan.FromMilliseconds(400));

        report.Error.ShouldBeNull();
        report.Result.Count("blobsDeleted").ShouldBe(Blobs);
    }

    [Theory]
    [InlineData(30, 30)]
    [InlineData(30, 120)]
    public async Task Run_BatchesAreSlow_StopsAtASafePointAndContinues(int first, int later)
    {
        const int Blobs = 600;
        await UploadManyAsync(Blobs);
        await StartOperationAsync("temp/0300/");
        await UploadAsync("temp/0300/in-use", Old);

        var parts = new List<RunReport>();
        do
        {
            parts.Add(await RunAsync(new RunLimits(TimeSpan.FromSeconds(12)), before => TimeSpan.FromMilliseconds(before < 100 ? first : later)));
            parts[^1].Error.ShouldNotBeNull().ShouldContain("stopped at a safe point");
            parts[^1].Reason.ShouldBe(SkipReason.Unfinished);
            parts[^1].Result.Count("blobsDeleted").ShouldBe(Blobs + 1 - (await BlobNamesAsync()).Length);
        }
        while (parts.Count < 2);

        var last = await RunAsync(new RunLimits(), _ => TimeSpan.FromMilliseconds(1));

        last.Outcome.ShouldBe(Outcome.Completed, last.Error);
        ShouldCount(last, Blobs, deleted: Blobs - 1);
        (await BlobNamesAsync()).ShouldBe(["temp/0300", "temp/0300/in-use"]);
    }

    [Fact]
    public async Task Run_BatchNotAnsweredInTime_IsCountedByTheNextRun()
    {
        const int Blobs = 400;
        await UploadManyAsync(Blobs);

        var first = await RunAsync(new RunLimits(TimeSpan.FromSeconds(12)), before => TimeSpan.FromMilliseconds(before < 200 ? 5 : 51));
        var gone = Blobs - (await BlobNamesAsync()).Length;
        var last = await RunAsync(new RunLimits(), _ => TimeSpan.FromMilliseconds(1));

        first.Reason.ShouldBe(SkipReason.Unfinished, first.Error);
        gone.ShouldBeGreaterThan((int)first.Result.Count("blobsDeleted"), "a batch was completed whose response came too late");
        ShouldCount(last, Blobs, deleted: Blobs);
    }

    private static void ShouldCount(RunReport report, long old, long deleted) => report.Counts.ShouldBe(
    [
        new("scanned", old), new("old", old), new("deleted", deleted), new("inUse", old - deleted), new("changed", 0), new("failed", 0),
        new("blobsDeleted", deleted),
    ]);

    private Task UploadManyAsync(int count) =>
        Parallel.ForAsync(0, count, Cancellation, async (i, _) => await UploadAsync($"temp/{i:D4}", Old));

    private async Task<RunReport> RunAsync(RunLimits limits, Func<int, TimeSpan> deleteTakes, TimeSpan? othersTake = null)
    {
        var settings = CochinSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("Cochin:Storage:BackupContainer", Names.BackupContainer),
            new("Cochin:Storage:SystemContainer", Names.SystemContainer),
            new("Cochin:Storage:TablePrefix", Names.TablePrefix),
        ]).Build());
        using var storage = new SlowStorage(clock, deleteTakes, othersTake);
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(clock)
            .AddCochin(settings with { Limits = limits }, new StorageConnection(ConnectionString) { Transport = storage })
            .BuildServiceProvider();
        return await services.GetRequiredService<JobRunner>().RunTaskAsync(new CleanupTempFilesOptions(), RunObserver.None, Cancellation);
    }
}
