using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Proof.Races;

/// <summary>People switch a job off and on, and somebody writes a column of their own, while runners settle its occurrences.</summary>
public sealed class JobStateRoundsTests(AzuriteServer server) : RunnerHarness(server)
{
    private readonly RaceLedger ledger = new();
    private readonly Refusals refusals = new();
    private int disabled;

    [Fact]
    public async Task JobsRow_ChangedByPeopleDuringRuns_KeepsEveryonesChanges()
    {
        await RegisterAtNoonAsync();
        JobRunner[] runners = [NewRunner(refusals), NewRunner(refusals)];

        await ledger.PlayAsync(ProofScale.Of(40, 1_000), (random, round) => PlayAsync(random, round, runners));

        ledger.Conclude(
            "3.4",
            "`add` and `remove` during a run",
            "Two runners and one to three commands change one row of the jobs table, while another program merges a column into it. "
            + "The last command wins, the occurrence is settled, the run "
            + "is recorded, and the foreign column is kept.",
            ("occurrences skipped as disabled", disabled),
            ("writes refused and repeated", refusals.Count));
        refusals.Count.ShouldBeGreaterThan(0, "no two writes ever met");
    }

    private async Task<bool> PlayAsync(Random random, int round, JobRunner[] runners)
    {
        var due = Job().Schedule.Next(Clock.GetUtcNow())!.Value;
        Clock.SetUtcNow(due);
        var commands = Enumerable.Range(0, 1 + random.Next(3))
            .Select(i => (Reason: random.Next(2) == 0 ? null : $"round {round}, command {i}", Pause: random.Next(15)))
            .ToArray();
        var pause = random.Next(40);
        var runs = runners.Select(runner => Task.Run(() => TickAsync(runner), Cancellation)).ToArray();

        await Task.WhenAll(TypeAsync(commands), NoteAsync(round, pause));
        var met = !Array.TrueForAll(runs, run => run.IsCompleted);
        await Task.WhenAll(runs);

        var row = (await Storage.Jobs.GetEntityAsync<TableEntity>("job", JobName, cancellationToken: Cancellation)).Value;
        var state = JobState.From(row);
        var records = await new RunHistory(Storage, Clock, new RunHistoryOptions()).ListForOccurrenceAsync(JobName, due, Cancellation);
        var settling = records.Where(record => record.Reason != SkipReason.LockHeld).ToList();
        ledger.Expect(state.SettledOccurrence == due, "the occurrence is not settled");
        ledger.Expect(
            settling.Count == 1 && (settling[0].Outcome == Outcome.Completed || settling[0].Reason == SkipReason.Disabled),
            $"the occurrence has {settling.Count} records");
        ledger.Expect(state.LastRunId == settling[0].RunId, "the run that settled it is not the one remembered");
        ledger.Expect(state.Enabled == (commands[^1].Reason is null), "the last command does not stand");
        ledger.Expect(state.DisabledReason == commands[^1].Reason, $"the reason is '{state.DisabledReason}' instead of '{commands[^1].Reason}'");
        ledger.Expect(row.GetInt32("Note") == round, "the foreign column is not what was written last");
        disabled += settling[0].Reason == SkipReason.Disabled ? 1 : 0;
        return met;
    }

    private static async Task TickAsync(JobRunner runner)
    {
        while ((await runner.RunDueAsync(JobName, Cancellation)).Reason != SkipReason.NotDue)
        {
            await Task.Delay(5, Cancellation);
        }
    }

    private async Task TypeAsync(IEnumerable<(string? Reason, int Pause)> commands)
    {
        var states = new JobStates(NewStorage(refusals));
        foreach (var (reason, pause) in commands)
        {
            await Task.Delay(pause, Cancellation);
            await (reason is null
                ? states.EnableAsync(Job(), Clock.GetUtcNow(), Cancellation)
                : states.DisableAsync(JobName, until: null, reason, Cancellation));
        }
    }

    private async Task NoteAsync(int round, int pause)
    {
        await Task.Delay(pause, Cancellation);
        await Storage.Jobs.UpdateEntityAsync(new TableEntity("job", JobName) { ["Note"] = round }, ETag.All, TableUpdateMode.Merge, Cancellation);
    }

    /// <summary>Counts the writes that were refused because somebody else had written first.</summary>
    private sealed class Refusals : HttpPipelinePolicy
    {
        private int count;

        public int Count => Volatile.Read(ref count);

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            await ProcessNextAsync(message, pipeline);
            if (message.Response.Status == 412)
            {
                Interlocked.Increment(ref count);
            }
        }
    }
}
