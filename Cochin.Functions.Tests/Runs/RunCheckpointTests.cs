using Azure.Core;
using Azure.Data.Tables;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Runs;

/// <summary>Work that is continued by later runs.</summary>
public sealed class RunCheckpointTests(AzuriteServer server) : CheckpointHarness(server)
{
    [Fact]
    public async Task Run_OutOfTime_IsContinuedByTheNextTicks()
    {
        await BeginAtTwoAsync();

        var first = await TickAsync();
        var stateWhileOpen = await StateAsync();
        var second = await TickAsync();
        var third = await TickAsync();
        var after = await TickAsync();

        first.Outcome.ShouldBe(Outcome.Partial);
        first.Reason.ShouldBe(SkipReason.Unfinished);
        first.Error.ShouldNotBeNull().ShouldContain("the next tick continues from there");
        second.Error.ShouldNotBeNull().ShouldContain("part 2 of the work that started at 2026-06-03 00:00:00Z");
        third.Outcome.ShouldBe(Outcome.Completed);
        third.Counts.ShouldHaveSingleItem().Value.ShouldBe(6);
        after.Reason.ShouldBe(SkipReason.NotDue);
        Done.ShouldBe([0, 1, 2, 3, 4, 5]);
        stateWhileOpen.SettledOccurrence.ShouldNotBe(TwoOClock);
        stateWhileOpen.LastSuccessAt.ShouldBeNull();
        stateWhileOpen.ConsecutiveFailures.ShouldBe(0);
        (await StateAsync()).SettledOccurrence.ShouldBe(TwoOClock);
        (await IsKeptAsync()).ShouldBeFalse();
        (await RecordsAsync()).Select(record => record.Reason).ShouldBe([null, SkipReason.Unfinished, SkipReason.Unfinished], ignoreOrder: true);
    }

    [Fact]
    public async Task Run_WithoutProgress_FailsAndIsGivenUpAfterTheRetries()
    {
        await BeginAtTwoAsync();
        (await TickAsync()).Reason.ShouldBe(SkipReason.Unfinished);
        StepsPerRun = 0;

        var failed = await TickAsync();
        await TickAsync();
        await TickAsync();
        var last = await TickAsync();

        failed.Outcome.ShouldBe(Outcome.Failed);
        failed.Reason.ShouldBeNull();
        failed.Error.ShouldNotBeNull().ShouldContain("without any progress");
        last.Outcome.ShouldBe(Outcome.Failed);
        (await StateAsync()).SettledOccurrence.ShouldBe(TwoOClock);

        StepsPerRun = 6;
        Clock.SetUtcNow(TwoOClock.AddDays(1));
        (await TickAsync()).Outcome.ShouldBe(Outcome.Completed);
        Done.ShouldBe([0, 1, 0, 1, 2, 3, 4, 5], "work that was given up starts over");
    }

    [Fact]
    public async Task Run_FailingBetweenParts_CountsAttemptsSinceTheLastProgress()
    {
        await BeginAtTwoAsync();
        var works = Work.Does;
        for (var part = 0; part < 3; part++)
        {
            for (var failure = 0; failure < 2; failure++)
            {
                Work.Does = (_, _) => throw new InvalidOperationException("It broke.");
                (await TickAsync()).Outcome.ShouldBe(Outcome.Failed);
            }

            Work.Does = works;
            await TickAsync();
        }

        Done.ShouldBe([0, 1, 2, 3, 4, 5]);
        (await StateAsync()).SettledOccurrence.ShouldBe(TwoOClock);
    }

    [Fact]
    public async Task Run_UnfinishedBeyondTheCatchUpWindow_IsContinued()
    {
        await BeginAtTwoAsync();
        await TickAsync();

        Clock.SetUtcNow(TwoOClock.AddHours(23));
        await TickAsync();

        Done.ShouldBe([0, 1, 2, 3]);
    }

    [Fact]
    public async Task Run_NotFinishedWithinADay_StartsOverWithTheNextOccurrence()
    {
        var weekly = Job() with { Schedule = Schedule("0 0 2 * * 3") };
        await NewRunner(weekly).RunDueAsync(JobName, Cancellation);
        Begin();
        Clock.SetUtcNow(TwoOClock);
        await NewRunner(weekly).RunDueAsync(JobName, Cancellation);

        Clock.SetUtcNow(TwoOClock.AddHours(25));
        var givenUp = await NewRunner(weekly).RunDueAsync(JobName, Cancellation);
        Clock.SetUtcNow(TwoOClock.AddDays(7));
        var next = await NewRunner(weekly).RunDueAsync(JobName, Cancellation);

        givenUp.Outcome.ShouldBe(Outcome.Failed);
        givenUp.Error.ShouldNotBeNull().ShouldContain("did not finish within 24 h");
        next.Reason.ShouldBe(SkipReason.Unfinished);
        Done.ShouldBe([0, 1, 0, 1]);
    }

