using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Scheduling;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Runs;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cochin.Functions.Tests.Notifications.Notices;

public sealed class WatchTests(AzuriteServer server) : WatchHarness(server)
{
    [Fact]
    public async Task Failing_IsAnnouncedOnceAndRecoveredOnce()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Failed);
        await NewRunner().RunDueAsync(JobName, Cancellation);
        await NewRunner().RunDueAsync(JobName, Cancellation);
        Clock.Advance(TimeSpan.FromHours(3));
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Done);
        await NewRunner().RunDueAsync(JobName, Cancellation);
        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe(["Échec : nightly", "Rétabli : nightly"]);
        Channel.Embeds[0].ToString().ShouldSatisfyAllConditions(
            text => text.ShouldNotContain("It does not work.", customMessage: "an error is English"),
            text => text.ShouldContain("3 juin 2026"),
            text => text.ShouldContain("./cochin explain 20260603T"));
        Channel.Embeds[0].GetProperty("description").GetString()
            .ShouldBe("La tâche n’a pas pu s’achever. Le détail est dans le rapport de l’exécution.");
        Channel.Embeds[1].ToString().ShouldContain("3 h 0 min");
        (await NoticesAsync()).ShouldNotContainKey("job-nightly");
    }

    [Fact]
    public async Task Fault01_Missed_IsAnnouncedOnce()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock.AddHours(9));

        await NewRunner().RunDueAsync(JobName, Cancellation);
        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe(["Exécution manquée : nightly"]);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task Missed_FoundMoreThanAWeekLate_IsAnnouncedOnceUnlessTheJobHasSucceededSince(bool hasSucceeded, int messages)
    {
        Followers.Clear();
        var monthly = Job() with { Schedule = Schedule("0 0 5 1 * *") };
        await NewRunner(monthly).RunDueAsync(JobName, Cancellation);
        Clock.SetUtcNow(new(2026, 7, 10, 10, 0, 0, TimeSpan.Zero));
        (await NewRunner(monthly).RunDueAsync(JobName, Cancellation)).Reason.ShouldBe(SkipReason.Missed);
        if (hasSucceeded)
        {
            await SucceedAsync();
        }

        await NewWatch(monthly).CheckJobsAsync(Cancellation);
        await NewWatch(monthly).CheckJobsAsync(Cancellation);

        Titles.ShouldBe(Enumerable.Repeat("Exécution manquée : nightly", messages));
    }

    [Fact]
    public async Task Failing_ForAMonth_IsRemindedLessAndLessOften()
    {
        await FailAsync();
        for (var hour = 0; hour < 24 * 30; hour += 6)
        {
            Clock.Advance(TimeSpan.FromHours(6));
            await NewWatch().CheckAsync(Cancellation);
        }

        // After 1, 3, 7, 14, 21 and 28 days. Digests are sent, too.
        Titles.Count(title => title == "Échec : nightly (rappel)").ShouldBe(6);
        Titles.Count(title => title == "Échec : nightly").ShouldBe(1);
    }

    [Fact]
    public async Task Failing_AfterATaskOfTheSameNameFailed_NamesTheRunOfTheJob()
    {
        Followers.Clear();
        var job = Job() with { Name = ScriptedTask.TaskName };
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Failed);
        var jobRun = await NewRunner(job).RunJobAsync(job, dryRun: false, RunObserver.None, Cancellation);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await NewRunner(job).RunTaskAsync(new ScriptedOptions(), RunObserver.None, Cancellation);

        await NewWatch(job).CheckAsync(Cancellation);

        Channel.Embeds.ShouldHaveSingleItem().ToString().ShouldContain($"./cochin explain {jobRun.RunId}");
    }

    [Fact]
    public async Task Failing_NextToAJobThatIsOffUntilTheLargestTime_IsAnnounced()
    {
        Followers.Clear();
        FurtherJobs = [Job() with { Name = "paused" }];
        await new JobStates(Storage).DisableAsync("paused", DateTimeOffset.MaxValue, reason: null, Cancellation);
        await FailAsync();

        await NewWatch().CheckJobsAsync(Cancellation);

        Titles.ShouldBe(["Échec : nightly"]);
    }

    [Fact]
    public async Task Failing_AfterACheckThatThrew_IsAnnouncedByTheNextTick()
    {
        Followers.Clear();
        await FailAsync();
        Scope = RunnerScope.Serve([JobName]);
        var thrown = new InterveningPolicy(_ => true, () => throw new NotSupportedException("A fault of the program."));
        var watch = NewWatch(storage: NewStorage(thrown));
        var scheduler = new LocalScheduler(
            new JobCatalog([]), NewRunner(), new JobStates(Storage), watch, Scope, Clock, NullLogger<LocalScheduler>.Instance);
        using var stop = new CancellationTokenSource();
        var running = scheduler.RunAsync(_ => { }, stop.Token);
        await Wait.UntilAsync(() => thrown.Met, Cancellation);

        await Wait.UntilAsync(
            () =>
            {
                Clock.Advance(TimeSpan.FromMinutes(1));
                return Titles.Any();
            },
            Cancellation);

        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        Titles.ShouldBe(["Échec : nightly"]);
    }

    [Fact]
    public async Task EightWatches_AnnounceOnce()
    {
        Followers.Clear();
        await FailAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => NewWatch(storage: NewStorage()).CheckAsync(Cancellation)));

        Titles.ShouldBe(["Échec : nightly"]);
    }

    [Fact]
    public async Task EightWatches_WhenAReminderIsDue_RemindOnce()
    {
        await FailAsync();
        Clock.Advance(TimeSpan.FromHours(25));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => NewWatch(storage: NewStorage()).CheckJobsAsync(Cancellation)));

        Titles.ShouldBe(["Échec : nightly", "Échec : nightly (rappel)"]);
    }
}
