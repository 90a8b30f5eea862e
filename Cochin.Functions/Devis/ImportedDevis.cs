using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Azure.Data.Tables;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Devis;

/// <summary>A quote as a file has it, read and valid.</summary>
internal sealed record ImportedDevis(string Number, string? Amount, bool Active, DateOnly? Start, DateOnly? End, string? Agent)
{
    // https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
    private const int LongestKey = 512;

    // A hundred rows must fit the 4 MiB of a transaction, in which a letter may take six bytes.
    private const int LongestAgent = 4_000;
    // A line may be the whole of a broken file; its beginning tells which one it is.
    private const int LongestQuote = 60;
    private const string ForbiddenInKeys = @"/\#?";

    /// <summary>Reads the fields of one line.</summary>
    /// <param name="decimalComma">Amounts may be written with a comma, as where semicolons separate the fields.</param>
    /// <param name="problem">Everything that is wrong with it, where false is returned.</param>
    public static bool TryRead(
        IReadOnlyDictionary<string, string> fields,
        bool decimalComma,
        [NotNullWhen(true)] out ImportedDevis? devis,
        [NotNullWhen(false)] out string? problem)
    {
        var problems = new List<string>();
        var number = Field(DevisFields.Number) ?? "";
        if (KeyProblem(number) is { } keyProblem)
        {
            problems.Add(keyProblem);
        }

        var amount = ReadAmount(Field(DevisFields.Amount), decimalComma, problems);
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
            if (!DevisRow.TryReadDate(Field(name), out var date))
            {
                problems.Add($"{name} {Quote(Field(name))} is not a date (yyyy-MM-dd)");
            }

            return date;
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
        _ when number.Any(char.IsControl) => $"{DevisFields.Number} has a control character",
        _ => null,
    };

    private static string Quote(string? text) => text is { Length: > LongestQuote } ? $"'{text[..LongestQuote]}…'" : $"'{text}'";

    private static string? ReadAmount(string? text, bool decimalComma, List<string> problems)
    {
        if (text is null)
        {
            return null;
        }

        var plain = decimalComma ? new StringBuilder(text).Replace(" ", "").Replace("\u00A0", "").Replace("\u202F", "").Replace(',', '.').ToString() : text;
        if (decimal.TryParse(plain, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
        {
            return amount.ToString(CultureInfo.InvariantCulture);
        }

        problems.Add($"{DevisFields.Amount} {Quote(text)} is not an amount (1234.56)");
        return null;
    }

    private static bool ReadActive(string? text, List<string> problems)
    {
        switch (text?.ToUpperInvariant())
        {
            case "TRUE" or "1":
                return true;
            case "FALSE" or "0":
                return false;
            default:
                problems.Add($"{DevisFields.Active} {Quote(text)} is neither true nor false");
                return false;
        }
    }
}
