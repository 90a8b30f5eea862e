using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Devis;

/// <summary>A quote as a file has it, read and valid.</summary>
internal sealed partial record ImportedDevis(string Number, string? Amount, bool Active, DateOnly? Start, DateOnly? End, string? Agent)
{
    // https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
    private const int LongestKey = 512;

    // A hundred rows must fit the 4 MiB of a transaction, in which a letter may take six bytes.
    private const int LongestAgent = 4_000;
    // A line may be the whole of a broken file; its beginning tells which one it is.
    private const int LongestQuote = 60;
    private const string ForbiddenInKeys = @"/\#?";

    // What a conversion writes instead of a character that it can't read.
    private const char Replacement = '\uFFFD';

    private static readonly SearchValues<char> Controls =
        SearchValues.Create([.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(char.IsControl), Replacement]);
    private static readonly string[] DateFormats = ["yyyy-MM-dd", "dd/MM/yyyy"];

    /// <summary>Reads the fields of one line.</summary>
    /// <param name="problem">Everything that is wrong with it, where false is returned.</param>
    public static bool TryRead(
        IReadOnlyDictionary<string, string> fields,
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
        if (agent?.Length > LongestAgent)
        {
            problems.Add($"{DevisFields.Agent} has {agent.Length} characters, and {LongestAgent} are the most");
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

            if (DateOnly.TryParseExact(text, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            {
                return date;
            }

            problems.Add($"{name} {Quote(text)} is not a date (2026-11-24 or 24/11/2026)");
            return null;
        }
    }

    /// <summary>Puts the fields into a row; what the row has beside them stays.</summary>
    /// <returns>Whether that changed anything.</returns>
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
        _ when number.Length > LongestKey => $"{DevisFields.Number} has {number.Length} characters, and {LongestKey} are the most",
        _ when number.AsSpan().IndexOfAny(ForbiddenInKeys) is >= 0 and var at => $"{DevisFields.Number} '{number}' has a '{number[at]}', which a key of the table can't have",
        _ => null,
    };

    private static string Quote(string? text) => text is { Length: > LongestQuote } ? $"'{text[..LongestQuote]}…'" : $"'{text}'";

    // Tabs and spaces around a value are of the file. C1 characters (U+0080 to U+009F) are what a wrong conversion makes of ’, œ and €.
    private static string? ControlProblem(string name, string? text)
    {
        var value = text?.Trim(' ', '\t') ?? "";
        return value.AsSpan().IndexOfAny(Controls) is >= 0 and var at
            ? value[at] switch
            {
                '\n' or '\r' => $"{name} has a line break",
                Replacement => $"{name} has U+FFFD instead of a character that was lost in a conversion; export the quotes again",
                < '\u0080' => $"{name} has the control character U+{(int)value[at]:X4}",
                _ => $"{name} has the control character U+{(int)value[at]:X4}; if the file was converted, it was windows-1252 and not latin1",
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

        if (AmountForm().Match(text) is { Success: true } match
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

    // With a point, or as it is written in French: any kind of space between thousands, a decimal comma, a euro sign. Three digits after a comma
    // may be English thousands, so a comma has at most two.
    [GeneratedRegex(
        @"^(?<sign>[+-]?)(?<whole>\d{1,3}(?:\s\d{3})+|\d*)(?:\.(?<part>\d*)|,(?<part>\d{1,2}))?(?:\s*(?:€|EUR))?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AmountForm();

    // In French and German a point may separate thousands. They come in threes, after one to three digits and no leading zero.
    [GeneratedRegex(@"^[+-]?[1-9]\d{0,2}\.\d{3}(?:\s*(?:€|EUR))?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Ambiguous();

    [GeneratedRegex(@"\s")]
    private static partial Regex Space();
}
