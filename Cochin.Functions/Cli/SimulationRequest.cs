using Cochin.Functions.Running;
using Cochin.Functions.Simulation;

namespace Cochin.Functions.Cli;

/// <summary>What <c>simulate</c> was asked, read once and valid from then on.</summary>
internal sealed record SimulationRequest
{
    private static readonly TimeSpan ShortestTick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestTick = TimeSpan.FromDays(1);

    /// <exception cref="CliException">Something of it can't be used.</exception>
    public SimulationRequest(IReadOnlyList<JobDefinition> jobs, string? zone, string from, string to, IReadOnlyList<string> outages, string tick, int mostDays)
    {
        Zone = zone is null ? jobs[0].Schedule.TimeZone : WallTimes.ReadZone(zone);
        Jobs = [.. jobs.Select(job => job with { Schedule = job.Schedule.WithTimeZone(Zone) })];
        From = WallTimes.Read(from, "--from", Zone);
        To = WallTimes.Read(to, "--to", Zone);
        Check("--to", from, to, From, To);
        if (To - From > TimeSpan.FromDays(mostDays) + TimeSpan.FromHours(1))
        {
            throw new CliException("too_long", $"From {from} to {to} are {(To - From).TotalDays:0} days; a table has {mostDays} at most.", $"Ask for less, e.g. --from {from} --to {From.AddDays(mostDays):yyyy-MM-dd}.");
        }

        Outages = [.. outages.Select(ReadOutage)];
        Tick = OptionValues.ReadDuration(tick) is { } length && length >= ShortestTick && length <= LongestTick
            ? length
            : throw new CliException("usage", $"'{tick}' is no time span for --tick.", "Write 15m, as the timer functions tick, 1s, as `serve` does, or another from 1s to 1d.");
    }

    /// <summary>With their schedules in <see cref="Zone"/>.</summary>
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
            throw new CliException("usage", $"'{text}' is no outage.", "Write --outage FROM..TO, e.g. --outage 2026-06-02T01:00..2026-06-04T12:00.");
        }

        var outage = new Outage(WallTimes.Read(from, "--outage", Zone), WallTimes.Read(to, "--outage", Zone));
        Check("the end of --outage", from, to, outage.From, outage.To);
        return outage.From >= From && outage.From < To
            ? outage
            : throw new CliException("usage", $"The outage from {from} does not begin between --from and --to.", "What came due before --from counts as settled: let the table begin before the outage.");
    }

    private static void Check(string what, string from, string to, DateTimeOffset begin, DateTimeOffset end)
    {
        if (end <= begin)
        {
            throw new CliException("usage", $"{(end < begin ? $"{to} lies before {from}" : $"From {from} to {to} is no time at all")}.", $"A date is its 00:00, so that a whole day ends with the next date; correct {what}.");
        }
    }
}
