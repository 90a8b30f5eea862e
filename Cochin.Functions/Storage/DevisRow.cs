using System.Buffers;
using System.Globalization;
using Azure;
using Azure.Data.Tables;

namespace Cochin.Functions.Storage;

/// <summary>A row of the quotes table. Dates and amount are kept as text; the caller reports values that can't be read.</summary>
internal sealed record DevisRow
{
    public const string Partition = "devis";

    /// <summary>The optional column with the number. Without it the row key is the number.</summary>
    public const string Numero = "Numero";

    private const int MaxNameLength = 60;

    // https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
    private static readonly SearchValues<char> ForbiddenInKeys = SearchValues.Create(@"/\#?");

    /// <summary>The number that people see. Two quotes may have the same one.</summary>
    public required string Number { get; init; }

    /// <summary>The row key, by which the program identifies a quote.</summary>
    public string Key { get => field ?? Number; init; }

    /// <summary>The quote in warnings and in the audit log: its key, and its number if that differs.</summary>
    public string Name => Key == Number ? $"devis/{Key}" : $"devis/{Key} ({(Number.Length <= MaxNameLength ? Number : $"{Number[..MaxNameLength]}…")})";

    public ETag ETag { get; init; }

    public string? Montant { get; init; }

    /// <summary>Whether the quote is active; null if the column is not a Boolean.</summary>
    public bool? Statut { get; init; }

    public string? DateDebut { get; init; }

    public string? DateRendu { get; init; }

    public string? AgentPlateforme { get; init; }

    /// <summary>The date for which an alert was sent. An alert is sent again if the date changes.</summary>
    public string? StartNotifiedFor { get; init; }

    /// <inheritdoc cref="StartNotifiedFor"/>
    public string? EndNotifiedFor { get; init; }

    public static DevisRow From(TableEntity row) => new()
    {
        Number = NumberOf(row),
        Key = row.RowKey,
        ETag = row.ETag,
        Montant = Written(row, nameof(Montant)),
        Statut = row.Flag(nameof(Statut)),
        DateDebut = Written(row, nameof(DateDebut)),
        DateRendu = Written(row, nameof(DateRendu)),
        AgentPlateforme = row.Text(nameof(AgentPlateforme)),
        StartNotifiedFor = Written(row, nameof(StartNotifiedFor))?.Trim(),
        EndNotifiedFor = Written(row, nameof(EndNotifiedFor))?.Trim(),
    };

    /// <summary>Returns the number of a row, which is in its column or else its key.</summary>
    public static string NumberOf(TableEntity row) => Written(row, Numero)?.Trim() is { Length: > 0 } number ? number : row.RowKey;

    /// <summary>Returns the key for a new row: the number, or an encoded form if it has a character that is not allowed in keys.</summary>
    public static string KeyOf(string number) => number.AsSpan().ContainsAny(ForbiddenInKeys) ? BackupConfiguration.KeyOf(number) : number;

    /// <summary>Formats a date as in the contract.</summary>
    public static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Parses a date as in the contract. An empty text gives null.</summary>
    /// <returns>False if the text is not a date.</returns>
    public static bool TryReadDate(string? text, out DateOnly? date)
    {
        date = DateOnly.TryParseExact(text?.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) ? read : null;
        return date is not null || string.IsNullOrWhiteSpace(text);
    }

    /// <summary>Parses an amount as in the contract (<c>1234.56</c>).</summary>
    /// <returns>False if the text is not an amount, or empty.</returns>
    public static bool TryReadAmount(string? text, out decimal amount) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out amount);

    // A DateTime at midnight is read as a date. Other types are converted to text that can't be mistaken for a date or an amount.
    private static string? Written(TableEntity row, string column) =>
        row.TryGetValue(column, out var value)
            ? value switch
            {
                null => null,
                string text => text,
                DateTimeOffset or DateTime when row.Time(column) is { TimeOfDay.Ticks: 0 } day => Text(DateOnly.FromDateTime(day.UtcDateTime)),
                _ => Convert.ToString(value, CultureInfo.InvariantCulture),
            }
            : null;
}
