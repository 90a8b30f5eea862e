using System.Globalization;
using System.Text;
using Cochin.Bench.Running;

namespace Cochin.Bench.Results;

/// <summary>A section of <c>RESULTS.md</c>.</summary>
internal static class SectionText
{
    public static string Of(ResultSection section)
    {
        var text = new StringBuilder($"## {section.Title}\n\n{section.About}\n");
        foreach (var table in section.Tables)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n**{table.Title}**\n\n{Table(table)}");
        }

        if (section.Goals.Count > 0)
        {
            text.Append('\n').Append(Table(new FindingsTable(
                "",
                ["ratio", "what", "value", "goal", "met"],
                [
                    .. section.Goals.Select(goal => (IReadOnlyList<string>)
                    [
                        $"`{goal.Ratio}`",
                        goal.Meaning,
                        Figure(goal.Value),
                        goal.Goal,
                        goal.IsMet ? "yes" : "**missed**",
                    ]),
                ])));
        }

        foreach (var goal in section.Goals.Where(goal => !goal.IsMet))
        {
            text.Append(CultureInfo.InvariantCulture, $"\nMissed, `{goal.Ratio}`: {goal.WhyMissed ?? "the reason has not been investigated."}\n");
        }

        foreach (var note in section.Notes)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{note}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\nTo repeat: `{section.Command}` ({section.Minutes} minutes; ");
        text.Append(CultureInfo.InvariantCulture, $"{section.Date}, commit {section.Machine.Commit}{Busy(section.Machine)}).\n");
        return text.ToString();
    }

    public static string Table(FindingsTable table) =>
        Line(table.Columns) + Line(table.Columns.Select(_ => "---")) + string.Concat(table.Rows.Select(Line));

    private static string Line(IEnumerable<string> cells) =>
        $"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |\n";

    private static string Figure(double value) => value.ToString(value < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    private static string Busy(MachineFacts machine) =>
        machine.WasBusy ? $"; **the machine was also used by others**, load {machine.LoadBefore} before" : "";
}
