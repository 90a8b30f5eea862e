namespace Cochin.Functions.Hosting;

/// <summary>Suggests a known word for a mistyped one.</summary>
internal static class Suggestion
{
    /// <summary>Returns a sentence that suggests the most similar word; empty if none is similar.</summary>
    public static string For(string typed, IEnumerable<string> words) =>
        Nearest(typed, words) is { } nearest
        && (Distance(typed, nearest) <= Math.Max(2, typed.Length / 3) || nearest.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            ? DidYouMean(nearest)
            : "";

    /// <summary>Returns the most similar word, however different; null if there are no words.</summary>
    public static string? Nearest(string typed, IEnumerable<string> words) => words.MinBy(word => Distance(typed, word));

    public static string DidYouMean(string word) => $" Did you mean '{word}'?";

    /// <summary>The Levenshtein distance.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
