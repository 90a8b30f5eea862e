namespace Cochin.Functions.Jobs;

/// <summary>
/// Predicts what the runner does with the occurrences in a time range, with the same rule and schedules. Assumes that work takes no time and
/// does not fail.
/// </summary>
/// <param name="tick">The interval between ticks, which are at multiples of it in UTC.</param>
internal sealed class Simulator(TimeSpan tick, IReadOnlyList<Outage> outages)
{
    /// <summary>
    /// The occurrences of a job from <paramref name="from"/> (inclusive) to <paramref name="to"/> (exclusive), by due time. Earlier ones count
    /// as settled. One that is still open at the end is simulated up to the tick that settles it.
    /// </summary>
    public IEnumerable<SimulatedOccurrence> Simulate(JobDefinition job, DateTimeOffset from, DateTimeOffset to)
    {
        var start = from.AddTicks(-1);
        var state = new JobState { SettledOccurrence = job.Schedule.Latest(start) ?? start };
        for (var open = job.Schedule.Next(start); open < to; open = job.Schedule.Next(state.SettledOccurrence.Value))
        {
            // Earlier ticks find nothing due, so they are not simulated.
            var now = TickFrom(open.Value);
            var latest = job.Schedule.Latest(now)!.Value;
            for (var superseded = open; superseded < latest && superseded < to; superseded = job.Schedule.Next(superseded.Value))
            {
                yield return new SimulatedOccurrence(job, superseded.Value, SimulatedOutcome.Superseded, now, latest);
            }

            if (latest < to)
            {
                yield return new SimulatedOccurrence(job, latest, Predict(job, state, latest, now), now);
            }

            state = state with { SettledOccurrence = latest };
        }
    }

    private SimulatedOutcome Predict(JobDefinition job, JobState state, DateTimeOffset due, DateTimeOffset now) =>
        OccurrenceRule.Evaluate(job, state, due, earlier: [], now) switch
        {
            OccurrenceVerdict.Due => now > NextTick(due) ? SimulatedOutcome.MadeUp : SimulatedOutcome.Runs,
            OccurrenceVerdict.Missed => SimulatedOutcome.Missed,
            OccurrenceVerdict.Disabled => SimulatedOutcome.Disabled,
            var other => throw new InvalidOperationException($"Unexpected verdict {other} for an open occurrence without earlier runs."),
        };

    /// <summary>The first tick at or after an instant that is not within an outage.</summary>
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

/// <summary>An occurrence and its predicted outcome.</summary>
/// <param name="At">The tick that settles it.</param>
/// <param name="SupersededBy">If <see cref="SimulatedOutcome.Superseded"/>, the occurrence that replaces it.</param>
internal sealed record SimulatedOccurrence(
    JobDefinition Job,
    DateTimeOffset Due,
    SimulatedOutcome Outcome,
    DateTimeOffset At,
    DateTimeOffset? SupersededBy = null)
{
    public TimeSpan Late => At - Due;
}

/// <summary>The predicted outcome of an occurrence. The names are written to JSON.</summary>
internal enum SimulatedOutcome
{
    /// <summary>It runs at the first tick at or after its due time.</summary>
    Runs,

    /// <summary>It runs late, at the first tick after an outage.</summary>
    MadeUp,

    /// <summary>A later one came due before the next tick. Of several missed occurrences, only the latest runs.</summary>
    Superseded,

    /// <summary>It was found after the catch-up window: <c>Skipped(Missed)</c>.</summary>
    Missed,

    /// <summary>The job is disabled: <c>Skipped(Disabled)</c>.</summary>
    Disabled,
}

/// <summary>A period without ticks: includes its start, excludes its end.</summary>
internal readonly record struct Outage(DateTimeOffset From, DateTimeOffset To)
{
    public bool Contains(DateTimeOffset instant) => instant >= From && instant < To;
}
