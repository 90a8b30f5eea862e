using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Cochin.Bench.Stub;

/// <summary>A query's filter: comparisons, <c>and</c>, <c>or</c>, <c>not</c> and brackets.</summary>
internal sealed partial class StubFilter
{
    private readonly JsonObject row;
    private readonly string[] words;
    private int at;

    private StubFilter(string filter, JsonObject row)
    {
        this.row = row;
        words = [.. Word().Matches(filter).Select(match => match.Value)];
    }

    public static bool Matches(string filter, JsonObject row) => new StubFilter(filter, row).Or();

    private bool Or()
    {
        var result = And();
        while (Take("or"))
        {
            result |= And();
        }

        return result;
    }

    private bool And()
    {
        var result = Not();
        while (Take("and"))
        {
            result &= Not();
        }

        return result;
    }

    private bool Not()
    {
        if (Take("not"))
        {
            return !Not();
        }

        if (!Take("("))
        {
            return Comparison();
        }

        var result = Or();
        return Take(")") ? result : throw new FormatException("A bracket is open.");
    }

    private bool Comparison()
    {
        var (name, comparison, literal) = (words[at], words[at + 1], words[at + 2]);
        at += 3;
        if (row[name] is not { } value)
        {
            return false;
        }

        // Times are stored and asked for in one form, so that they compare as text.
        var order = string.CompareOrdinal(Text(value), Text(literal));
        return comparison switch
        {
            "eq" => order == 0,
            "ne" => order != 0,
            "gt" => order > 0,
            "ge" => order >= 0,
            "lt" => order < 0,
            "le" => order <= 0,
            _ => throw new FormatException($"{comparison} is no comparison."),
        };
    }

    private bool Take(string word)
    {
        if (at == words.Length || words[at] != word)
        {
            return false;
        }

        at++;
        return true;
    }

    private static string Text(JsonNode value) => value.GetValueKind() == System.Text.Json.JsonValueKind.String ? (string)value! : value.ToJsonString();

    private static string Text(string literal)
    {
        var quote = literal.IndexOf('\'');
        return quote < 0 ? literal : literal[(quote + 1)..^1].Replace("''", "'", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\(|\)|(?:datetime|guid)?'(?:[^']|'')*'|[^\s()]+")]
    private static partial Regex Word();
}
