using System.Globalization;
using System.Text.RegularExpressions;

namespace Cochin.Bench.Simulation;

/// <summary>The filter of a table query: comparisons of a column with a value, under <c>and or not</c> and parentheses.</summary>
internal sealed partial class RowFilter
{
    private readonly string[] words;
    private readonly Func<Func<string, object?>, bool> test;
    private int next;

    public RowFilter(string filter)
    {
        words = [.. Word().Matches(filter).Select(match => match.Value)];
        test = words.Length == 0 ? static _ => true : Either();
        var range = KeyRange().Match(filter);
        (After, UpTo) = (Key("after"), Key("upTo"));
        NamesRowKey = words.Contains("RowKey") && !range.Success;

        string? Key(string name) => range.Groups[name] is { Success: true } found ? found.Value.Replace("''", "'", StringComparison.Ordinal) : null;
    }

    /// <summary>If the filter is a range of row keys in a partition, the key before it; null for no limit.</summary>
    public string? After { get; }

    /// <summary>The last key of the range; null for no limit.</summary>
    public string? UpTo { get; }

    /// <summary>A key that is in the range.</summary>
    public string KeyInRange => UpTo ?? After + "\0";

    /// <summary>Whether rows that differ only in their keys may have different results, in another way than by a range.</summary>
    public bool NamesRowKey { get; }

    /// <param name="columns">Gives the value of a column: text, time, or null where the row does not have it.</param>
    public bool Takes(Func<string, object?> columns) => test(columns);

    private Func<Func<string, object?>, bool> Either()
    {
        var left = Both();
        while (Take("or"))
        {
            var (first, second) = (left, Both());
            left = row => first(row) || second(row);
        }

        return left;
    }

    private Func<Func<string, object?>, bool> Both()
    {
        var left = One();
        while (Take("and"))
        {
            var (first, second) = (left, One());
            left = row => first(row) && second(row);
        }

        return left;
    }

    private Func<Func<string, object?>, bool> One()
    {
        if (Take("not"))
        {
            var inner = One();
            return row => !inner(row);
        }

        if (Take("("))
        {
            var inner = Either();
            return Take(")") ? inner : throw new FormatException($"A parenthesis is not closed: {string.Join(' ', words)}");
        }

        var (column, comparison, value) = (words[next++], words[next++], Value(words[next++]));
        return row => row(column) is { } found && Compare(found, value) is var order && comparison switch
        {
            "eq" => order == 0,
            "ne" => order != 0,
            "lt" => order < 0,
            "le" => order <= 0,
            "gt" => order > 0,
            "ge" => order >= 0,
            _ => throw new FormatException($"There is no comparison '{comparison}'."),
        };
    }

    private bool Take(string word)
    {
        var isThere = next < words.Length && words[next] == word;
        next += isThere ? 1 : 0;
        return isThere;
    }

    private static int Compare(object found, object value) => (found, value) switch
    {
        (string left, string right) => string.CompareOrdinal(left, right),
        (DateTimeOffset left, DateTimeOffset right) => left.CompareTo(right),
        _ => throw new FormatException($"'{found}' and '{value}' are of different types."),
    };

    private static object Value(string word) =>
        word.StartsWith('\'') ? word[1..^1].Replace("''", "'", StringComparison.Ordinal)
        : word.StartsWith("datetime'", StringComparison.Ordinal) ? DateTimeOffset.Parse(word["datetime'".Length..^1], CultureInfo.InvariantCulture)
        : word;

    [GeneratedRegex(
        @"^PartitionKey eq '[^']*'(?: and RowKey gt '(?<after>(?:[^']|'')*)')?(?: and RowKey le '(?<upTo>(?:[^']|'')*)')?$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex KeyRange();

    [GeneratedRegex(@"[()]|datetime'[^']*'|'(?:[^']|'')*'|[^\s()']+")]
    private static partial Regex Word();
}
