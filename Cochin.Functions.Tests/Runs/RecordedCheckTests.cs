using Azure.Core;
using Azure.Data.Tables;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Runs;

/// <summary>Runners record that they check a job: at most once an hour each, and without any effect on the job.</summary>
public sealed class RecordedCheckTests(AzuriteServer server) : RunnerHarness(server)
{
    private const string Nas = "serve@nas";
    private const string App = "functions@app";

    [Fact]
    public async Task RunDue_SeveralTicksAnHour_WriteOnceAnHour()
    {
        Scope = new RunnerScope(Nas);
        await RegisterAtNoonAsync();
        var requests = new CountingPolicy();
        var writes = new CountingPolicy(request => request.Method != RequestMethod.Get);
        var runner = NewRunner(requests, writes);

        for (var tick = 0; tick < 8; tick++)
        {
            Clock.Advance(TimeSpan.FromMinutes(15));
            (await runner.RunDueAsync(JobName, Cancellation)).Reason.ShouldBe(SkipReason.NotDue);
        }

        requests.Count.ShouldBe(8 + 2, "one read per tick");
        writes.Count.ShouldBe(2);
        (await StateAsync()).CheckedBy.ShouldBe([new(Nas, Noon.AddHours(2))]);
    }

    [Fact]
    public async Task RunDue_TwoRunnersInTurn_AreBothNamedAndWriteOnceAnHourEach()
    {
        Scope = new RunnerScope(Nas);
        await RegisterAtNoonAsync();
        var writes = new CountingPolicy(request => request.Method != RequestMethod.Get);
        var nas = NewRunner(writes);
        Scope = new RunnerScope(App);
        var app = NewRunner(writes);

        for (var tick = 0; tick < 4; tick++)
        {
            Clock.Advance(TimeSpan.FromMinutes(14));
            await nas.RunDueAsync(JobName, Cancellation);
            await app.RunDueAsync(JobName, Cancellation);
        }

        writes.Count.ShouldBe(1, "the registration named the first one");
        (await StateAsync()).CheckedBy.ShouldBe([new(App, Noon.AddMinutes(14)), new(Nas, Noon)]);
    }

    [Fact]
    public async Task RunDue_RowOfAnEarlierVersion_GetsTheColumnAndKeepsTheOthers()
    {
        Scope = new RunnerScope(Nas);
        await RegisterAtNoonAsync();
        var before = await RowAsync();
        before.Remove(RunnerChecks.Column);
        before["Note"] = "theirs";
        before["Enabled"] = "off";
        await Storage.Jobs.UpdateEntityAsync(before, before.ETag, TableUpdateMode.Replace, Cancellation);

        await NewRunner().RunDueAsync(JobName, Cancellation);

        var after = await RowAsync();
        after.GetString(RunnerChecks.Column).ShouldBe("{\"serve@nas\":\"2026-06-02T10:00:00Z\"}");
        after.Keys.Except([RunnerChecks.Column, "odata.etag", "Timestamp"]).Select(column => (column, after[column]))
            .ShouldBe(before.Keys.Except(["odata.etag", "Timestamp"]).Select(column => (column, before[column])), ignoreOrder: true);
    }

    [Fact]
    public async Task RunDue_UnreadableColumn_IsReplaced()
    {
        Scope = new RunnerScope(Nas);
        await RegisterAtNoonAsync();
        await Storage.Jobs.UpsertEntityAsync(new TableEntity("job", JobName) { [RunnerChecks.Column] = 5 }, TableUpdateMode.Merge, Cancellation);

        await NewRunner().RunDueAsync(JobName, Cancellation);

        (await StateAsync()).CheckedBy.ShouldBe([new(Nas, Noon)]);
    }

    [Fact]
    public async Task RunDue_JobSwitchedOffRightBeforeTheWrite_StaysOff()
    {
        await RegisterAtNoonAsync();
        Clock.Advance(TimeSpan.FromHours(1));
        var disable = new InterveningPolicy(IsMerge, () => new JobStates(Storage).DisableAsync(JobName, until: null, "moving", Cancellation));

        var report = await NewRunner(disable).RunDueAsync(JobName, Cancellation);

        disable.Met.ShouldBeTrue();
        report.Reason.ShouldBe(SkipReason.NotDue);
        var state = await StateAsync();
        state.DisabledReason.ShouldBe("moving");
        state.CheckedBy.ShouldHaveSingleItem().At.ShouldBe(Noon, "the next tick records it");
    }

    [Theory]
    [InlineData(403)]
    [InlineData(503)]
    public async Task RunDue_CheckCannotBeWritten_IsStillNotDue(int status)
    {
        await RegisterAtNoonAsync();
        Clock.Advance(TimeSpan.FromHours(1));
        var refused = new FaultPolicy(IsMerge, status, "Refused");

        var report = await NewRunner(refused).RunDueAsync(JobName, Cancellation);

        refused.Met.ShouldBeTrue();
        report.Reason.ShouldBe(SkipReason.NotDue);
        (await RecordsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task RunDue_Due_AlsoRecordsTheCheck()
    {
        Scope = new RunnerScope(Nas);
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);

        (await NewRunner().RunDueAsync(JobName, Cancellation)).Outcome.ShouldBe(Outcome.Completed);

        (await StateAsync()).CheckedBy.ShouldBe([new(Nas, TwoOClock)]);
    }

    [Fact]
    public async Task RunJob_ByHand_IsNoCheck()
    {
        await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);

        (await StateAsync()).CheckedBy.ShouldBeEmpty();
    }

    private static bool IsMerge(Request request) => request.Method == RequestMethod.Patch;

    private async Task<TableEntity> RowAsync() => (await Storage.Jobs.GetEntityAsync<TableEntity>("job", JobName, cancellationToken: Cancellation)).Value;
}
