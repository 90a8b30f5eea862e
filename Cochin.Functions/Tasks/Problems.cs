namespace Cochin.Functions.Tasks;

/// <summary>Formats the problems of a run as the one sentence that its record contains.</summary>
internal static class Problems
{
    // A table column holds 32 Ki characters, and the text must stay readable.
    private const int MaxLength = 4_000;

    // Enough to recognize the value in the other program.
    private const int MaxQuoteLength = 60;

    /// <summary>Quotes a value written by another program, shortened if it is long.</summary>
    public static string Quote(string? value) =>
        value is { Length: > MaxQuoteLength } ? $"'{value[..MaxQuoteLength]}…' ({value.Length} characters)" : $"'{value}'";

    /// <summary>Joins the problems. A long list is cut off and ends with the number of problems left out.</summary>
    public static string List(IReadOnlyList<string> problems)
    {
        var count = 0;
        var length = 0;
        while (count < problems.Count && (count == 0 || length + problems[count].Length <= MaxLength))
        {
            length += problems[count++].Length;
        }

        var listed = string.Join("; ", problems.Take(count));
        return count == problems.Count ? listed : $"{listed}; and {problems.Count - count} more (see the run's warnings)";
    }
}
