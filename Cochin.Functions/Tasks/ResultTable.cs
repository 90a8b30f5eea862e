namespace Cochin.Functions.Tasks;

/// <summary>A small table that belongs to a result.</summary>
/// <param name="Key">Its member name in JSON, e.g. <c>areas</c> or <c>stats</c>.</param>
/// <param name="Title">Its heading on a terminal.</param>
/// <param name="Columns">Member names in JSON, headings on a terminal.</param>
/// <param name="Rows">A cell is a string, a number or null; as many as there are columns.</param>
internal sealed record ResultTable(string Key, string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows);
