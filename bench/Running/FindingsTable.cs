namespace Cochin.Bench.Running;

/// <summary>A table of figures, as it is shown.</summary>
internal sealed record FindingsTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
