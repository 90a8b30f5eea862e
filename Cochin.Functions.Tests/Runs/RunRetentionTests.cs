using Azure.Data.Tables;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Runs;

/// <summary>Old run records are deleted after each run.</summary>
public sealed class RunRetentionTests(AzuriteServer server) : RunnerHarness(server)
{
    [Fact]
    public async Task RunDue_OldRecordsCantBeTrimmed_StillCompletes()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        var fault = new FaultPolicy(request => request.Uri.ToString().Contains("RowKey%20gt", StringComparison.Ordinal), 500, "InternalError");

        (await NewRunner(fault).RunDueAsync(JobName, Cancellation)).Outcome.ShouldBe(Outcome.Completed);

        fault.Met.ShouldBeTrue();
    }

    [Fact]
    public async Task Run_WithOldRecords_TrimsAHundredOfThem()
    {
        await Storage.Runs.CreateIfNotExistsAsync(Cancellation);
        var old = Enumerable.Range(0, 120).Select(i => new RunReport
        {
            Job = JobName,
            Task = ScriptedTask.TaskName,
            RunId = $"old-{i}",
            Trigger = RunTrigger.Scheduled,
            DryRun = false,
            StartedAt = Noon.AddDays(-91).AddMinutes(i),
            Result = ScriptedTask.Done,
        });
        foreach (var chunk in old.Chunk(100))
        {
            await Storage.Runs.SubmitTransactionAsync(
                chunk.Select(report => new TableTransactionAction(TableTransactionActionType.Add, RunRow.Write(report, "host"))),
                Cancellation);
        }

        await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);
        (await RecordsAsync()).Count.ShouldBe(21);

        await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);
        (await RecordsAsync()).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(89.0, true)]
    [InlineData(89.99, true)]
    [InlineData(90.01, false)]
    public async Task Run_WithOldRecord_KeepsItForNinetyDays(double days, bool isKept)
    {
        var report = new RunReport
        {
            Job = JobName,
            Task = ScriptedTask.TaskName,
            RunId = "earlier",
            Trigger = RunTrigger.Scheduled,
            DryRun = false,
            StartedAt = Noon.AddDays(-days),
            Result = ScriptedTask.Done,
        };
        await new RunHistory(Storage, Clock, HistoryOptions).AddAsync(report, Cancellation);

        await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);

        (await RecordsAsync()).Any(record => record.RunId == "earlier").ShouldBe(isKept);
    }
}
