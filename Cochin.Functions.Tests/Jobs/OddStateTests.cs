using Azure.Data.Tables;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Jobs;

/// <summary>Rows of the jobs table with unexpected values: they never enable a job, run an occurrence twice or skip one.</summary>
public sealed class OddStateTests(AzuriteServer server) : RunnerHarness(server)
{
    [Theory]
    [InlineData("off")]
    [InlineData(0)]
    public async Task Enabled_Unreadable_SkipsTheJobWithTheReason(object enabled)
    {
        await SetAsync(("Enabled", enabled), ("SettledOccurrence", Noon));
        Clock.SetUtcNow(TwoOClock);

        var report = await NewRunner().RunDueAsync(JobName, Cancellation);

        report.Reason.ShouldBe(SkipReason.Disabled);
        report.Error.ShouldNotBeNull().ShouldContain("its Enabled in the jobs table can't be read");
        Work.Runs.ShouldBe(0);
    }

    [Theory]
    [InlineData("False")]
    [InlineData(" false ")]
    public async Task Enabled_AsText_IsParsed(string enabled)
    {
        await SetAsync(("Enabled", enabled), ("DisabledReason", "moving"), ("SettledOccurrence", Noon));
        Clock.SetUtcNow(TwoOClock);

        (await NewRunner().RunDueAsync(JobName, Cancellation)).Error.ShouldNotBeNull().ShouldContain("moving");
    }

    [Fact]
    public async Task Enable_UnreadableRow_WritesABoolean()
    {
        await SetAsync(("Enabled", "off"), ("DisabledUntil", "tomorrow"), ("SettledOccurrence", Noon));

        await new JobStates(Storage).EnableAsync(Job(), Noon, Cancellation);

        var row = (await Storage.Jobs.GetEntityAsync<TableEntity>("job", JobName, cancellationToken: Cancellation)).Value;
        row["Enabled"].ShouldBe(true);
        row.ContainsKey("DisabledUntil").ShouldBeFalse();
    }

    [Fact]
    public async Task EnabledBefore_Unreadable_SkipsTheJobWithTheReason()
    {
        await SetAsync(("Enabled", false), ("DisabledUntil", Noon), ("EnabledBefore", "perhaps"), ("SettledOccurrence", Noon));
        Clock.SetUtcNow(TwoOClock);

        var report = await NewRunner().RunDueAsync(JobName, Cancellation);

        report.Reason.ShouldBe(SkipReason.Disabled);
        report.Error.ShouldNotBeNull().ShouldContain("its EnabledBefore in the jobs table can't be read");
    }

    [Fact]
    public async Task DisabledUntil_Unreadable_SkipsTheJob()
    {
        await SetAsync(("Enabled", false), ("DisabledUntil", "tomorrow"), ("SettledOccurrence", Noon));
        Clock.SetUtcNow(TwoOClock.AddDays(30));

        var report = await NewRunner().RunDueAsync(JobName, Cancellation);

        report.Reason.ShouldBe(SkipReason.Disabled);
        report.Error.ShouldNotBeNull().ShouldContain("its DisabledUntil in the jobs table can't be read");
    }

    [Fact]
    public async Task SettledOccurrence_Unreadable_IsReplacedByTheRunRecords()
    {
        await new JobStates(Storage).RegisterAsync(JobName, Noon, "serve@nas", Noon, Cancellation);
        Clock.SetUtcNow(TwoOClock);
        (await NewRunner().RunDueAsync(JobName, Cancellation)).Outcome.ShouldBe(Outcome.Completed);
        await SetAsync(("SettledOccurrence", 5L));

        var same = await NewRunner().RunDueAsync(JobName, Cancellation);
        await SetAsync(("SettledOccurrence", "tomorrow"));
        Clock.SetUtcNow(TwoOClock.AddDays(1));
        var next = await NewRunner().RunDueAsync(JobName, Cancellation);

        same.Reason.ShouldBe(SkipReason.NotDue, "it must not run twice");
        next.Outcome.ShouldBe(Outcome.Completed, "it must not be skipped");
        Work.Runs.ShouldBe(2);
        var row = (await Storage.Jobs.GetEntityAsync<TableEntity>("job", JobName, cancellationToken: Cancellation)).Value;
        row["SettledOccurrence"].ShouldBe(TwoOClock.AddDays(1));
    }

    [Theory]
    [InlineData("LastSuccessAt", "yesterday")]
    [InlineData("FirstSeenAt", 5L)]
    public void IsOverdue_LastSuccessUnreadable_IsTrue(string column, object value) =>
        JobHealth.Of(Job(), JobState.From(new TableEntity("job", JobName) { [column] = value, ["SettledOccurrence"] = Noon }), Noon).IsOverdue.ShouldBeTrue();

