using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Proof.Time;

/// <summary>
/// An outage of each length from a minute to three weeks: what <c>simulate</c> foretells, and what the runner does on real storage,
/// against what the contract says, worked out from the oracle's due times by plain arithmetic.
/// </summary>
public sealed class OutageProof(AzuriteServer server) : RunnerHarness(server)
{
    private const int LongestMinutes = 21 * 24 * 60;

    private static readonly TimeSpan Tick = TimeSpan.FromMinutes(15);
    private static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");
    private static readonly WallCalendar Calendar = new(Paris, new DateTime(2026, 1, 1), new DateTime(2027, 1, 1));

    // Outages begin here and some hours later, so that they reach into and across both changes of the clock.
    private static readonly DateTimeOffset[] Beginnings = [Time("2026-03-21T00:00Z"), Time("2026-06-01T00:00Z"), Time("2026-10-16T00:00Z")];

    [Fact]
    public void Simulate_OutageOfEachLength_IsWhatTheContractSays()
    {
        var rows = new List<object?[]>();
        foreach (var proven in ProvenJob.All(Paris, Calendar))
        {
            var counts = new Dictionary<SimulatedOutcome, int>();
            var outages = 0;
            for (var minutes = 1; minutes <= LongestMinutes; minutes += ProofScale.Of(61, 1))
            {
                var outage = OutageOf(minutes);
                var (from, to) = (outage.From.AddDays(-8), outage.To.AddDays(8));
                var foretold = new Simulator(Tick, [outage])
                    .Simulate(proven.Job, from, to)
                    .ToDictionary(occurrence => occurrence.Due, occurrence => occurrence.Outcome);

                var (missed, last) = Expect(proven, outage, counts: null);
                var expected = proven.Due
                    .Where(due => due >= from && due < to)
                    .ToDictionary(due => due, due => missed.Contains(due) ? SimulatedOutcome.Superseded : SimulatedOutcome.Runs);
                if (last is { } made)
                {
                    expected[made.Due] = made.Outcome;
                }

                foretold.ShouldBe(expected, ignoreOrder: true, $"{proven.Job.Schedule.Expression} with an outage of {minutes} min from {outage.From:u}");
                Expect(proven, outage, counts);
                outages++;
            }

            rows.Add(
            [
                proven.Job.Schedule.Expression,
                outages,
                counts.GetValueOrDefault(SimulatedOutcome.MadeUp),
                counts.GetValueOrDefault(SimulatedOutcome.Superseded),
                counts.GetValueOrDefault(SimulatedOutcome.Missed),
                counts.GetValueOrDefault(SimulatedOutcome.Runs),
                0,
            ]);
        }

        ProofReport.Write(
            "5.2",
            "Time: outages from a minute to three weeks, as predicted by `simulate`",
            $"Lengths {ProofScale.Of(61, 1)} min apart, across both changes of the clock, in Paris, ticks every 15 min, compared with the specification.",
            ["schedule", "outages", "made up late", "superseded", "missed and reported", "due at their end", "differing"],
            rows);
    }

    [Fact]
    public async Task Runner_AfterAnOutage_DoesWhatTheContractSays()
    {
        var rows = new List<object?[]>();
        foreach (var proven in ProvenJob.All(Paris, Calendar))
        {
            var counts = new Dictionary<SimulatedOutcome, int>();
            var outages = 0;
            for (var minutes = 1; minutes <= LongestMinutes; minutes = NextLength(minutes))
            {
                var outage = OutageOf(minutes);
                var (_, last) = Expect(proven, outage, counts);
                var job = proven.Job with { Name = $"{proven.Job.Name}-{minutes}" };
                var runner = NewRunner(job);
                Clock.AdjustTime(LastTickBefore(outage.From));
                (await runner.RunDueAsync(job.Name, Cancellation)).Reason.ShouldBe(SkipReason.NotDue, "seen for the first time");

                Clock.AdjustTime(FirstTickAfter(outage.To));
                var report = await runner.RunDueAsync(job.Name, Cancellation);
                var again = await runner.RunDueAsync(job.Name, Cancellation);

                (report.Outcome, report.Reason).ShouldBe(
                    last?.Outcome switch
                    {
                        null => (Outcome.Skipped, SkipReason.NotDue),
                        SimulatedOutcome.Missed => (Outcome.Skipped, SkipReason.Missed),
                        _ => (Outcome.Completed, null),
                    },
                    $"{job.Schedule.Expression} after {minutes} min from {outage.From:u}");
                again.Reason.ShouldBe(SkipReason.NotDue);
                (await RecordsAsync(job.Name)).Select(record => record.Occurrence).ShouldBe(last is { } one ? [one.Due] : []);
                outages++;
            }

            rows.Add(
            [
                proven.Job.Schedule.Expression,
                outages,
                counts.GetValueOrDefault(SimulatedOutcome.MadeUp),
                counts.GetValueOrDefault(SimulatedOutcome.Superseded),
                counts.GetValueOrDefault(SimulatedOutcome.Missed),
                counts.GetValueOrDefault(SimulatedOutcome.Runs),
                0,
            ]);
        }

        ProofReport.Write(
            "5.3",
            "Time: the same outages for the runner on real storage",
            "A runner that has seen the job, then no runner, then the first tick. "
            + "Checked: what ran, what was recorded as missed, and that a second tick does nothing.",
            ["schedule", "outages", "made up late", "superseded", "missed and reported", "due at their end", "differing"],
            rows);
    }

    // All up to an hour with the whole proof, then ever further apart.
    private static int NextLength(int minutes) => Math.Max(minutes + ProofScale.Of(17, 1), minutes * ProofScale.Of(8, 41) / ProofScale.Of(5, 40));

    private static Outage OutageOf(int minutes)
    {
        var begin = Beginnings[minutes % Beginnings.Length].AddMinutes(minutes * 37L % (9 * 24 * 60));
        return new Outage(begin, begin.AddMinutes(minutes));
    }

    /// <summary>The occurrences that no tick saw in time, and what becomes of the last of them; none where none came due.</summary>
    private static (HashSet<DateTimeOffset> Missed, (DateTimeOffset Due, SimulatedOutcome Outcome)? Last) Expect(
        ProvenJob proven,
        Outage outage,
        Dictionary<SimulatedOutcome, int>? counts)
    {
        var back = FirstTickAfter(outage.To);
        var open = proven.Due.Where(due => due > LastTickBefore(outage.From) && due <= back).ToList();
        if (open.Count == 0)
        {
            return ([], null);
        }

        var last = open[^1];
        var outcome = back - last > proven.Job.CatchUp ? SimulatedOutcome.Missed
            : FirstTickAfter(last) == back ? SimulatedOutcome.Runs
            : SimulatedOutcome.MadeUp;
        if (counts is not null)
        {
            counts[outcome] = counts.GetValueOrDefault(outcome) + 1;
            counts[SimulatedOutcome.Superseded] = counts.GetValueOrDefault(SimulatedOutcome.Superseded) + open.Count - 1;
        }

        return ([.. open.SkipLast(1)], (last, outcome));
    }

    private static DateTimeOffset FirstTickAfter(DateTimeOffset instant)
    {
        var quarter = new DateTimeOffset(instant.Year, instant.Month, instant.Day, instant.Hour, instant.Minute / 15 * 15, 0, TimeSpan.Zero);
        return quarter < instant ? quarter + Tick : quarter;
    }

    private static DateTimeOffset LastTickBefore(DateTimeOffset instant) => FirstTickAfter(instant) - Tick;

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
