using Azure.Core;
using Azure.Data.Tables;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Jobs;

public sealed class JobStatesTests(AzuriteServer server) : RunnerHarness(server)
{
    [Fact]
    public async Task Record_AnEarlierOccurrence_LeavesTheLaterOneSettled()
    {
        var states = new JobStates(Storage);
        await states.RecordAsync(Report(), known: null, TwoOClock, TwoOClock, () => true, Cancellation);

        var state = await states.RecordAsync(Report(), known: null, TwoOClock.AddDays(-1), TwoOClock, () => true, Cancellation);

        state.SettledOccurrence.ShouldBe(TwoOClock);
        (await StateAsync()).SettledOccurrence.ShouldBe(TwoOClock);
    }

    [Fact]
    public async Task Record_WhileAnotherProcessChangesTheRow_KeepsBothChanges()
    {
        await RegisterAtNoonAsync();
        var disable = new InterveningPolicy(IsUpdate, () => new JobStates(Storage).DisableAsync(JobName, until: null, "moving", Cancellation));

        await new JobStates(NewStorage(disable)).RecordAsync(Report(), known: null, TwoOClock, TwoOClock, () => true, Cancellation);

        disable.Met.ShouldBeTrue();
        var state = await StateAsync();
        state.Enabled.ShouldBe(false);
        state.DisabledReason.ShouldBe("moving");
        state.SettledOccurrence.ShouldBe(TwoOClock);
    }

    [Fact]
    public async Task Record_RowUnchangedSinceItWasRead_SendsOneRequest()
    {
        await RegisterAtNoonAsync();
        var requests = new CountingPolicy();

        var state = await new JobStates(NewStorage(requests)).RecordAsync(Report(), await StateAsync(), TwoOClock, TwoOClock, () => true, Cancellation);

        requests.Count.ShouldBe(1);
        state.SettledOccurrence.ShouldBe(TwoOClock);
        (await StateAsync()).SettledOccurrence.ShouldBe(TwoOClock);
    }

    [Fact]
    public async Task Record_RowChangedSinceItWasRead_KeepsBothChanges()
    {
        await RegisterAtNoonAsync();
        var before = await StateAsync();
        await new JobStates(Storage).DisableAsync(JobName, until: null, "moving", Cancellation);

        await new JobStates(Storage).RecordAsync(Report(), before, TwoOClock, TwoOClock, () => true, Cancellation);

        var state = await StateAsync();
        state.DisabledReason.ShouldBe("moving");
        state.SettledOccurrence.ShouldBe(TwoOClock);
        before.SettledOccurrence.ShouldNotBe(TwoOClock);
    }

    [Fact]
    public async Task Record_LockLostAfterTheRowWasReadAgain_WritesNothing()
    {
        await RegisterAtNoonAsync();
        var before = await StateAsync();
        await new JobStates(Storage).DisableAsync(JobName, until: null, "moving", Cancellation);
        var calls = 0;

        await new JobStates(Storage).RecordAsync(Report(), before, TwoOClock, TwoOClock, () => ++calls == 1, Cancellation);

        calls.ShouldBe(2);
        (await StateAsync()).SettledOccurrence.ShouldNotBe(TwoOClock);
    }

    [Fact]
    public async Task Record_RowWithColumnsOfOtherPrograms_KeepsThem()
    {
        await RegisterAtNoonAsync();
        await Storage.Jobs.UpsertEntityAsync(new TableEntity("job", JobName) { ["Note"] = "theirs" }, TableUpdateMode.Merge, Cancellation);

        await new JobStates(Storage).RecordAsync(Report(), known: null, TwoOClock, TwoOClock, () => true, Cancellation);

        (await Storage.Jobs.GetEntityAsync<TableEntity>("job", JobName, cancellationToken: Cancellation)).Value.GetString("Note").ShouldBe("theirs");
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task Disable_ForATime_RestoresWhatWasBefore(bool wasEnabled, bool isEnabled)
    {
        var states = new JobStates(Storage);
        await (wasEnabled ? states.EnableAsync(Job(), Noon, Cancellation) : states.DisableAsync(JobName, until: null, "broken", Cancellation));

        await states.DisableAsync(JobName, Noon.AddHours(1), "moving", Cancellation);
        await states.DisableAsync(JobName, Noon.AddHours(2), "moving on", Cancellation);

        var state = await StateAsync();
        state.IsEnabled(Job(), Noon.AddMinutes(119)).ShouldBeFalse();
        state.IsEnabled(Job(), Noon.AddHours(2)).ShouldBe(isEnabled);
        JobHealth.Of(Job(), state, Noon).NextRun.HasValue.ShouldBe(isEnabled);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Disable_ForATime_LeavesTheSettingsToDecideAfterIt(bool enabled)
    {
        await new JobStates(Storage).DisableAsync(JobName, Noon.AddHours(1), reason: null, Cancellation);

        (await StateAsync()).IsEnabled(Job(enabled: enabled), Noon.AddHours(1)).ShouldBe(enabled);
        (await StateAsync()).IsOffBySettings(Job(enabled: enabled), Noon.AddHours(1)).ShouldBe(!enabled);
        (await StateAsync()).IsOffBySettings(Job(enabled: enabled), Noon).ShouldBeFalse("the operator switched it off for all runners");
    }

    [Fact]
    public async Task Disable_ForATimeAfterForever_StaysOff()
    {
        var states = new JobStates(Storage);
        await states.DisableAsync(JobName, DateTimeOffset.MaxValue, reason: null, Cancellation);

        await states.DisableAsync(JobName, Noon.AddHours(1), reason: null, Cancellation);

        (await StateAsync()).IsEnabled(Job(), Noon.AddHours(1)).ShouldBeFalse();
    }

    [Fact]
    public async Task Enable_AfterAPauseThatIsOver_MeasuresOverdueFromItsEnd()
    {
        var states = new JobStates(Storage);
        await states.RecordAsync(Report(), known: null, settled: null, Noon.AddDays(-60), () => true, Cancellation);
        await states.DisableAsync(JobName, Noon.AddHours(-1), reason: null, Cancellation);

        await states.EnableAsync(Job(), Noon, Cancellation);

        var state = await StateAsync();
        state.EnabledAt.ShouldBe(Noon.AddHours(-1));
        JobHealth.Of(Job(), state, Noon).IsOverdue.ShouldBeFalse();
    }

    private static bool IsUpdate(Request request) => request.Method == RequestMethod.Put && request.Uri.ToString().Contains("Jobs(", StringComparison.Ordinal);

    private static RunReport Report() => new()
    {
        Job = JobName,
        Task = ScriptedTask.TaskName,
        RunId = "1",
        Trigger = RunTrigger.Scheduled,
        DryRun = false,
        StartedAt = TwoOClock,
        Result = ScriptedTask.Done,
    };
}
