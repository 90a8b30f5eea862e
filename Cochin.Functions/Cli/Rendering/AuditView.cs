using Cochin.Functions.Auditing;
using Cochin.Functions.Formatting;

namespace Cochin.Functions.Cli.Rendering;

/// <summary>Shows the audit log and the result of its verification as text.</summary>
internal static class AuditView
{
    private const int Shown = 20;

    public static void Write(Terminal terminal, AuditVerification found, DateTimeOffset since)
    {
        List(terminal, "unreadable lines:", found.Unreadable);
        List(
            terminal,
            "changes that were not planned before:",
            [.. found.Unplanned.Select(line => $"{line.Time:u}  {line.Action}  {line.Target}  {line.Result}  run {line.Run}")]);
        List(
            terminal,
            "planned by a run that was cut off (see ./cochin history); the next run continues:",
            [.. found.Open.Select(plan => $"{plan.Action}  {plan.Target}  run {plan.Run}")]);
        terminal.Line(found.IsValid
            ? $"The audit log since {since:yyyy-MM-dd} is sound: {Units.English.Number(found.Lines)} lines, every change was planned before it was made."
            : $"The audit log since {since:yyyy-MM-dd} is damaged: {found.Unreadable.Count} unreadable lines, {found.Unplanned.Count} changes without a plan. "
                + "Another program wrote to it, or lines were removed. Check who may write to its container.");
    }

    /// <summary>Formats a line of the log, with its time in the zone.</summary>
    public static string Describe(AuditLine line, TimeZoneInfo zone)
    {
        if (line.Action == AuditLine.Unreadable)
        {
            return ForeignText.OneLine($"unreadable: {line.Target}");
        }

        var change = (line.Before, line.After) switch
        {
            (null, null) => "",
            (null, { } after) => $"  [{after}]",
            ({ } before, null) => $"  [{before}]",
            ({ } before, { } after) => $"  [{before} → {after}]",
        };
        var time = TimeZoneInfo.ConvertTime(line.Time, zone);
        return ForeignText.OneLine($"{time:yyyy-MM-dd HH:mm:ss zzz}  {line.Job}  {line.Action}  {line.Target}  {line.Result}{change}  {line.Run}".TrimEnd());
    }

    private static void List(Terminal terminal, string title, IReadOnlyCollection<string> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        terminal.Line($"{Units.English.Number(lines.Count)} {title}");
        foreach (var line in lines.Take(Shown))
        {
            terminal.Line("  " + ForeignText.OneLine(line));
        }

        if (lines.Count > Shown)
        {
            terminal.Line($"  and {Units.English.Number(lines.Count - Shown)} more; --json lists them all");
        }
    }
}
