using System.Globalization;
using Cochin.Functions.Formatting;
using Cochin.Functions.Occurrences;
using Cochin.Functions.Simulation;

namespace Cochin.Functions.Cli.Rendering;

/// <summary>What <c>simulate</c> shows people.</summary>
internal static class SimulationView
{
    public static void Write(Terminal terminal, SimulationRequest request, IReadOnlyList<SimulatedOccurrence> occurrences)
    {
        if (occurrences.Count == 0)
        {
            terminal.Line($"Nothing comes due from {WithOffset(request.From, request.Zone)} to {WithOffset(request.To, request.Zone)} ({request.Zone.Id}).");
            return;
        }

        var table = new TextTable("due", "UTC", "job", "what becomes of it", "clock");
        foreach (var occurrence in occurrences)
        {
            table.Add(WithOffset(occurrence.Due, request.Zone), Utc(occurrence.Due), occurrence.Job.Name, Fate(occurrence, request.Zone), Clock(occurrence));
        }

        table.Write(terminal);
        var fates = occurrences.CountBy(occurrence => occurrence.Fate).OrderBy(fate => fate.Key).Select(fate => $"{Units.English.Number(fate.Value)} {Name(fate.Key)}");
        terminal.Line($"{Units.English.Number(occurrences.Count)} due: {string.Join(", ", fates)}. Times are {request.Zone.Id}.");
        terminal.Line($"Foretold for a runner that looks every {Units.English.Exact(request.Tick)} and work that does not fail; what `remove` switched off, only a storage knows (./cochin status).");
    }

    private static string Fate(SimulatedOccurrence occurrence, TimeZoneInfo zone) => occurrence.Fate switch
    {
        Simulation.Fate.Runs when occurrence.At == occurrence.Due => "runs",
        Simulation.Fate.Runs => $"runs at the tick of {Time(occurrence.At, zone)}",
        Simulation.Fate.MadeUp => $"made up at {Units.English.Time(occurrence.At, zone)}, {Units.English.Exact(occurrence.Late)} late",
        Simulation.Fate.Superseded => $"superseded by {Units.English.Time(occurrence.SupersededBy, zone)}",
        Simulation.Fate.Missed => $"Skipped (Missed): found {Units.English.Exact(occurrence.Late)} late, made up within {Units.English.Exact(occurrence.Job.CatchUp)} only",
        _ => "Skipped (Disabled)",
    };

    private static string Name(Fate fate) => fate switch
    {
        Simulation.Fate.Runs => "run on time",
        Simulation.Fate.MadeUp => "made up late",
        Simulation.Fate.Superseded => "superseded",
        Simulation.Fate.Missed => "missed",
        _ => "of jobs that are off",
    };

    private static string Clock(SimulatedOccurrence occurrence) => occurrence.Job.Schedule.ChangeOf(occurrence.Due) switch
    {
        ClockChange.Shifted => "shifted: its hour is skipped",
        ClockChange.FirstOfTwo => "first of two",
        _ => "",
    };

    private static string WithOffset(DateTimeOffset instant, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(instant, zone).ToString(instant.Second == 0 ? "ddd yyyy-MM-dd HH:mm zzz" : "ddd yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset instant, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(instant, zone).ToString(instant.Second == 0 ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Utc(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString(instant.Second == 0 ? "yyyy-MM-dd HH:mm'Z'" : "yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
