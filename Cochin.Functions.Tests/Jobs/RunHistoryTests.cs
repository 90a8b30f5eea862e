using Cochin.Functions.Jobs;
using Cochin.Functions.Locking;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Jobs;

public sealed class RunHistoryTests(AzuriteServer server) : RunnerHarness(server)
{
    [Fact]
    public async Task ListForJob_SinceTheStartOfARun_IncludesThatRun()
    {
        var history = new RunHistory(Storage, Clock, HistoryOptions);
        await AddRunningRecordAsync(Noon, occurrence: null);

        (await history.ListForJobAsync(JobName, Noon, 10, Cancellation).CountAsync(Cancellation)).ShouldBe(1);
        (await history.ListForJobAsync(JobName, Noon.AddTicks(1), 10, Cancellation).CountAsync(Cancellation)).ShouldBe(0);
    }

    [Fact]
    public async Task ListForJobs_PartitionsOfOtherNames_ReadsOnlyTheJobsNewestFirstAndUpToTheLimit()
    {
        foreach (var partition in new[] { "a", "b", "b_other", "c", "d" })
        {
            for (var i = 0; i < 3; i++)
            {
                await AddRunningRecordAsync(Noon.AddHours(-i), occurrence: null, partition);
            }
        }

        var history = new RunHistory(Storage, Clock, HistoryOptions);

        var runs = await history.ListForJobsAsync(["c", "b", "none"], Noon.AddHours(-9), limit: 2, Cancellation).ToListAsync(Cancellation);

        runs.Select(run => (run.Job, run.StartedAt)).ShouldBe([("b", Noon), ("b", Noon.AddHours(-1)), ("c", Noon), ("c", Noon.AddHours(-1))]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9_999_999)]
    public async Task Find_RunStartedAtAnyFractionOfASecond_FindsIt(long ticks)
    {
        await AddRunningRecordAsync(Noon.AddTicks(ticks), occurrence: null);
        var runId = (await RecordsAsync()).Single().RunId;

        (await new RunHistory(Storage, Clock, HistoryOptions).FindAsync(JobName, runId, Cancellation)).ShouldNotBeNull().RunId.ShouldBe(runId);
    }

    [Fact]
    public async Task TakeOver_ManyJobsOfATask_AsksWithFewComparisonsEach()
    {
        string[] jobs = [JobName, .. Enumerable.Range(0, 30).Select(i => $"job_{i}")];
        foreach (var job in jobs)
        {
            await AddRunningRecordAsync(Noon, occurrence: Noon, partition: job);
        }

        var owner = new LockOwner("h", JobName, "r", Noon);
        await using var held = (await new BlobLocks(Storage, TimeProvider.System).TryAcquireAsync(ScriptedTask.TaskName, owner, Cancellation)).Lock!;
        var tooLong = new CountingPolicy(request =>
            Uri.UnescapeDataString(request.Uri.Query).Replace('+', ' ').Split([" eq ", " ne ", " lt ", " gt "], StringSplitOptions.None).Length - 1 > 15);

        var found = await new RunHistory(NewStorage(tooLong), Clock, HistoryOptions).TakeOverAsync(
            jobs, ScriptedTask.TaskName, JobName, occurrence: Noon, since: Noon.AddDays(-1), held, Cancellation);

        found.Lost.Select(run => run.Job).ShouldBe(jobs, ignoreOrder: true);
        found.ForOccurrence.ShouldHaveSingleItem().Job.ShouldBe(JobName);
        tooLong.Count.ShouldBe(0, "the service refuses filters with more than 15 comparisons");
    }
}
