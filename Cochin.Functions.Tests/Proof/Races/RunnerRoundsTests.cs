using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Proof.Races;

/// <summary>Several runners, each with clients of its own, on one occurrence after the other.</summary>
public sealed class RunnerRoundsTests(AzuriteServer server) : RunnerHarness(server)
{
    private readonly RaceLedger ledger = new();
    private int held;
    private int again;

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public async Task Occurrence_OfManyRunners_IsWorkedOnOnceAndSettledOnce(int count)
    {
        await RegisterAtNoonAsync();
        var runners = Enumerable.Range(0, count).Select(i => NewRunner(new Jitter(RaceLedger.ChanceOf(-1 - i)))).ToArray();

        await ledger.PlayAsync(ProofScale.Of(100 / count, 2_400 / count), (random, _) => PlayAsync(random, runners));

        ledger.Conclude(
            $"3.5.{count}",
            $"{count} runners on one occurrence",
            "They start within a few milliseconds of each other, some of their requests are delayed by up to 80 ms, "
            + "and they tick until the occurrence is settled; in some rounds the first attempt fails. "
            + "The work succeeds exactly once, is recorded and settled "
            + "once, and the other runners get `LockHeld` or `NotDue`.",
            ("runs skipped as LockHeld", held),
            ("rounds with a second attempt", again));
    }

    private async Task<bool> PlayAsync(Random random, JobRunner[] runners)
    {
        var due = Job().Schedule.Next(Clock.GetUtcNow())!.Value;
        Clock.SetUtcNow(due);
        var before = Work.Runs;
        var heldBefore = held;
        var failures = random.Next(5) == 0 ? 1 : 0;
        var (attempts, length) = (1 + failures, random.Next(40));
        again += failures;
        Work.Does = async (_, cancellationToken) =>
        {
            await Task.Delay(length, cancellationToken);
            return Interlocked.Decrement(ref failures) >= 0 ? ScriptedTask.Failed : ScriptedTask.Done;
        };

        var starts = runners.Select(runner => (Runner: runner, Pause: random.Next(30))).ToArray();
        var ends = await Task.WhenAll(starts.Select(start => Task.Run(() => TickAsync(start.Runner, start.Pause), Cancellation)));

        ledger.Expect(ends.Count(end => end == Outcome.Completed) == 1, $"{ends.Count(end => end == Outcome.Completed)} runners say that they did the work");
        ledger.Expect(Work.Runs - before == attempts, $"the work was done {Work.Runs - before} times instead of {attempts}");
        ledger.Expect((await StateAsync()).SettledOccurrence == due, "the occurrence is not settled");
        var records = await new RunHistory(Storage, Clock, new RunHistoryOptions()).ListForOccurrenceAsync(JobName, due, Cancellation);
        ledger.Expect(records.Count(record => record.Outcome == Outcome.Completed) == 1, "there is not exactly one record of a completed run");
        ledger.Expect(records.Count(record => record.Outcome == Outcome.Failed) == attempts - 1, "the records of failed attempts are not one each");
        ledger.Expect(
            records.All(record => record.Outcome is Outcome.Completed or Outcome.Failed || record.Reason == SkipReason.LockHeld),
            "there is a record of another kind");
        return held > heldBefore;
    }

    /// <returns>What the last tick came to: done, or not due any more.</returns>
    private async Task<Outcome> TickAsync(JobRunner runner, int pause)
    {
        await Task.Delay(pause, Cancellation);
        while (true)
        {
            var report = await runner.RunDueAsync(JobName, Cancellation);
            if (report.Outcome == Outcome.Completed || report.Reason == SkipReason.NotDue)
            {
                return report.Outcome;
            }

            ledger.Expect(
                report.Outcome == Outcome.Failed ? report.Attempted : report.Reason == SkipReason.LockHeld,
                $"a tick came to {report.Outcome} {report.Reason}: {report.Error}");
            Interlocked.Add(ref held, report.Reason == SkipReason.LockHeld ? 1 : 0);
            await Task.Delay(5, Cancellation);
        }
    }
}
