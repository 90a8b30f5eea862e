using Azure.Core;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.StatusPage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cochin.Functions.Tests.StatusPage;

public sealed class PageFollowerTests(AzuriteServer server) : StatusTest(server)
{
    private static readonly RunReport Report = new()
    {
        Job = "nightly", Task = "task", RunId = "id", Trigger = RunTrigger.Scheduled, DryRun = false, StartedAt = Now, Result = new TaskResult { Outcome = Outcome.Completed },
    };

    private readonly CountingPolicy publications = new(request => request.Method == RequestMethod.Put && request.Uri.Path.EndsWith("index.html", StringComparison.Ordinal));

    [Fact]
    public async Task Run_Ended_IsPublishedAtOnce()
    {
        await using var follower = NewFollower();

        await follower.EndedAsync(Report, Cancellation);

        publications.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Runs_ByTheSecond_ArePublishedOnceAPauseAndTheLastAlways()
    {
        await using var follower = NewFollower();
        await follower.EndedAsync(Report, Cancellation);

        for (var second = 0; second < 9; second++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await follower.EndedAsync(Report, Cancellation);
        }

        publications.Count.ShouldBe(1);
        Clock.Advance(TimeSpan.FromSeconds(1));
        await publications.WaitForAsync(2, Cancellation);
        Clock.Advance(TimeSpan.FromMinutes(10));
        await follower.EndedAsync(Report, Cancellation);
        await publications.WaitForAsync(3, Cancellation);
        publications.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Program_EndsWhileOneWaits_PublishesFirst()
    {
        var follower = NewFollower();
        await follower.EndedAsync(Report, Cancellation);
        await follower.EndedAsync(Report, Cancellation);

        await follower.DisposeAsync();

        publications.Count.ShouldBe(2);
        await follower.EndedAsync(Report, Cancellation);
        publications.Count.ShouldBe(2, "it has ended");
    }

    [Fact]
    public async Task Runs_EndedAllAtOnce_AreNeverPublishedAtOnce()
    {
        var follower = NewFollower();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => follower.EndedAsync(Report, Cancellation), Cancellation)));
        await follower.DisposeAsync();

        publications.Count.ShouldBeInRange(1, 2);
    }

    [Fact]
    public async Task Storage_Refuses_HarmsNobodyAndTheNextRunPublishes()
    {
        var outage = new OutagePolicy { IsOut = true };
        await using var follower = new PageFollower(NewPublisher(outage, publications), Clock, NullLogger<PageFollower>.Instance);

        await follower.EndedAsync(Report, Cancellation);
        outage.IsOut = false;
        Clock.Advance(PageFollower.Pause);
        await follower.EndedAsync(Report, Cancellation);

        publications.Count.ShouldBe(1);
    }

    private PageFollower NewFollower() => new(NewPublisher(publications), Clock, NullLogger<PageFollower>.Instance);
}
