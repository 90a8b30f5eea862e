using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Runs;
using CsCheck;

namespace Cochin.Functions.Tests.Jobs;

/// <summary>Random histories of occurrences: weeks of ticks with failures, crashes at each step and clock jumps.</summary>
public sealed class OccurrenceRuleTests
{
    private enum RunEvent
    {
        Completes,
        Fails,
        CompletesAPart,
        DiesDuringWork,
        DiesBeforeSettling,
        DoesNotTick,
    }

    [Fact]
    public void Evaluate_AnyHistory_SettlesEachOccurrenceOnceAndCompletesItAtMostOnce()
    {
        var steps = Gen.Select(
            Gen.Frequency((6, Gen.Int[5, 60]), (2, Gen.Int[600, 4_000]), (1, Gen.Int[-180, -1])),
            Gen.Frequency(
                (5, Gen.Const(RunEvent.Completes)),
                (3, Gen.Const(RunEvent.Fails)),
                (3, Gen.Const(RunEvent.CompletesAPart)),
                (1, Gen.Const(RunEvent.DiesDuringWork)),
                (1, Gen.Const(RunEvent.DiesBeforeSettling)),
                (1, Gen.Const(RunEvent.DoesNotTick))));

        steps.Array[1, 120].Sample(history =>
        {
            var job = RunnerHarness.Job();
            var now = RunnerHarness.Noon;
            var state = new JobState { SettledOccurrence = job.Schedule.Latest(now) };
            var records = new List<RunReport>();
            var settled = new HashSet<DateTimeOffset>();

            foreach (var (minutes, step) in history)
            {
                now = now.AddMinutes(minutes);
                if (step == RunEvent.DoesNotTick || job.Schedule.Latest(now) is not { } due || due <= state.SettledOccurrence)
                {
                    continue;
                }

                var earlier = records.Where(record => record.Occurrence == due).ToList();
                var verdict = OccurrenceRule.Evaluate(job, state, due, earlier, now);
                switch (verdict)
                {
                    case OccurrenceVerdict.Due:
                        var workStartedAt = earlier.Find(record => record.IsUnfinished)?.StartedAt;
                        (now - (workStartedAt ?? due)).ShouldBeLessThanOrEqualTo(workStartedAt is null ? job.CatchUp : OccurrenceRule.MaxWorkAge);
                        var outcome = step switch
                        {
                            RunEvent.Fails => Outcome.Failed,
                            RunEvent.DiesDuringWork => Outcome.Lost,
                            RunEvent.CompletesAPart => Outcome.Partial,
                            _ => Outcome.Completed,
                        };
                        SkipReason? reason = step == RunEvent.CompletesAPart ? SkipReason.Unfinished : null;
                        records.Add(new RunReport
                        {
                            Job = job.Name,
                            RunId = "",
                            Task = job.Task,
                            Trigger = RunTrigger.Scheduled,
                            Occurrence = due,
                            StartedAt = now,
                            Result = new TaskResult { Outcome = outcome, Reason = reason },
                        });
                        if (step is RunEvent.Completes or RunEvent.Fails or RunEvent.CompletesAPart && OccurrenceRule.IsSettledBy(records[^1].Result, earlier))
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

            foreach (var runs in records.GroupBy(record => record.Occurrence))
            {
                runs.Count(record => record.Outcome == Outcome.Completed).ShouldBeLessThanOrEqualTo(1, $"{runs.Key} completed twice");
                OccurrenceRule.Attempts([.. runs]).ShouldBeLessThanOrEqualTo(OccurrenceRule.Retries + 1);
            }

            void Settle(DateTimeOffset due)
            {
                settled.Add(due).ShouldBeTrue($"{due} was settled twice");
                state = state with { SettledOccurrence = due };
            }
        }, iter: 2_000);
    }

    [Fact]
    public void IsSettledBy_Failure_IsTrueOnTheFourthAttempt()
    {
        var failed = new RunReport
        {
            Job = "",
            RunId = "",
            Task = "",
            Trigger = RunTrigger.Scheduled,
            StartedAt = default,
            Result = new TaskResult { Outcome = Outcome.Failed },
        };

        OccurrenceRule.IsSettledBy(failed.Result, [failed, failed]).ShouldBeFalse();
        OccurrenceRule.IsSettledBy(failed.Result, [failed, failed, failed]).ShouldBeTrue();
        OccurrenceRule.IsSettledBy(new TaskResult { Outcome = Outcome.Partial }, []).ShouldBeTrue();
        OccurrenceRule.IsSettledBy(new TaskResult { Outcome = Outcome.Partial }.Unfinished(), [failed, failed, failed]).ShouldBeFalse();
    }

    [Theory]
    [InlineData(0, 0.0001, "Due")]
    [InlineData(0, 0.5, "Due")]
    [InlineData(0, 2, "Missed")]
    [InlineData(0.1, 0.5, "Due")]
    [InlineData(1, 0.9, "Due")]
    [InlineData(1, 1.1, "Missed")]
    public void Evaluate_ShortCatchUpWindow_AllowsForTheFirstTick(double catchUpHours, double lateHours, string verdict)
    {
        var job = RunnerHarness.Job() with { CatchUp = TimeSpan.FromHours(catchUpHours) };
        var due = RunnerHarness.TwoOClock;

        OccurrenceRule.Evaluate(job, new JobState(), due, [], due.AddHours(lateHours)).ToString().ShouldBe(verdict);
    }

    [Fact]
    public void Evaluate_AtTheEndOfTheCatchUpWindow_IsStillDue()
    {
        var job = RunnerHarness.Job();
        var due = RunnerHarness.TwoOClock;
        var end = due + job.CatchUp;

        OccurrenceRule.Evaluate(job, new JobState(), due, [], end).ShouldBe(OccurrenceVerdict.Due);
        OccurrenceRule.Evaluate(job, new JobState(), due, [], end.AddTicks(1)).ShouldBe(OccurrenceVerdict.Missed);
    }
}
