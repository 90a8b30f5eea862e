using System.Globalization;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Proof.Time;

/// <summary>
/// Ninety days on a clock of the test, the real runner on real storage: ticks every 15 minutes, give or take some seconds, outages,
/// a clock that is set back and forward, deaths at any request. After each tick the outcome is held against what the contract says
/// about the oracle's due times and the records that the dead left.
/// </summary>
public sealed class SimulatedNightsProof(AzuriteServer server) : RunnerHarness(server)
{
    private static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    private enum Event
    {
        Tick,
        Outage,
        SetForward,
        SetBack,
        Death,
    }

    [Fact]
    public async Task Runner_OverNightsOfTrouble_DoesEachOccurrenceAtMostOnceAndLosesNone()
    {
        HistoryOptions = new RunHistoryOptions { Retention = TimeSpan.FromDays(1_000) };
        var rows = new List<object?[]>();
        foreach (var (from, seed) in new[] { ("2026-03-20T09:00Z", 1), ("2026-10-16T09:00Z", 2) })
        {
            var begin = DateTimeOffset.Parse(from, CultureInfo.InvariantCulture);
            var calendar = new WallCalendar(Paris, begin.UtcDateTime.AddDays(-60), begin.UtcDateTime.AddDays(400));
            var days = ProofScale.Of(12, 90);
            var random = new Random(seed);
            foreach (var proven in ProvenJob.All(Paris, calendar).Where((_, i) => ProofScale.IsWhole || i is 1 or 3))
            {
                var nights = new Nights(proven with { Job = proven.Job with { Name = $"{proven.Job.Name}-{seed}" } }, Work);
                Clock.AdjustTime(begin);
                await PlayAsync(nights, begin.AddDays(days), random);
                rows.Add(nights.Row(from[..10], days));
            }
        }

        ProofReport.Write(
            "5.4",
            "Time: outages, clock changes and crashes for the runner on real storage",
            "Ticks every 15 min ± 20 s; outages from a minute to three weeks; the clock set back and forward by minutes, hours and days; "
            + "crashes before any request of a run. Each tick is compared with the specification.",
            [
                "from", "days", "schedule", "ticks", "outages", "set back", "set forward", "deaths", "due", "done", "of these late",
                "superseded", "missed and reported", "abandoned and reported", "doubled", "lost",
            ],
            rows);
    }

    private async Task PlayAsync(Nights nights, DateTimeOffset end, Random random)
    {
        var job = nights.Proven.Job;
        await TickAsync(nights, dieAt: null);
        for (var now = Clock.GetUtcNow(); now < end; now = Clock.GetUtcNow())
        {
            var (next, what) = NextTick(now, random);
            nights.Count(what);
            Clock.AdjustTime(next < nights.Proven.Due[0] ? now : next);

            // Most deaths would meet a tick with nothing to do: they are kept for those that have.
            var dies = nights.IsOpen(Clock.GetUtcNow()) && random.Next(4) == 0;
            await TickAsync(nights, dies ? random.Next(1, 14) : null);
        }

        nights.Finish((await RecordsAsync(job.Name)).AsReadOnly(), Clock.GetUtcNow());
    }

    private static (DateTimeOffset Next, Event What) NextTick(DateTimeOffset now, Random random) => random.Next(400) switch
    {
        0 or 1 => (now + Spread(random, TimeSpan.FromMinutes(1), TimeSpan.FromDays(21)), Event.Outage),
        2 or 3 => (now - Spread(random, TimeSpan.FromMinutes(1), TimeSpan.FromDays(3)), Event.SetBack),
        4 or 5 => (now + Spread(random, TimeSpan.FromMinutes(1), TimeSpan.FromDays(3)), Event.SetForward),
        _ => (now + TimeSpan.FromMinutes(15) + TimeSpan.FromSeconds(random.Next(-20, 21)), Event.Tick),
    };

    /// <summary>As many short ones as long ones.</summary>
    private static TimeSpan Spread(Random random, TimeSpan least, TimeSpan most) =>
        least * Math.Pow(most / least, random.NextDouble());

    private async Task TickAsync(Nights nights, int? dieAt)
    {
        var job = nights.Proven.Job;
        var requests = 0;
        var death = new CrashPolicy(_ => ++requests == dieAt);
        var now = Clock.GetUtcNow();
        var earlier = nights.IsOpen(now) ? (await RecordsAsync(job.Name)).Where(record => record.Occurrence == nights.Proven.Latest(now)).ToList() : [];

        var report = await NewRunner(job, death).RunDueAsync(job.Name, Cancellation);
        if (!death.Died)
        {
            nights.Ticked(report, earlier, now);
            return;
        }

        nights.Count(Event.Death);
        nights.Died(await StateOfAsync(job.Name));
        var lockBlob = Storage.System.GetBlobClient($"locks/{ScriptedTask.TaskName}");
        if (await lockBlob.ExistsAsync(Cancellation)
            && (await lockBlob.GetPropertiesAsync(cancellationToken: Cancellation)).Value.LeaseState == LeaseState.Leased)
        {
            await BreakLeaseAsync();
        }
    }

