using Cochin.Functions.Formatting;
using Spectre.Console;

namespace Cochin.Functions.Cli.Rendering;

/// <summary>A table: with borders and colours on a terminal, otherwise in aligned columns. Cells are data, never markup.</summary>
internal sealed class TextTable(params string[] headings)
{
    // A longer cell affects its own row only.
    private const int WidestPlainColumn = 80;

    // Minimum width of the one column that may wrap, and the width of the border and padding of a column.
    private const int NarrowestBroken = 24;
    private const int Frame = 3;

    private readonly List<string[]> rows = [];
    private readonly HashSet<int> rightAligned = [];

    public int Count => rows.Count;

    public TextTable Right(params int[] columns)
    {
        rightAligned.UnionWith(columns);
        return this;
    }

    public void Add(params string[] cells) => rows.Add([.. cells.Select(ForeignText.OneLine)]);

    public void Write(Terminal terminal)
    {
        if (terminal.IsPlain)
        {
            WritePlain(terminal);
            return;
        }

        var widths = headings.Select((heading, i) => rows.Select(row => row[i].Length).Append(heading.Length).Max()).ToArray();

        // The first column names the row and never wraps.
        var widest = widths.Length == 1 ? 0 : Array.IndexOf(widths, widths[1..].Max(), 1);
        var least = widths.Sum() - widths[widest] + Math.Min(widths[widest], NarrowestBroken) + (Frame * widths.Length) + 1;
        if (least > terminal.Out.Profile.Width)
        {
            WriteStacked(terminal);
            return;
        }

        var table = new Table { Border = TableBorder.Rounded, BorderStyle = new Style(Color.Grey) };
        for (var i = 0; i < headings.Length; i++)
        {
            var column = new TableColumn(new Text(headings[i], new Style(decoration: Decoration.Bold))) { NoWrap = i != widest };
            table.AddColumn(rightAligned.Contains(i) ? column.RightAligned() : column);
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(cell, Colour(cell))));
        }

        terminal.Out.Write(table);
    }

    /// <summary>For narrow screens: writes the cells of each row below each other, without empty ones, so that values don't wrap.</summary>
    private void WriteStacked(Terminal terminal)
    {
        var width = headings.Skip(1).Select(heading => heading.Length).DefaultIfEmpty().Max();
        foreach (var row in rows)
        {
            terminal.Out.Write(new Text(row[0] + "\n", new Style(decoration: Decoration.Bold)));
            foreach (var (heading, cell) in headings.Zip(row).Skip(1).Where(pair => pair.Second is not ("" or "—")))
            {
                terminal.Out.Write(new Text($"  {heading.PadRight(width)}  ", new Style(Color.Grey)));
                terminal.Out.Write(new Text(cell + "\n", Colour(cell)));
            }
        }
    }

    private void WritePlain(Terminal terminal)
    {
        var widths = headings
            .Select((heading, i) => rows.Select(row => row[i].Length).Append(heading.Length).Max())
            .Select(width => Math.Min(width, WidestPlainColumn))
            .ToArray();
        foreach (var row in rows.Prepend(headings))
        {
            terminal.Line(string.Join("  ", row.Select((cell, i) => rightAligned.Contains(i) ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]))).TrimEnd());
        }
    }

    private static Style Colour(string cell) => cell switch
    {
        "Completed" or "ok" or "yes" => new Style(Color.Green),
        "Failed" or "Lost" or "wrong" => new Style(Color.Red),
        "Partial" or "warning" or "Running" => new Style(Color.Yellow),
        "delete" or "mark" or "prune" => new Style(Color.Orange1),
        "register" or "heal" => new Style(Color.Aqua),
        _ when cell.StartsWith("Skipped", StringComparison.Ordinal) || cell is "keep" or "no" or "—" => new Style(Color.Grey),
        _ => Style.Plain,
    };
}
