using System.Globalization;
using Cochin.Functions.Occurrences;
using Cochin.Functions.Simulation;

namespace Cochin.Functions.Cli.Rendering;

/// <summary>Shows the result of <c>simulate</c> as text.</summary>
internal static class SimulationView
{
    public static void Write(Terminal terminal, SimulationRequest request, IReadOnlyList<SimulatedOccurrence> occurrences)
    {
        if (occurrences.Count == 0)
        {
            terminal.Line($"Nothing is due from {WithOffset(request.From, request.Zone)} to {WithOffset(request.To, request.Zone)} ({request.Zone.Id}).");
            return;
        }

        var table = new TextTable("due", "UTC", "job", "result", "clock");
        foreach (var occurrence in occurrences)
        {
            table.Add(WithOffset(occurrence.Due, request.Zone), Utc(occurrence.Due), occurrence.Job.Name, Fate(occurrence, request.Zone), Clock(occurrence));
        }

        table.Write(terminal);
        var fates = occurrences.CountBy(occurrence => occurrence.Fate).OrderBy(fate => fate.Key).Select(fate => $"{Words.Number(fate.Value)} {Name(fate.Key)}");
        terminal.Line($"{Words.Number(occurrences.Count)} due: {string.Join(", ", fates)}. Times are in {request.Zone.Id}.");
        terminal.Line(
            $"Assumes a runner that ticks every {Span(request.Tick)} and runs that don't fail. "
            + "Jobs switched off with `remove` are not considered (see ./cochin status).");
    }

    private static string Fate(SimulatedOccurrence occurrence, TimeZoneInfo zone) => occurrence.Fate switch
    {
        Simulation.Fate.Runs when occurrence.At == occurrence.Due => "runs",
        Simulation.Fate.Runs => $"runs at the tick of {Time(occurrence.At, zone)}",
        Simulation.Fate.MadeUp => $"made up at {Words.Time(occurrence.At, zone)}, {Span(occurrence.Late)} late",
        Simulation.Fate.Superseded => $"superseded by {Words.Time(occurrence.SupersededBy, zone)}",
        Simulation.Fate.Missed => $"Skipped (Missed): {Span(occurrence.Late)} late, outside the catch-up window of {Span(occurrence.Job.CatchUp)}",
        _ => "Skipped (Disabled)",
    };

    private static string Name(Fate fate) => fate switch
    {
        Simulation.Fate.Runs => "run on time",
        Simulation.Fate.MadeUp => "made up late",
        Simulation.Fate.Superseded => "superseded",
        Simulation.Fate.Missed => "missed",
        _ => "disabled",
    };

    private static string Clock(SimulatedOccurrence occurrence) => occurrence.Job.Schedule.ChangeOf(occurrence.Due) switch
    {
        ClockChange.Shifted => "shifted: its hour does not exist",
        ClockChange.FirstOfTwo => "first of two: its hour occurs twice",
        _ => "",
    };

    private static string WithOffset(DateTimeOffset instant, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(instant, zone).ToString(instant.Second == 0 ? "ddd yyyy-MM-dd HH:mm zzz" : "ddd yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset instant, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(instant, zone).ToString(instant.Second == 0 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Utc(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString(instant.Second == 0 ? "yyyy-MM-dd HH:mm'Z'" : "yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Formats a time span without rounding: <c>2 d 3 h</c>, <c>15 min</c>, <c>1 s</c>.</summary>
    private static string Span(TimeSpan span)
    {
        (int Amount, string Unit)[] parts = [(span.Days, "d"), (span.Hours, "h"), (span.Minutes, "min"), (span.Seconds, "s")];
        return string.Join(" ", parts.Where(part => part.Amount != 0).Select(part => $"{part.Amount} {part.Unit}").DefaultIfEmpty("0 s"));
    }
}