    [Fact]
    public async Task Run_ForANewerOccurrence_ContinuesTheOpenWorkAndSettlesBoth()
    {
        await BeginAtTwoAsync();
        Clock.SetUtcNow(TwoOClock.AddHours(3));
        await TickAsync();
        StepsPerRun = 4;

        Clock.SetUtcNow(TwoOClock.AddDays(1));
        var report = await TickAsync();

        report.Outcome.ShouldBe(Outcome.Completed);
        report.Occurrence.ShouldBe(TwoOClock.AddDays(1));
        Done.ShouldBe([0, 1, 2, 3, 4, 5]);
        (await StateAsync()).SettledOccurrence.ShouldBe(TwoOClock.AddDays(1));
    }

    [Fact]
    public async Task RunJob_Manual_ContinuesTheScheduledWorkAndSettlesIt()
    {
        await BeginAtTwoAsync();
        await TickAsync();

        var second = await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);
        var third = await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);
        var tick = await TickAsync();

        second.Error.ShouldNotBeNull().ShouldContain($"./cochin run {JobName}");
        third.Outcome.ShouldBe(Outcome.Completed);
        tick.Reason.ShouldBe(SkipReason.NotDue);
        Done.ShouldBe([0, 1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task RunTask_Typed_HasItsOwnCheckpoint()
    {
        await BeginAtTwoAsync();
        await TickAsync();

        var typed = await NewRunner().RunTaskAsync(new ScriptedOptions(), RunObserver.None, Cancellation);
        StepsPerRun = 6;
        await NewRunner().RunTaskAsync(new ScriptedOptions(), RunObserver.None, Cancellation);
        await TickAsync();

        typed.Error.ShouldNotBeNull().ShouldContain($"./cochin {ScriptedTask.TaskName}");
        Done.ShouldBe([0, 1, 0, 1, 2, 3, 4, 5, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task RunJob_DryRun_NeitherReadsNorWritesACheckpoint()
    {
        await BeginAtTwoAsync();
        await TickAsync();
        var before = await KeptAsync();
        StepsPerRun = 100;

        var dry = await NewRunner().RunJobAsync(Job(), dryRun: true, RunObserver.None, Cancellation);

        dry.Outcome.ShouldBe(Outcome.Completed);
        Done.ShouldBe([0, 1, 0, 1, 2, 3, 4, 5]);
        (await KeptAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Run_AfterASuccess_SendsNoRequestForACheckpoint()
    {
        await BeginAtTwoAsync();
        StepsPerRun = 6;
        var requests = new CountingPolicy(IsCheckpoint);

        await NewRunner(requests).RunDueAsync(JobName, Cancellation);
        requests.Count.ShouldBe(1, "the job has never succeeded");
        Clock.SetUtcNow(TwoOClock.AddDays(1));
        await NewRunner(requests).RunDueAsync(JobName, Cancellation);

        requests.Count.ShouldBe(1);
        Done.Count.ShouldBe(12);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("a run failed")]
    [InlineData("a runner died")]
    [InlineData("the last success is in the future")]
    public async Task Run_WorkOfAnEarlierOccurrenceIsUnfinished_ContinuesIt(string meanwhile)
    {
        await BeginAtTwoAsync();
        StepsPerRun = 6;
        await TickAsync();
        StepsPerRun = 2;
        Clock.SetUtcNow(TwoOClock.AddDays(1).AddHours(4));
        (await TickAsync()).Reason.ShouldBe(SkipReason.Unfinished);
        switch (meanwhile)
        {
            case "a run failed":
                Work.Does = (_, _) => throw new InvalidOperationException("It broke.");
                await TickAsync();
                break;
            case "a runner died":
                Work.Does = (_, _) => Task.FromResult(ScriptedTask.Done);
                await NewRunner(new CrashPolicy(IsRecord)).RunDueAsync(JobName, Cancellation);
                await BreakLeaseAsync();
                break;
            case "the last success is in the future":
                var state = new TableEntity("job", JobName) { ["LastSuccessAt"] = Clock.GetUtcNow().AddDays(9) };
                await Storage.Jobs.UpsertEntityAsync(state, TableUpdateMode.Merge, Cancellation);
                break;
        }

        Begin();
        Done.Clear();
        StepsPerRun = 6;
        Clock.SetUtcNow(TwoOClock.AddDays(2));
        var report = await TickAsync();

        report.Outcome.ShouldBe(Outcome.Completed, report.Error);
        Done.ShouldBe([2, 3, 4, 5]);

        static bool IsRecord(Request request) => request.Method == RequestMethod.Put && request.Uri.Path.Contains("Runs(", StringComparison.Ordinal);
    }
}
