using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Devis;

/// <summary>A valid quote from an imported file.</summary>
internal sealed partial record ImportedDevis(string Number, string? Amount, bool Active, DateOnly? Start, DateOnly? End, string? Agent)
{
    // https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
    private const int MaxKeyLength = 512;

    // A hundred rows must fit into a transaction of 4 MiB, in which a character may take six bytes.
    private const int MaxAgentLength = 4_000;

    // A damaged file may be a single line; its start is enough to recognize it.
    private const int MaxQuoteLength = 60;
    private const string ForbiddenInKeys = @"/\#?";

    // The character that a conversion writes for one it can't decode.
    private const char Replacement = '\uFFFD';

    private static readonly SearchValues<char> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(char.IsControl), Replacement]);
    private static readonly string[] DateFormats = ["yyyy-MM-dd", "dd/MM/yyyy"];
    private static readonly string[] DayFirst = ["d/M/yyyy", "dd/MM/yyyy"];
    private static readonly string[] MonthFirst = ["M/d/yyyy", "MM/dd/yyyy"];

    /// <summary>A date in these fields that is only possible with the month first, such as 11/24/2026; null if there is none.</summary>
    public static string? FindMonthFirst(IReadOnlyDictionary<string, string> fields) =>
        new[] { DevisFields.Start, DevisFields.End }
            .Select(name => fields.GetValueOrDefault(name)?.Trim())
            .FirstOrDefault(text => IsDate(text, MonthFirst) && !IsDate(text, DayFirst));

    /// <summary>Reads the fields of one line.</summary>
    /// <param name="monthFirst">A date of the file that has the month first. Dates with slashes are then rejected as ambiguous.</param>
    /// <param name="problem">All problems of the line, if it is invalid.</param>
    public static bool TryRead(
        IReadOnlyDictionary<string, string> fields,
        string? monthFirst,
        [NotNullWhen(true)] out ImportedDevis? devis,
        [NotNullWhen(false)] out string? problem)
    {
        var problems = DevisFields.All.Select(name => ControlProblem(name, fields.GetValueOrDefault(name))).OfType<string>().ToList();
        var number = Field(DevisFields.Number) ?? "";
        if (KeyProblem(number) is { } keyProblem)
        {
            problems.Add(keyProblem);
        }

        var amount = ReadAmount(Field(DevisFields.Amount), problems);
        var active = ReadActive(Field(DevisFields.Active), problems);
        var start = ReadDate(DevisFields.Start, problems);
        var end = ReadDate(DevisFields.End, problems);
        var agent = Field(DevisFields.Agent);
        if (agent?.Length > MaxAgentLength)
        {
            problems.Add($"{DevisFields.Agent} has {agent.Length} characters; the maximum is {MaxAgentLength}");
        }

        devis = problems.Count == 0 ? new ImportedDevis(number, amount, active, start, end, agent) : null;
        problem = problems.Count == 0 ? null : string.Join("; ", problems);
        return devis is not null;

        string? Field(string name) => fields.TryGetValue(name, out var text) && text.Trim() is { Length: > 0 } trimmed ? trimmed : null;

        DateOnly? ReadDate(string name, List<string> problems)
        {
            if (Field(name) is not { } text)
            {
                return null;
            }

            if (monthFirst is not null && text.Contains('/', StringComparison.Ordinal))
            {
                problems.Add(
                    $"{name} {Quote(text)} may have the month first, as {Quote(monthFirst)} in this file has; "
                    + "format the dates as 2026-11-24 and export again");
                return null;
            }

            if (DateOnly.TryParseExact(text, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            {
                return date;
            }

            problems.Add($"{name} {Quote(text)} is not a date (2026-11-24 or 24/11/2026)");
            return null;
        }
    }

    /// <summary>Sets the columns of a row; its other columns do not change.</summary>
    /// <returns>Whether the row changed.</returns>
    public bool Apply(TableEntity row)
    {
        var before = new Dictionary<string, object?>(row);
        row.Set(nameof(DevisRow.Montant), Amount);
        row.Set(nameof(DevisRow.Statut), Active);
        row.Set(nameof(DevisRow.DateDebut), Start is { } start ? DevisRow.Text(start) : null);
        row.Set(nameof(DevisRow.DateRendu), End is { } end ? DevisRow.Text(end) : null);
        row.Set(nameof(DevisRow.AgentPlateforme), Agent);
        return before.Count != row.Count || row.Any(column => !before.TryGetValue(column.Key, out var value) || !Equals(value, column.Value));
    }

    private static string? KeyProblem(string number) => number switch
    {
        "" => $"{DevisFields.Number} is missing",
        _ when Shortened().IsMatch(number) =>
            $"{DevisFields.Number} '{number}': Excel has shortened it; format the column as text and export again",
        _ when number.Length > MaxKeyLength => $"{DevisFields.Number} has {number.Length} characters; the maximum is {MaxKeyLength}",
        _ when number.AsSpan().IndexOfAny(ForbiddenInKeys) is >= 0 and var at =>
            $"{DevisFields.Number} '{number}' contains '{number[at]}', which is not allowed in a table key",
        _ => null,
    };

    private static bool IsDate(string? text, string[] formats) =>
        DateOnly.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static string Quote(string? text) => text is { Length: > MaxQuoteLength } ? $"'{text[..MaxQuoteLength]}…'" : $"'{text}'";

    // Tabs and spaces around a value are ignored. A wrong conversion turns ’, œ and € into C1 characters (U+0080 to U+009F).
    private static string? ControlProblem(string name, string? text)
    {
        var value = text?.Trim(' ', '\t') ?? "";
        return value.AsSpan().IndexOfAny(Controls) is >= 0 and var at
            ? value[at] switch
            {
                '\n' or '\r' => $"{name} contains a line break",
                Replacement => $"{name} contains U+FFFD, which replaces a character lost in a conversion; export the quotes again",
                < '\u0080' => $"{name} contains the control character U+{(int)value[at]:X4}",
                _ => $"{name} contains the control character U+{(int)value[at]:X4}; the file was probably converted from latin1 instead of windows-1252",
            }
            : null;
    }

    private static string? ReadAmount(string? text, List<string> problems)
    {
        if (text is null)
        {
            return null;
        }

        if (Ambiguous().IsMatch(text))
        {
            problems.Add(
                $"{DevisFields.Amount} {Quote(text)} may have thousands or decimals after the point; write it with two decimals (1234.56), or without a point");
            return null;
        }

        if (AmountPattern().Match(text) is { Success: true } match
            && decimal.TryParse(
                $"{match.Groups["sign"]}{Space().Replace(match.Groups["whole"].Value, "")}.{match.Groups["part"]}",
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var amount))
        {
            return amount.ToString(CultureInfo.InvariantCulture);
        }

        problems.Add($"{DevisFields.Amount} {Quote(text)} is not an amount (1234.56 or 1 234,56 €)");
        return null;
    }

    private static bool ReadActive(string? text, List<string> problems)
    {
        switch (text?.ToUpperInvariant())
        {
            case "TRUE" or "VRAI" or "1":
                return true;
            case "FALSE" or "FAUX" or "0":
                return false;
            default:
                problems.Add($"{DevisFields.Active} {Quote(text)} is neither true nor false");
                return false;
        }
    }

    // A decimal point, or the French format: spaces between thousands, a decimal comma, a euro sign. At most two digits may follow a comma,
    // because three may be English thousands.
    [GeneratedRegex(
        @"^(?<sign>[+-]?)(?<whole>\d{1,3}(?:\s\d{3})+|\d*)(?:\.(?<part>\d*)|,(?<part>\d{1,2}))?(?:\s*(?:€|EUR))?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AmountPattern();

    // In French and German a point may separate thousands. They come in threes, after one to three digits and no leading zero.
    [GeneratedRegex(@"^[+-]?[1-9]\d{0,2}\.\d{3}(?:\s*(?:€|EUR))?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Ambiguous();

    // Excel shows a long number as 2,02611E+11.
    [GeneratedRegex(@"^-?\d(?:[.,]\d+)?E\+\d+$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Shortened();

    [GeneratedRegex(@"\s")]
    private static partial Regex Space();
}