    private Task<JobState> StateOfAsync(string job) => new JobStates(Storage).GetAsync(job, Cancellation);

    /// <summary>What should be, and what came about.</summary>
    private sealed class Nights(ProvenJob proven, ScriptedTask work)
    {
        private readonly Dictionary<Event, int> events = [];
        private readonly HashSet<DateTimeOffset> settledAtTheirTick = [];
        private int worked = work.Runs;
        private int late;
        private int done;
        private int missed;
        private int givenUp;
        private int superseded;
        private int dueInAll;
        private DateTimeOffset first;
        private DateTimeOffset? settled;

        public ProvenJob Proven => proven;

        public void Count(Event what) => events[what] = events.GetValueOrDefault(what) + 1;

        public bool IsOpen(DateTimeOffset now) => settled is not null && proven.Latest(now) > settled;

        /// <summary>A tick that ended: what it did is what the contract says.</summary>
        public void Ticked(RunReport report, List<RunReport> earlier, DateTimeOffset now)
        {
            var latest = proven.Latest(now);
            var ran = work.Runs - worked;
            worked = work.Runs;
            var attempts = earlier.Count(record => record.Outcome is Outcome.Running or Outcome.Lost);
            var tooLate = now - latest > proven.Job.CatchUp;
            var (outcome, reason) =
                settled is null || latest <= settled || earlier.Any(record => record.Outcome == Outcome.Completed || record.Reason == SkipReason.Missed)
                    ? (Outcome.Skipped, SkipReason.NotDue)
                : attempts > OccurrenceRule.Retries || (attempts > 0 && tooLate) ? (Outcome.Failed, null)
                : tooLate ? (Outcome.Skipped, SkipReason.Missed)
                : (Outcome.Completed, (SkipReason?)null);

            (report.Outcome, report.Reason).ShouldBe((outcome, reason), $"at {now:u} for {latest:u}, settled {settled:u}: {report.Error}");
            ran.ShouldBe(outcome == Outcome.Completed ? 1 : 0, $"the work at {now:u}");
            late += outcome == Outcome.Completed && now - latest > TimeSpan.FromMinutes(16) ? 1 : 0;
            first = settled is null ? latest : first;
            if (latest > settled)
            {
                settledAtTheirTick.Add(latest).ShouldBeTrue($"{latest:u} was settled twice");
            }

            settled = latest > settled || settled is null ? latest : settled;
        }

        /// <summary>A tick that died: whether the occurrence is settled is what it had written.</summary>
        public void Died(JobState state)
        {
            worked = work.Runs;
            if (state.SettledOccurrence > settled)
            {
                settledAtTheirTick.Add(state.SettledOccurrence.Value).ShouldBeTrue($"{state.SettledOccurrence:u} was settled twice");
                settled = state.SettledOccurrence;
            }
        }

        public void Finish(IReadOnlyList<RunReport> records, DateTimeOffset now)
        {
            var ofOccurrence = records.Where(record => record.Occurrence is not null).ToLookup(record => record.Occurrence!.Value);
            foreach (var due in proven.Due.Where(due => due > first && due <= settled))
            {
                dueInAll++;
                var completed = ofOccurrence[due].Count(record => record.Outcome == Outcome.Completed);
                completed.ShouldBeLessThanOrEqualTo(1, $"{due:u} was done twice");
                done += completed;
                missed += ofOccurrence[due].Any(record => record.Reason == SkipReason.Missed) ? 1 : 0;
                givenUp += ofOccurrence[due].Any(record => record.Outcome == Outcome.Failed) ? 1 : 0;

                // Without an end of its own it must be one that no living tick ever met as the latest.
                var hasEnd = completed > 0 || ofOccurrence[due].Any(record => record.Outcome is Outcome.Failed or Outcome.Skipped);
                superseded += hasEnd ? 0 : 1;
                (hasEnd || !settledAtTheirTick.Contains(due)).ShouldBeTrue($"{due:u} was lost");
            }

            (done + missed + givenUp + superseded).ShouldBe(dueInAll, $"at {now:u}");
        }

        public object?[] Row(string from, int days) =>
        [
            from, days, proven.Job.Schedule.Expression, events.GetValueOrDefault(Event.Tick), events.GetValueOrDefault(Event.Outage),
            events.GetValueOrDefault(Event.SetBack), events.GetValueOrDefault(Event.SetForward),
            events.GetValueOrDefault(Event.Death), dueInAll, done, late, superseded, missed, givenUp, 0, 0,
        ];
    }
}
