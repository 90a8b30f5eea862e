using System.Globalization;
using Azure;
using Azure.Data.Tables;

namespace Cochin.Functions.Storage;

/// <summary>A row of the quotes table. Dates and amount are kept as text; the caller reports values that can't be read.</summary>
internal sealed record DevisRow
{
    public const string Partition = "devis";

    public required string Number { get; init; }

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
        Number = row.RowKey,
        ETag = row.ETag,
        Montant = Written(row, nameof(Montant)),
        Statut = row.Flag(nameof(Statut)),
        DateDebut = Written(row, nameof(DateDebut)),
        DateRendu = Written(row, nameof(DateRendu)),
        AgentPlateforme = row.Text(nameof(AgentPlateforme)),
        StartNotifiedFor = Written(row, nameof(StartNotifiedFor))?.Trim(),
        EndNotifiedFor = Written(row, nameof(EndNotifiedFor))?.Trim(),
    };

    /// <summary>Formats a date as in the contract.</summary>
    public static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Parses a date as in the contract. An empty text gives null.</summary>
    /// <returns>False if the text is not a date.</returns>
    public static bool TryReadDate(string? text, out DateOnly? date)
    {
        date = DateOnly.TryParseExact(text?.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) ? read : null;
        return date is not null || string.IsNullOrWhiteSpace(text);
    }

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
