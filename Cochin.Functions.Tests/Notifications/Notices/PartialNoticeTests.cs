using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Notifications.Notices;

/// <summary>Runs that leave out items: one is not announced, the same again and again is.</summary>
public sealed class PartialNoticeTests(AzuriteServer server) : WatchHarness(server)
{
    private const string Title = "Éléments non traités : nightly";
    private const string EndTitle = "Tous les éléments sont traités : nightly";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Settings = new() { Digest = null };
    }

    [Fact]
    public async Task Partial_ForHours_IsAnnouncedOnceAndItsEndToo()
    {
        await RunAsync("failed", count: 12);
        Titles.ShouldBeEmpty("two hours and three quarters");

        await RunAsync("failed", count: 1);
        Clock.Advance(TimeSpan.FromDays(1));
        await RunAsync("rejected", count: 5);
        await FailAsync();
        await RunAsync("failed", count: 1);
        Titles.Where(title => title!.Contains("éléments", StringComparison.OrdinalIgnoreCase)).ShouldBe([Title]);

        await SucceedAsync();
        await SucceedAsync();

        Titles.Where(title => title!.Contains("éléments", StringComparison.OrdinalIgnoreCase)).ShouldBe([Title, EndTitle]);
        Channel.Embeds[0].ToString().ShouldContain("./cochin run nightly");
        (await NoticesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Partial_TwiceADayApart_IsNotAnnounced()
    {
        await RunAsync("failed", count: 1);
        Clock.Advance(TimeSpan.FromDays(1));
        await RunAsync("failed", count: 1);

        Titles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Partial_WithACompletedRunInBetween_StartsOver()
    {
        await RunAsync("failed", count: 12);
        await SucceedAsync();
        await RunAsync("failed", count: 12);

        Titles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Partial_BecauseOfDamagedBackupsOnly_IsAnnouncedByTheirNotice()
    {
        await RunAsync("damaged", count: 20);

        Titles.ShouldBeEmpty();
        (await StateAsync()).ConsecutivePartials.ShouldBe(0);
    }

    [Fact]
    public async Task Partial_OfAJobThatIsSwitchedOff_IsForgotten()
    {
        await RunAsync("failed", count: 14);
        await new JobStates(Storage).DisableAsync(JobName, until: null, reason: null, Cancellation);

        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe([Title]);
        (await NoticesAsync()).ShouldBeEmpty();
    }

    /// <summary>Runs the job every quarter of an hour.</summary>
    private async Task RunAsync(string left, int count)
    {
        Work.Does = (_, _) => Task.FromResult(new TaskResult { Outcome = Outcome.Partial, Counts = [new(left, 1)] });
        for (var i = 0; i < count; i++)
        {
            await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);
            Clock.Advance(TimeSpan.FromMinutes(15));
        }
    }
}
