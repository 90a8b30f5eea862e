namespace Cochin.Functions.Cli;

/// <summary>Finds what somebody may have meant.</summary>
internal static class Suggestion
{
    /// <summary>A sentence that names the nearest word, or an empty text where none is near.</summary>
    public static string For(string typed, IEnumerable<string> words)
    {
        var nearest = words.Select(word => (Word: word, Distance: Distance(typed, word))).OrderBy(pair => pair.Distance).FirstOrDefault();
        return nearest.Word is not null && (nearest.Distance <= Math.Max(2, typed.Length / 3) || nearest.Word.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            ? $" Did you mean '{nearest.Word}'?"
            : "";
    }

    /// <summary>The Levenshtein distance: how many letters have to be put in, taken out or replaced.</summary>
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
