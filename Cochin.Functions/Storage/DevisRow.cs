using System.Globalization;
using Azure;
using Azure.Data.Tables;

namespace Cochin.Functions.Storage;

/// <summary>A row of the quotes table. Dates and amount are as they were written: what can't be read is for the reader to report.</summary>
internal sealed record DevisRow
{
    public const string Partition = "devis";

    public required string Number { get; init; }

    public ETag ETag { get; init; }

    public string? Montant { get; init; }

    /// <summary>Whether the quote is active; null where the column is no Boolean.</summary>
    public bool? Statut { get; init; }

    public string? DateDebut { get; init; }

    public string? DateRendu { get; init; }

    public string? AgentPlateforme { get; init; }

    /// <summary>The start that was announced; a start on another day is announced again.</summary>
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

    /// <summary>The text of a date as the contract has it.</summary>
    public static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Reads a date of the contract; an empty one is absent.</summary>
    /// <returns>False if there is something that is not a date.</returns>
    public static bool TryReadDate(string? text, out DateOnly? date)
    {
        date = DateOnly.TryParseExact(text?.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) ? read : null;
        return date is not null || string.IsNullOrWhiteSpace(text);
    }

    // A DateTime at midnight, which is how a date gets into such a column, is that date. Another type than text is kept as a text that
    // no reader takes for a date or an amount by mistake.
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
