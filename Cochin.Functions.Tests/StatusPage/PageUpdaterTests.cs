using Azure.Core;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.StatusPage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cochin.Functions.Tests.StatusPage;

public sealed class PageUpdaterTests(AzuriteServer server) : StatusTest(server)
{
    private static readonly RunReport Report = new()
    {
        Job = "nightly",
        Task = "task",
        RunId = "id",
        Trigger = RunTrigger.Scheduled,
        DryRun = false,
        StartedAt = Now,
        Result = new TaskResult { Outcome = Outcome.Completed },
    };

    private readonly CountingPolicy publications =
        new(request => request.Method == RequestMethod.Put && request.Uri.Path.EndsWith("index.html", StringComparison.Ordinal));

    [Fact]
    public async Task EndedAsync_FirstRun_PublishesImmediately()
    {
        await using var updater = NewUpdater();

        await updater.EndedAsync(Report, Cancellation);

        publications.Count.ShouldBe(1);
    }

    [Fact]
    public async Task EndedAsync_RunEverySecond_PublishesOncePerIntervalAndAfterTheLastRun()
    {
        await using var updater = NewUpdater();
        await updater.EndedAsync(Report, Cancellation);

        for (var second = 0; second < 9; second++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await updater.EndedAsync(Report, Cancellation);
        }

        publications.Count.ShouldBe(1);
        Clock.Advance(TimeSpan.FromSeconds(1));
        await publications.WaitForAsync(2, Cancellation);
        Clock.Advance(TimeSpan.FromMinutes(10));
        await updater.EndedAsync(Report, Cancellation);
        await publications.WaitForAsync(3, Cancellation);
        publications.Count.ShouldBe(3);
    }

    [Fact]
    public async Task DisposeAsync_UpdatePending_PublishesIt()
    {
        var updater = NewUpdater();
        await updater.EndedAsync(Report, Cancellation);
        await updater.EndedAsync(Report, Cancellation);

        await updater.DisposeAsync();

        publications.Count.ShouldBe(2);
        await updater.EndedAsync(Report, Cancellation);
        publications.Count.ShouldBe(2, "it is disposed");
    }

    [Fact]
    public async Task EndedAsync_ConcurrentRuns_ShareAPublication()
    {
        var updater = NewUpdater();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => updater.EndedAsync(Report, Cancellation), Cancellation)));
        await updater.DisposeAsync();

        publications.Count.ShouldBeInRange(1, 2);
    }

    [Fact]
    public async Task EndedAsync_StorageUnavailable_DoesNotThrowAndTheNextRunPublishes()
    {
        var outage = new OutagePolicy { IsOut = true };
        await using var updater = new PageUpdater(NewPublisher(outage, publications), RunnerScope.Serve(), Clock, NullLogger<PageUpdater>.Instance);

        await updater.EndedAsync(Report, Cancellation);
        outage.IsOut = false;
        Clock.Advance(PageUpdater.MinInterval);
        await updater.EndedAsync(Report, Cancellation);

        publications.Count.ShouldBe(1);
    }

    [Fact]
    public async Task EndedAsync_RunnerOfSomeJobs_LeavesThePageToTheOthers()
    {
        await using var updater = NewUpdater(RunnerScope.Serve(["nightly"]));

        await updater.EndedAsync(Report, Cancellation);

        publications.Count.ShouldBe(0);
    }

    private PageUpdater NewUpdater(RunnerScope? scope = null) =>
        new(NewPublisher(publications), scope ?? RunnerScope.Serve(), Clock, NullLogger<PageUpdater>.Instance);
}
