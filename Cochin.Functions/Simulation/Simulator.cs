using Cochin.Functions.Running;

namespace Cochin.Functions.Simulation;

/// <summary>
/// Foretells what the runner does with the occurrences of a stretch of time: by its own rule, over its own schedules, with ticks
/// and outages in place of a clock. Work takes no time and does not fail.
/// </summary>
/// <param name="tick">How often a runner looks; ticks lie on whole multiples of it, in UTC.</param>
internal sealed class Simulator(TimeSpan tick, IReadOnlyList<Outage> outages)
{
    /// <summary>
    /// The occurrences of a job from an instant on and before another, in the order of time. What came before is settled; what is
    /// still open at the end is followed beyond it, up to the tick that settles it.
    /// </summary>
    public IEnumerable<SimulatedOccurrence> Simulate(JobDefinition job, DateTimeOffset from, DateTimeOffset to)
    {
        var start = from.AddTicks(-1);
        var state = new JobState { SettledOccurrence = job.Schedule.Latest(start) ?? start };
        for (var open = job.Schedule.Next(start); open < to; open = job.Schedule.Next(state.SettledOccurrence.Value))
        {
            // Ticks before it find nothing new, so that they need not be played.
            var now = TickFrom(open.Value);
            var latest = job.Schedule.Latest(now)!.Value;
            for (var passed = open; passed < latest && passed < to; passed = job.Schedule.Next(passed.Value))
            {
                yield return new SimulatedOccurrence(job, passed.Value, SimulatedOutcome.Superseded, now, latest);
            }

            if (latest < to)
            {
                yield return new SimulatedOccurrence(job, latest, Judge(job, state, latest, now), now);
            }

            state = state with { SettledOccurrence = latest };
        }
    }

    private SimulatedOutcome Judge(JobDefinition job, JobState state, DateTimeOffset due, DateTimeOffset now) =>
        OccurrenceRule.Judge(job, state, due, earlier: [], now) switch
        {
            OccurrenceVerdict.Due => now > NextTick(due) ? SimulatedOutcome.MadeUp : SimulatedOutcome.Runs,
            OccurrenceVerdict.Missed => SimulatedOutcome.Missed,
            OccurrenceVerdict.Disabled => SimulatedOutcome.Disabled,
            var other => throw new InvalidOperationException($"{other} of an open occurrence that nobody has tried."),
        };

    /// <summary>The first tick at or after an instant at which there is a runner.</summary>
    private DateTimeOffset TickFrom(DateTimeOffset instant)
    {
        var next = NextTick(instant);
        while (outages.Any(outage => outage.Contains(next)))
        {
            next = NextTick(outages.Where(outage => outage.Contains(next)).Max(outage => outage.To));
        }

        return next;
    }

    private DateTimeOffset NextTick(DateTimeOffset instant) =>
        new((instant.UtcTicks + tick.Ticks - 1) / tick.Ticks * tick.Ticks, TimeSpan.Zero);
}

/// <summary>An occurrence and what becomes of it.</summary>
/// <param name="At">The tick that settles it.</param>
/// <param name="SupersededBy">The occurrence that is looked at in its place, of one that is <see cref="SimulatedOutcome.Superseded"/>.</param>
internal sealed record SimulatedOccurrence(JobDefinition Job, DateTimeOffset Due, SimulatedOutcome Outcome, DateTimeOffset At, DateTimeOffset? SupersededBy = null)
{
    public TimeSpan Late => At - Due;
}

/// <summary>What becomes of an occurrence. The names are written to JSON.</summary>
internal enum SimulatedOutcome
{
    /// <summary>It runs at the first tick from its due time on.</summary>
    Runs,

    /// <summary>It was missed and runs late, at the first tick there is.</summary>
    MadeUp,

    /// <summary>A later one came due before any tick saw it: of several, the latest alone is made up.</summary>
    Superseded,

    /// <summary>It was found too late to be made up: <c>Skipped(Missed)</c>.</summary>
    Missed,

    /// <summary>The job is off: <c>Skipped(Disabled)</c>.</summary>
    Disabled,
}

/// <summary>A stretch without any runner: from its beginning on, and not at its end.</summary>
internal readonly record struct Outage(DateTimeOffset From, DateTimeOffset To)
{
    public bool Contains(DateTimeOffset instant) => instant >= From && instant < To;
}
