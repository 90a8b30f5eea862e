using CsCheck;

namespace Cochin.Functions.Tests.Proof.Input;

/// <summary>Texts that somebody may write to do harm, or by mistake.</summary>
internal static class Hostile
{
    private const string Escape = "\e[31m\e]0;owned\a\u009b2J";

    private static readonly string[] Phrases =
    [
        "", " ", "\t", "\n", "\r\n", "\0", "'", "''", "\"", "`", "\\", "{", "}", "{0}", "{{", "}}", "%s%n", "%00", "%2e%2e%2f", "%27", "+",
        "?", "#", "&", "&amp;", "=", ";", ":", ",", "|", "/", "//", "..", "../", "./", "/../..",
        "' or '1' eq '1", "' or PartitionKey ne '", "x' or true or 'y' eq '", "') or (Status eq 'running", " or RowKey ne ''", "datetime'2020-01-01T00:00:00Z'",
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</style><b onclick=x>", "]]>", "<!--", "javascript:alert(1)",
        "https://evil.example/a?b=c", "[a](https://evil.example)", "[bold red]x[/]", "[/]",
        "@everyone", "@here", "<@1234567890>", "<@&1>", "<#1>", "<:a:1>", "**b** _i_ ~~s~~ ||x||", "> quote", "# heading", "- list", "```code",
        Escape, "\u202Eevil\u202C", "\u2066x", "\u200B", "\u200D", "\uFEFF", "\u2028", "\u0085", "\u00AD", "é", "e\u0301",
        "\U0001F9D1\u200D\U0001F680", "ﷺ", "漢字", "\uFFFD", "\uFFFF",
        "=cmd|'/c calc'!A1", "+1+1", "-1", "NaN", "Infinity", "1e308", "-0", "0x10", "9223372036854775808", "99999999999999999999",
        "1.7976931348623157E309", "1,5", "٣", "null", "true", "undefined", "None",
        "temp", "storage/", "CON", "aux.", "~", "$batch", "$filter", "--json", "--", "-x", "@file", "*", "0 0 8 * * *", "* * * * * *",
        "2026-02-30", "0001-01-01", "9999-12-31", "Europe/Paris", "../../etc/passwd",
    ];

    /// <summary>One of some values.</summary>
    public static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    /// <summary>One of the phrases, several after each other, letters at random, or something very long.</summary>
    public static Gen<string> Text { get; } = Gen.Frequency(
        (6, OneOf(Phrases)),
        (5, OneOf(Phrases).Array[1, 5].Select(parts => string.Concat(parts))),
        (3, Gen.String[0, 40]),
        (1, Gen.Select(OneOf(Phrases), Gen.Int[1, 9_000])
            .Select((text, times) => Cut(string.Concat(Enumerable.Repeat(text.Length == 0 ? "x" : text, times)), 9_000))));

    /// <summary>The same without what no process can be given as an argument or a setting.</summary>
    public static Gen<string> Argument { get; } = Text.Select(text => Whole(text).Replace("\0", "", StringComparison.Ordinal));

    /// <summary>A value that a table takes as text.</summary>
    public static Gen<string> Column { get; } = Gen.Frequency(
        (20, Text.Select(Whole)),
        (1, OneOf(Phrases).Select(text => Cut(Whole(string.Concat(Enumerable.Repeat(text + "x", 32_000))), 32_000))));

    /// <summary>A key that the table service takes: without `/`, `\`, `#`, `?` and control characters, and not too long.</summary>
    public static Gen<string> Key { get; } = Text
        .Select(text => Cut(string.Concat(Whole(text).Where(letter => !char.IsControl(letter) && !@"/\#?".Contains(letter, StringComparison.Ordinal))), 255))
        .Where(key => key.Length > 0);

    /// <summary>A value of any type that a column may have.</summary>
    public static Gen<object?> Value { get; } = Gen.Frequency(
        (8, Column.Select(text => (object?)text)),
        (1, Gen.Const((object?)null)),
        (1, Gen.Int.Select(number => (object?)number)),
        (1, OneOf(long.MinValue, -1L, 0L, long.MaxValue).Select(number => (object?)number)),
        (1, OneOf(double.MinValue, -0.0, 1e-300, 1.5).Select(number => (object?)number)),
        (1, Gen.Bool.Select(flag => (object?)flag)),
        (1, OneOf(
            new DateTime(1601, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            new DateTime(9999, 12, 31, 23, 59, 59, DateTimeKind.Utc),
            new DateTime(2026, 3, 29, 2, 30, 0, DateTimeKind.Utc)).Select(time => (object?)time)),
        (1, Gen.Guid.Select(id => (object?)id)),
        (1, Gen.Byte.Array[0, 50].Select(bytes => (object?)bytes)));

    /// <summary>Whether a text would steer a terminal, or is more than the lines that it should be.</summary>
    public static bool Steers(string output) => output.Any(letter => char.IsControl(letter) && letter != '\n');

    // Cut in the middle, or made at random, a pair may have lost a half.
    private static string Whole(string text) => string.Concat(text.EnumerateRunes().Select(rune => rune.ToString()));

    private static string Cut(string text, int longest) => Whole(text.Length <= longest ? text : text[..longest]);
}
