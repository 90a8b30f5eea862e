using Cochin.Functions.Jobs;

namespace Cochin.Functions.Cli;

/// <summary>The validated arguments of <c>simulate</c>.</summary>
internal sealed record SimulationRequest
{
    private static readonly TimeSpan ShortestTick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestTick = TimeSpan.FromDays(1);

    /// <exception cref="CliException">An argument is invalid.</exception>
    public SimulationRequest(IReadOnlyList<JobDefinition> jobs, string? zone, string from, string to, IReadOnlyList<string> outages, string tick, int maxDays)
    {
        Zone = zone is null ? jobs[0].Schedule.TimeZone : WallTimes.ReadZone(zone);
        Jobs = [.. jobs.Select(job => job with { Schedule = job.Schedule.WithTimeZone(Zone) })];
        From = WallTimes.Read(from, "--from", Zone);
        To = WallTimes.Read(to, "--to", Zone);
        Check("--to", from, to, From, To);
        if (To - From > TimeSpan.FromDays(maxDays) + TimeSpan.FromHours(1))
        {
            throw new CliException(
                "too_long",
                $"From {from} to {to} is {(To - From).TotalDays:0} days; the maximum is {maxDays}.",
                $"Choose a shorter period, e.g. --from {from} --to {From.AddDays(maxDays):yyyy-MM-dd}.");
        }

        Outages = [.. outages.Select(ReadOutage)];
        Tick = OptionValues.ReadDuration(tick) is { } length && length >= ShortestTick && length <= LongestTick
            ? length
            : throw new CliException(
                "usage",
                $"'{tick}' is not a valid time span for --tick.",
                "Give a time span from 1s to 1d: 15m is the interval of the timer functions, 1s that of `serve`.");
    }

    /// <summary>The jobs, with their schedules in <see cref="Zone"/>.</summary>
    public IReadOnlyList<JobDefinition> Jobs { get; }

    public TimeZoneInfo Zone { get; }

    public DateTimeOffset From { get; }

    public DateTimeOffset To { get; }

    public IReadOnlyList<Outage> Outages { get; }

    public TimeSpan Tick { get; }

    private Outage ReadOutage(string text)
    {
        if (text.Split("..") is not [var from, var to])
        {
            throw new CliException(
                "usage",
                $"'{text}' is not a valid value for --outage.",
                "Write --outage FROM..TO, e.g. --outage 2026-06-02T01:00..2026-06-04T12:00.");
        }

        var outage = new Outage(WallTimes.Read(from, "--outage", Zone), WallTimes.Read(to, "--outage", Zone));
        Check("--outage", from, to, outage.From, outage.To);
        return outage.From >= From && outage.From < To
            ? outage
            : throw new CliException(
                "usage",
                $"The outage from {from} does not begin between --from and --to.",
                "Everything due before --from counts as settled. Choose a --from before the outage.");
    }

    private static void Check(string option, string from, string to, DateTimeOffset begin, DateTimeOffset end)
    {
        if (end <= begin)
        {
            throw new CliException(
                "usage",
                end < begin ? $"{to} is before {from}." : $"The period from {from} to {to} is empty.",
                $"Correct {option}. A date means 00:00 on that day, so a whole day ends with the next date.");
        }
    }
}
