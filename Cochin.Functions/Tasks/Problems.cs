namespace Cochin.Functions.Tasks;

/// <summary>Puts the problems of a run into the one sentence that its record keeps.</summary>
internal static class Problems
{
    // A column of a table takes 32 Ki characters, and somebody has to read it.
    private const int Longest = 4_000;

    // Enough to find the place in the other program by.
    private const int LongestQuote = 60;

    /// <summary>A value that somebody else wrote, in quotation marks and not at any length.</summary>
    public static string Quote(string? value) => value is { Length: > LongestQuote } ? $"'{value[..LongestQuote]}…' ({value.Length} characters)" : $"'{value}'";

    /// <summary>All problems, one after the other; very many are cut off with their number.</summary>
    public static string List(IReadOnlyList<string> problems)
    {
        var count = 0;
        var length = 0;
        while (count < problems.Count && (count == 0 || length + problems[count].Length <= Longest))
        {
            length += problems[count++].Length;
        }

        var listed = string.Join("; ", problems.Take(count));
        return count == problems.Count ? listed : $"{listed}; and {problems.Count - count} more, which the run's warnings name";
    }
}
