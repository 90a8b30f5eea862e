using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Runs;

/// <summary>Two runners on one storage. The settings of the first one keep it from running the job.</summary>
public sealed class OtherSettingsTests(AzuriteServer server) : RunnerHarness(server)
{
    [Theory]
    [InlineData(true, 0)]
    [InlineData(true, 9)]
    [InlineData(false, 0)]
    [InlineData(false, 9)]
    public async Task RunDue_CantRunHere_LeavesTheOccurrenceToAnotherRunner(bool isOff, int hoursLate)
    {
        await RegisterAtNoonAsync();
        var (job, reason) = JobHere(isOff);
        Clock.SetUtcNow(TwoOClock.AddHours(hoursLate));

        var here = await NewRunner(job).RunDueAsync(JobName, Cancellation);
        var settled = (await StateAsync()).SettledOccurrence;
        var there = await NewRunner().RunDueAsync(JobName, Cancellation);
        var after = await NewRunner(job).RunDueAsync(JobName, Cancellation);

        here.Reason.ShouldBe(reason);
        here.Error.ShouldNotBeNull().ShouldContain("left to other runners");
        settled.ShouldBe(TwoOClock.AddDays(-1));
        if (hoursLate == 0)
        {
            there.Outcome.ShouldBe(Outcome.Completed, there.Error);
        }
        else
        {
            there.Reason.ShouldBe(SkipReason.Missed, "only a runner that could run it reports that it is too late");
        }

        after.Reason.ShouldBe(SkipReason.NotDue);
        (await StateAsync()).SettledOccurrence.ShouldBe(TwoOClock);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunDue_CantRunHere_IsRecordedOncePerOccurrence(bool isOff)
    {
        await RegisterAtNoonAsync();
        var (job, reason) = JobHere(isOff);
        Clock.SetUtcNow(TwoOClock);
        var runner = NewRunner(job);

        var first = await runner.RunDueAsync(JobName, Cancellation);
        var second = await runner.RunDueAsync(JobName, Cancellation);
        var restarted = await NewRunner(job).RunDueAsync(JobName, Cancellation);
        Clock.SetUtcNow(TwoOClock.AddDays(1));
        var nextDay = await NewRunner(job).RunDueAsync(JobName, Cancellation);

        new[] { first, second, restarted, nextDay }.Select(report => (report.Reason, report.IsRepeat))
            .ShouldBe([(reason, false), (reason, true), (reason, true), (reason, false)]);
        (await RecordsAsync()).Select(record => (record.Reason, record.Occurrence))
            .ShouldBe([(reason, TwoOClock.AddDays(1)), (reason, TwoOClock)]);
        Work.Runs.ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunDue_SettingChangedWithinTheWindow_RunsAtTheNextTick(bool isOff)
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        await NewRunner(JobHere(isOff).Job).RunDueAsync(JobName, Cancellation);
        Clock.Advance(TimeSpan.FromHours(5));

        (await NewRunner().RunDueAsync(JobName, Cancellation)).Outcome.ShouldBe(Outcome.Completed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunDue_RemovedForAllRunners_IsSettledByAnyRunner(bool isOff)
    {
        await RegisterAtNoonAsync();
        await new JobStates(Storage).DisableAsync(JobName, until: null, reason: null, Cancellation);
        Clock.SetUtcNow(TwoOClock);

        var report = await NewRunner(JobHere(isOff).Job).RunDueAsync(JobName, Cancellation);

        report.Reason.ShouldBe(SkipReason.Disabled);
        (await StateAsync()).SettledOccurrence.ShouldBe(TwoOClock);
    }

    [Fact]
    public async Task RunDue_OffBySettingsAndAdded_Runs()
    {
        await RegisterAtNoonAsync();
        await new JobStates(Storage).EnableAsync(Job(enabled: false), Noon, Cancellation);
        Clock.SetUtcNow(TwoOClock);

        (await NewRunner(Job(enabled: false)).RunDueAsync(JobName, Cancellation)).Outcome.ShouldBe(Outcome.Completed);
    }

    [Fact]
    public void Health_NotConfiguredAndLate_IsNotReportedAsNotStarted()
    {
        var state = new JobState { SettledOccurrence = TwoOClock.AddDays(-1) };

        JobHealth.Of(JobHere(isOff: false).Job, state, TwoOClock.AddHours(2)).OpenSince.ShouldBeNull();
    }

    private static (JobDefinition Job, SkipReason Reason) JobHere(bool isOff) => isOff
        ? (Job(enabled: false), SkipReason.Disabled)
        : (Job() with { MissingSetting = "Cochin__Discord__WebhookUrl" }, SkipReason.NotConfigured);
}
