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
        await AddAsync(TimeSpan.FromDays(91), [.. Enumerable.Range(0, 120).Select(i => Report($"old-{i}", Noon.AddDays(-91).AddMinutes(i)))]);

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
        await AddAsync(TimeSpan.FromDays(days), Report("earlier", Noon.AddDays(-days)));

        await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);

        (await RecordsAsync()).Any(record => record.RunId == "earlier").ShouldBe(isKept);
    }

    [Fact]
    public async Task Run_ClockAhead_KeepsTheRecordsThatAreNewForTheService()
    {
        await AddAsync(TimeSpan.FromDays(100), Report("old", Noon.AddDays(-100)));
        await AddAsync(TimeSpan.FromDays(80), Report("newer", Noon.AddDays(-80)));
        await AddAsync(TimeSpan.Zero, Report("new", Noon));
        Clock.SetUtcNow(Noon.AddDays(95));

        await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);

        (await RecordsAsync()).Skip(1).Select(record => record.RunId).ShouldBe(["new", "newer"]);
    }

    [Fact]
    public async Task Run_RowOfAnotherProgram_KeepsIt()
    {
        await AddAsync(TimeSpan.FromDays(100), Report("old", Noon.AddDays(-100)));
        var report = Report("other", Noon.AddDays(-100));
        var copy = RunRow.Write(report, "host");
        copy.RowKey = "notes";
        var noTime = new TableEntity(JobName, RunKeys.RowKey(report.StartedAt, report.RunId)) { ["RunId"] = report.RunId };
        await WriteAsync(TimeSpan.FromDays(100), copy, noTime);

        await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);

        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {JobName}");
        (await Storage.Runs.QueryAsync<TableEntity>(filter, cancellationToken: Cancellation).Select(row => row.RowKey).ToListAsync(Cancellation))
            .Skip(1).ShouldBe([noTime.RowKey, "notes"]);
    }

    [Fact]
    public async Task Run_OldRecordChangesMeanwhile_KeepsItAndCompletes()
    {
        await AddAsync(TimeSpan.FromDays(100), Report("old", Noon.AddDays(-100)));
        var change = new InterveningPolicy(
            request => request.Uri.ToString().Contains("$batch", StringComparison.Ordinal),
            () => WriteAsync(TimeSpan.Zero, RunRow.Write(Report("old", Noon.AddDays(-100)), "another host")));

        var report = await NewRunner(change).RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);

        change.Met.ShouldBeTrue();
        report.Outcome.ShouldBe(Outcome.Completed, report.Error);
        (await RecordsAsync()).Select(record => record.RunId).ShouldContain("old");
    }

    /// <summary>Adds records that the service received this long ago.</summary>
    private Task AddAsync(TimeSpan age, params RunReport[] reports) => WriteAsync(age, [.. reports.Select(report => RunRow.Write(report, "host"))]);

    private async Task WriteAsync(TimeSpan age, params TableEntity[] rows)
    {
        var runs = NewStorage(new BackdatePolicy(age)).Runs;
        await runs.CreateIfNotExistsAsync(Cancellation);
        foreach (var chunk in rows.Chunk(100))
        {
            await runs.SubmitTransactionAsync(chunk.Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row)), Cancellation);
        }
    }

    private static RunReport Report(string runId, DateTimeOffset startedAt) => new()
    {
        Job = JobName,
        Task = ScriptedTask.TaskName,
        RunId = runId,
        Trigger = RunTrigger.Scheduled,
        DryRun = false,
        StartedAt = startedAt,
        Result = ScriptedTask.Done,
    };
}
