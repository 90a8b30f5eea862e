using Cochin.Functions.Running;
using Cochin.Functions.Tasks;
using CsCheck;

namespace Cochin.Functions.Tests.Running;

/// <summary>The bookkeeping of occurrences over random histories: weeks of ticks, failures, deaths at each step, and a clock that jumps.</summary>
public sealed class OccurrenceRuleTests
{
    private enum Fate
    {
        Works,
        Fails,
        DoesAPart,
        DiesAtWork,
        DiesBeforeSettling,
        NobodyTicks,
    }

    [Fact]
    public void Occurrences_OverAnyHistory_AreSettledOnceAndDoneAtMostOnce()
    {
        var steps = Gen.Select(
            Gen.Frequency((6, Gen.Int[5, 60]), (2, Gen.Int[600, 4_000]), (1, Gen.Int[-180, -1])),
            Gen.Frequency((5, Gen.Const(Fate.Works)), (3, Gen.Const(Fate.Fails)), (3, Gen.Const(Fate.DoesAPart)), (1, Gen.Const(Fate.DiesAtWork)), (1, Gen.Const(Fate.DiesBeforeSettling)), (1, Gen.Const(Fate.NobodyTicks))));

        steps.Array[1, 120].Sample(history =>
        {
            var job = RunnerHarness.Job();
            var now = RunnerHarness.Noon;
            var state = new JobState { SettledOccurrence = job.Schedule.Latest(now) };
            var records = new List<RunReport>();
            var settledTwice = new HashSet<DateTimeOffset>();

            foreach (var (minutes, fate) in history)
            {
                now = now.AddMinutes(minutes);
                if (fate == Fate.NobodyTicks || job.Schedule.Latest(now) is not { } due || due <= state.SettledOccurrence)
                {
                    continue;
                }

                var earlier = records.Where(record => record.Occurrence == due).ToList();
                var verdict = OccurrenceRule.Judge(job, state, due, earlier, now);
                switch (verdict)
                {
                    case OccurrenceVerdict.Due:
                        var begun = earlier.Find(record => record.IsUnfinished)?.StartedAt;
                        (now - (begun ?? due)).ShouldBeLessThanOrEqualTo(begun is null ? job.CatchUp : RunCheckpoint.MaxAge);
                        var outcome = fate switch { Fate.Fails => Outcome.Failed, Fate.DiesAtWork => Outcome.Lost, Fate.DoesAPart => Outcome.Partial, _ => Outcome.Completed };
                        SkipReason? reason = fate == Fate.DoesAPart ? SkipReason.Unfinished : null;
                        records.Add(new RunReport { Job = job.Name, RunId = "", Task = job.Task, Trigger = RunTrigger.Scheduled, Occurrence = due, StartedAt = now, Result = new TaskResult { Outcome = outcome, Reason = reason } });
                        if (fate is Fate.Works or Fate.Fails or Fate.DoesAPart && OccurrenceRule.IsSettledBy(outcome, reason, earlier))
                        {
                            Settle(due);
                        }

                        break;
                    case OccurrenceVerdict.AlreadyDone or OccurrenceVerdict.Missed or OccurrenceVerdict.GivenUp or OccurrenceVerdict.TakesTooLong:
                        Settle(due);
                        break;
                    default:
                        throw new ShouldAssertException($"{verdict} for an enabled job with an open occurrence");
                }
            }

            foreach (var ofOne in records.GroupBy(record => record.Occurrence))
            {
                ofOne.Count(record => record.Outcome == Outcome.Completed).ShouldBeLessThanOrEqualTo(1, $"{ofOne.Key} was done twice");
                OccurrenceRule.Attempts([.. ofOne]).ShouldBeLessThanOrEqualTo(OccurrenceRule.Retries + 1);
            }

            void Settle(DateTimeOffset due)
            {
                settledTwice.Add(due).ShouldBeTrue($"{due} was settled twice");
                state = state with { SettledOccurrence = due };
            }
        }, iter: 2_000);
    }

    [Fact]
    public void Judge_FailureSettlesOnTheFourthAttempt()
    {
        var failed = new RunReport { Job = "", RunId = "", Task = "", Trigger = RunTrigger.Scheduled, StartedAt = default, Result = new TaskResult { Outcome = Outcome.Failed } };

        OccurrenceRule.IsSettledBy(Outcome.Failed, null, [failed, failed]).ShouldBeFalse();
        OccurrenceRule.IsSettledBy(Outcome.Failed, null, [failed, failed, failed]).ShouldBeTrue();
        OccurrenceRule.IsSettledBy(Outcome.Partial, null, []).ShouldBeTrue();
        OccurrenceRule.IsSettledBy(Outcome.Partial, SkipReason.Unfinished, [failed, failed, failed]).ShouldBeFalse();
    }

    [Fact]
    public void Judge_AtTheEndOfTheCatchUpWindow_IsStillDue()
    {
        var job = RunnerHarness.Job();
        var due = RunnerHarness.TwoOClock;
        var end = due + job.CatchUp;

        OccurrenceRule.Judge(job, new JobState(), due, [], end).ShouldBe(OccurrenceVerdict.Due);
        OccurrenceRule.Judge(job, new JobState(), due, [], end.AddTicks(1)).ShouldBe(OccurrenceVerdict.Missed);
    }
}