    [Fact]
    public void IsOverdue_LastSuccessInTheFuture_IsTrue() =>
        JobHealth.Of(Job(), new JobState { LastSuccessAt = Noon.AddDays(400), SettledOccurrence = Noon }, Noon).IsOverdue.ShouldBeTrue();

    [Theory]
    [InlineData("3", 3)]
    [InlineData("many", 1)]
    [InlineData(5_000_000_000L, int.MaxValue)]
    public void ConsecutiveFailures_OfAnotherType_AreNotLost(object written, int expected) =>
        JobState.From(new TableEntity("job", JobName) { ["ConsecutiveFailures"] = written }).ConsecutiveFailures.ShouldBe(expected);

    [Theory]
    [InlineData("Enabled", "off")]
    [InlineData("DisabledUntil", "tomorrow")]
    public async Task Switch_Unreadable_LeavesTheOccurrenceOpen(string column, string value)
    {
        await SetAsync(("Enabled", false), (column, value), ("SettledOccurrence", Noon));
        Clock.SetUtcNow(TwoOClock);
        var runner = NewRunner();

        var first = await runner.RunDueAsync(JobName, Cancellation);
        var second = await runner.RunDueAsync(JobName, Cancellation);
        var settled = (await new JobStates(Storage).GetAsync(JobName, Cancellation)).SettledOccurrence;
        await new JobStates(Storage).EnableAsync(Job(), Clock.GetUtcNow(), Cancellation);
        var third = await runner.RunDueAsync(JobName, Cancellation);

        first.ShouldBe(first with { StaysOpen = true, IsRepeat = false });
        second.ShouldBe(second with { StaysOpen = true, IsRepeat = true });
        settled.ShouldBe(Noon);
        third.Outcome.ShouldBe(Outcome.Completed);
        Work.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task Switch_UnreadableAndManualRun_IsSkippedWithTheNextStep()
    {
        await SetAsync(("Enabled", "off"));

        var report = await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);

        report.Reason.ShouldBe(SkipReason.Disabled);
        report.Error.ShouldNotBeNull().ShouldContain("`./cochin add`");
        Work.Runs.ShouldBe(0);
    }

    [Fact]
    public void Switch_Unreadable_IsStillMonitored()
    {
        var state = JobState.From(new TableEntity("job", JobName) { ["Enabled"] = "off", ["LastSuccessAt"] = Noon.AddDays(-9), ["SettledOccurrence"] = Noon });

        state.IsEnabled(Job(), Noon).ShouldBeFalse();
        JobHealth.Of(Job(), state, Noon).IsOverdue.ShouldBeTrue();
    }

    [Fact]
    public void Switch_EnabledWithUnreadableDisabledUntil_IsEnabled() =>
        JobState.From(new TableEntity("job", JobName) { ["Enabled"] = true, ["DisabledUntil"] = "soon" }).ShouldSatisfyAllConditions(
            state => state.IsSwitchUnreadable.ShouldBeFalse(),
            state => state.IsEnabled(Job(), Noon).ShouldBeTrue());

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("1601-01-01T00:00:00Z")]
    [InlineData("1970-01-01T00:00:00Z")]
    public async Task DisabledUntil_Placeholder_LeavesTheJobOffAndTheOccurrenceOpen(string until)
    {
        await SetAsync(("Enabled", false), ("DisabledUntil", until), ("SettledOccurrence", Noon));
        Clock.SetUtcNow(TwoOClock);

        var report = await NewRunner().RunDueAsync(JobName, Cancellation);

        Work.Runs.ShouldBe(0);
        report.ShouldBe(report with { StaysOpen = true });
        report.Error.ShouldNotBeNull().ShouldContain("its DisabledUntil in the jobs table can't be read");
        (await StateAsync()).SettledOccurrence.ShouldBe(Noon);
        JobHealth.Of(Job(), await StateAsync(), TwoOClock).Condition.ShouldBe(JobCondition.Unreadable);
    }

    [Fact]
    public void DisabledUntil_LargestTime_IsOffIndefinitely()
    {
        var state = JobState.From(new TableEntity("job", JobName) { ["Enabled"] = false, ["DisabledUntil"] = DateTimeOffset.MaxValue });

        var health = JobHealth.Of(Job(), state, Noon);

        health.Condition.ShouldBe(JobCondition.Off);
        health.NextRun.ShouldBeNull();
    }

    private async Task SetAsync(params (string Column, object Value)[] columns)
    {
        await Storage.Jobs.CreateIfNotExistsAsync(Cancellation);
        var row = new TableEntity("job", JobName);
        foreach (var (column, value) in columns)
        {
            row[column] = value;
        }

        await Storage.Jobs.UpsertEntityAsync(row, TableUpdateMode.Replace, Cancellation);
    }
}
