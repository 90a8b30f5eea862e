using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Cochin.Functions.Devis;

/// <summary>
/// Reads the values of a quote as the old application, Excel and people write them. A value that may mean two things is not read. Each
/// problem is a phrase that follows the name of the field.
/// </summary>
internal static partial class DevisValues
{
    // A damaged file may be a single line; its start is enough to recognize it.
    private const int MaxQuoteLength = 60;

    // The character that a conversion writes for one it can't decode.
    private const char Replacement = '\uFFFD';

    private static readonly SearchValues<char> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(char.IsControl), Replacement]);
    private static readonly string[] DateFormats = ["yyyy-MM-dd", "dd/MM/yyyy"];
    private static readonly string[] DayFirst = ["d/M/yyyy", "dd/MM/yyyy"];
    private static readonly string[] MonthFirst = ["M/d/yyyy", "MM/dd/yyyy"];

    /// <summary>Reads an amount: <c>1234.56</c>, or in French <c>1 234,56 €</c> with any kind of space.</summary>
    /// <param name="amount">The amount as it is stored (<c>1234.56</c>); null if the text is blank.</param>
    /// <returns>False if the text is not an amount, or may mean two.</returns>
    public static bool TryReadAmount(string? text, out string? amount, [NotNullWhen(false)] out string? problem)
    {
        (amount, problem) = (null, null);
        text = text?.Trim();
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        if (Ambiguous().IsMatch(text))
        {
            problem = $"{Quote(text)} may have thousands or decimals after the point; write it with two decimals (1234.56), or without a point";
        }
        else if (AmountPattern().Match(text) is { Success: true } match
            && decimal.TryParse(
                $"{match.Groups["sign"]}{Space().Replace(match.Groups["whole"].Value, "")}.{match.Groups["part"]}",
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var number))
        {
            amount = number.ToString(CultureInfo.InvariantCulture);
        }
        else
        {
            problem = $"{Quote(text)} is not an amount (1234.56 or 1 234,56 €)";
        }

        return problem is null;
    }

    /// <summary>Reads a date: <c>2026-11-24</c>, or in French <c>24/11/2026</c>.</summary>
    /// <param name="date">Null if the text is blank.</param>
    public static bool TryReadDate(string? text, out DateOnly? date, [NotNullWhen(false)] out string? problem)
    {
        (date, problem) = (null, null);
        text = text?.Trim();
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        if (DateOnly.TryParseExact(text, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var read))
        {
            date = read;
            return true;
        }

        problem = $"{Quote(text)} is not a date (2026-11-24 or 24/11/2026)";
        return false;
    }

    /// <summary>Whether a date is only possible with the month first, such as 11/24/2026.</summary>
    public static bool IsMonthFirst(string? text) => IsDate(text?.Trim(), MonthFirst) && !IsDate(text?.Trim(), DayFirst);

    /// <summary>Reads whether a quote is active: <c>true</c>, <c>vrai</c> or <c>1</c> in any case, or their opposites.</summary>
    public static bool TryReadActive(string? text, out bool active, [NotNullWhen(false)] out string? problem)
    {
        bool? read = text?.Trim().ToUpperInvariant() switch
        {
            "TRUE" or "VRAI" or "1" => true,
            "FALSE" or "FAUX" or "0" => false,
            _ => null,
        };
        active = read ?? false;
        problem = read is null ? $"{Quote(text?.Trim())} is neither true nor false" : null;
        return problem is null;
    }

    /// <summary>Reports a character that can't belong to a value; null if there is none. Tabs and spaces around the value are ignored.</summary>
    public static string? FindControl(string? text)
    {
        // A wrong conversion turns ’, œ and € into C1 characters (U+0080 to U+009F).
        var value = text?.Trim(' ', '\t') ?? "";
        return value.AsSpan().IndexOfAny(Controls) is >= 0 and var at
            ? value[at] switch
            {
                '\n' or '\r' => "contains a line break",
                Replacement => "contains U+FFFD, which replaces a character lost in a conversion; export the quotes again",
                < '\u0080' => $"contains the control character U+{(int)value[at]:X4}",
                _ => $"contains the control character U+{(int)value[at]:X4}; the file was probably converted from latin1 instead of windows-1252",
            }
            : null;
    }

    /// <summary>Quotes a value in a problem; shortened if it is long.</summary>
    public static string Quote(string? text) => text is { Length: > MaxQuoteLength } ? $"'{text[..MaxQuoteLength]}…'" : $"'{text}'";

    private static bool IsDate(string? text, string[] formats) =>
        DateOnly.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    // A decimal point, or the French format: spaces between thousands, a decimal comma, a euro sign. At most two digits may follow a comma,
    // because three may be English thousands.
    [GeneratedRegex(
        @"^(?<sign>[+-]?)(?<whole>\d{1,3}(?:\s\d{3})+|\d*)(?:\.(?<part>\d*)|,(?<part>\d{1,2}))?(?:\s*(?:€|EUR))?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AmountPattern();

    // In French and German a point may separate thousands. They come in threes, after one to three digits and no leading zero.
    [GeneratedRegex(@"^[+-]?[1-9]\d{0,2}\.\d{3}(?:\s*(?:€|EUR))?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Ambiguous();

    [GeneratedRegex(@"\s")]
    private static partial Regex Space();
}
