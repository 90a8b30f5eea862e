using Spectre.Console;

namespace Cochin.Functions.Cli.Rendering;

/// <summary>A table: with lines and colours on a terminal, in aligned columns elsewhere. Cells are data, never markup.</summary>
internal sealed class TextTable(params string[] headings)
{
    // A longer cell pushes its own row aside, not all rows.
    private const int WidestPlainColumn = 80;

    private readonly List<string[]> rows = [];
    private readonly HashSet<int> rightAligned = [];

    public int Count => rows.Count;

    public TextTable Right(params int[] columns)
    {
        rightAligned.UnionWith(columns);
        return this;
    }

    public void Add(params string[] cells) => rows.Add([.. cells.Select(Printable.Line)]);

    public void Write(Terminal terminal)
    {
        if (terminal.IsPlain)
        {
            WritePlain(terminal);
            return;
        }

        var table = new Table { Border = TableBorder.Rounded, BorderStyle = new Style(Color.Grey) };
        for (var i = 0; i < headings.Length; i++)
        {
            var column = new TableColumn(new Text(headings[i], new Style(decoration: Decoration.Bold)));
            table.AddColumn(rightAligned.Contains(i) ? column.RightAligned() : column);
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(cell, Colour(cell))));
        }

        terminal.Out.Write(table);
    }

    private void WritePlain(Terminal terminal)
    {
        var widths = headings.Select((heading, i) => rows.Select(row => row[i].Length).Append(heading.Length).Max()).Select(width => Math.Min(width, WidestPlainColumn)).ToArray();
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
        "delete" or "mark" => new Style(Color.Orange1),
        "register" or "heal" => new Style(Color.Aqua),
        _ when cell.StartsWith("Skipped", StringComparison.Ordinal) || cell is "keep" or "no" or "—" => new Style(Color.Grey),
        _ => Style.Plain,
    };
}
