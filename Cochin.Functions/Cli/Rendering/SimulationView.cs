using System.Globalization;
using Cochin.Functions.Formatting;
using Cochin.Functions.Jobs;

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
            table.Add(WithOffset(occurrence.Due, request.Zone), Utc(occurrence.Due), occurrence.Job.Name, Outcome(occurrence, request.Zone), Clock(occurrence));
        }

        table.Write(terminal);
        var counts = occurrences.CountBy(occurrence => occurrence.Outcome).OrderBy(count => count.Key).Select(count => $"{Units.English.Number(count.Value)} {Name(count.Key)}");
        terminal.Line($"{Units.English.Number(occurrences.Count)} due: {string.Join(", ", counts)}. Times are in {request.Zone.Id}.");
        terminal.Line(
            $"Assumes a runner that ticks every {Units.English.Exact(request.Tick)} and runs that don't fail. "
            + "Jobs switched off with `remove` are not considered (see ./cochin status).");
    }

    private static string Outcome(SimulatedOccurrence occurrence, TimeZoneInfo zone) => occurrence.Outcome switch
    {
        SimulatedOutcome.Runs when occurrence.At == occurrence.Due => "runs",
        SimulatedOutcome.Runs => $"runs at the tick of {Time(occurrence.At, zone)}",
        SimulatedOutcome.MadeUp => $"made up at {Units.English.Time(occurrence.At, zone)}, {Units.English.Exact(occurrence.Late)} late",
        SimulatedOutcome.Superseded => $"superseded by {Units.English.Time(occurrence.SupersededBy, zone)}",
        SimulatedOutcome.Missed =>
            $"Skipped (Missed): {Units.English.Exact(occurrence.Late)} late, outside the catch-up window of {Units.English.Exact(occurrence.Job.CatchUp)}",
        _ => "Skipped (Disabled)",
    };

    private static string Name(SimulatedOutcome outcome) => outcome switch
    {
        SimulatedOutcome.Runs => "run on time",
        SimulatedOutcome.MadeUp => "made up late",
        SimulatedOutcome.Superseded => "superseded",
        SimulatedOutcome.Missed => "missed",
        _ => "disabled",
    };

    private static string Clock(SimulatedOccurrence occurrence) => occurrence.Job.Schedule.ClockChangeAt(occurrence.Due) switch
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
}
