using Azure;
using Azure.Data.Tables;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.SyncDjango.Mapping;

/// <summary>
/// An earlier row of a quote: one that <c>devis import</c> wrote, or that was copied from a record which is gone or no longer active.
/// </summary>
/// <param name="IsActive">Whether it causes alerts.</param>
internal sealed record EarlierQuote(string Key, string Number, ETag ETag, bool IsActive, string? StartNotifiedFor, string? EndNotifiedFor)
{
    /// <summary>The columns that are read.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), DevisRow.Numero, nameof(DevisRow.Statut), nameof(DevisRow.StartNotifiedFor),
        nameof(DevisRow.EndNotifiedFor), nameof(TableEntity.Timestamp),
    ];

    /// <summary>When the row was written last, on the clock of the storage.</summary>
    public DateTimeOffset? WrittenAt { get; init; }

    /// <summary>Whether it was copied from a record, not imported. If it is active, the record is gone.</summary>
    public bool IsCopied => Key.StartsWith(MappedRow.KeyPrefix, StringComparison.Ordinal);

    /// <summary>Whether an alert was sent for it.</summary>
    public bool HasAnnounced => StartNotifiedFor is not null || EndNotifiedFor is not null;

    public string Label => $"{DevisRow.Partition}/{Key}";

    /// <returns>Null if the quote is not active and was never announced, so that it does not matter.</returns>
    public static EarlierQuote? From(TableEntity row)
    {
        var devis = DevisRow.From(row);
        var number = row.Text(DevisRow.Numero) is { } text && !string.IsNullOrWhiteSpace(text) ? text : row.RowKey;
        return devis.Statut is true || devis.StartNotifiedFor is not null || devis.EndNotifiedFor is not null
            ? new(row.RowKey, number.Trim(), row.ETag, devis.Statut is true, devis.StartNotifiedFor, devis.EndNotifiedFor) { WrittenAt = row.Timestamp }
            : null;
    }

    /// <summary>The date that was announced, by its column; null if none was, or if it can't be read.</summary>
    public string? AnnouncedIn(string column)
    {
        var date = column == nameof(DevisRow.StartNotifiedFor) ? StartNotifiedFor : EndNotifiedFor;
        return DevisRow.TryReadDate(date, out var read) && read is not null ? date : null;
    }
}
