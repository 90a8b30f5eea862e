using Azure.Data.Tables;
using Cochin.Functions.Devis;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.SyncDjango.Source;

namespace Cochin.Functions.Tasks.SyncDjango.Mapping;

/// <summary>The row of a quote.</summary>
internal sealed class QuoteRow(string key) : MappedRow(DevisRow.Partition, key)
{
    private const string SentColumnOfStart = "discord_start_notified", SentColumnOfEnd = "discord_end_notified";

    public Cell Number { get; private init; }

    private IReadOnlyList<(string Column, ColumnKind Kind, Cell Cell)> Cells { get; init; } = [];

    private IReadOnlyList<(string Column, Cell Sent, Cell Date)> Alerts { get; init; } = [];

    /// <summary>The earlier rows of this quote. All quotes of a number share the list, which the caller keeps up to date.</summary>
    public List<EarlierQuote> Earlier { get; private init; } = [];

    /// <summary>Whether an earlier row causes alerts, too.</summary>
    public bool HasActiveEarlier => Earlier.Exists(one => one.IsActive);

    /// <summary>Whether the quote is active in the application.</summary>
    public bool IsActiveInApplication { get; private init; }

    /// <param name="findEarlier">Finds the earlier rows, by the number; null if there are none.</param>
    public static QuoteRow From(SourceRecord record, Func<string, List<EarlierQuote>?> findEarlier)
    {
        var values = new ValueReader(record);
        var created = values.CreationTime();
        var number = Field(record, values, DevisFields.Number);
        var start = Date(record, values, DevisFields.Start);
        var end = Date(record, values, DevisFields.End);
        var amount = Amount(record, values);
        var active = Active(record, values);
        return new QuoteRow(OperationMap.KeyOf(record.Id))
        {
            Number = number,
            Cells =
            [
                (DevisRow.Numero, ColumnKind.Text, number),
                (nameof(DevisRow.Montant), ColumnKind.Text, amount),
                (nameof(DevisRow.Statut), ColumnKind.Flag, active),
                (nameof(DevisRow.DateDebut), ColumnKind.Text, start),
                (nameof(DevisRow.DateRendu), ColumnKind.Text, end),
                (nameof(DevisRow.AgentPlateforme), ColumnKind.Text, Field(record, values, DevisFields.Agent)),
                (nameof(CreatedAt), ColumnKind.Time, created),
            ],
            CreatedAt = created,
            IsActiveInApplication = active.Value is true,
            Alerts =
            [
                (nameof(DevisRow.StartNotifiedFor), values.Flag(SentColumnOfStart), start),
                (nameof(DevisRow.EndNotifiedFor), values.Flag(SentColumnOfEnd), end),
            ],
            Earlier = number.Value is string text ? findEarlier(text) ?? [] : [],
            Problems = values.Problems,
        };
    }

    /// <summary>Returns the number of a quote; null if it has none, or none that can be read.</summary>
    public static string? NumberOf(SourceRecord record) => Field(record, new ValueReader(record), DevisFields.Number).Value as string;

    /// <summary>Whether a row causes alerts.</summary>
    public static bool IsActive(TableEntity? row) => row?.Flag(nameof(DevisRow.Statut)) is true;

    protected override bool TryApply(TableEntity row, bool isNew, List<string> problems)
    {
        foreach (var (column, kind, cell) in Cells)
        {
            // An unreadable status is written as text, which must not stay once the application has a readable one.
            if (kind == ColumnKind.Flag && (cell.Value is string || (cell.Value is not null && row.Text(column) is not null)))
            {
                row.Set(column, cell.Value);
                continue;
            }

            cell.ApplyTo(row, column, kind, problems);
        }

        foreach (var (column, sent, date) in Alerts)
        {
            if (FindAnnounced(row, column, sent, date) is { } announced)
            {
                row.Set(column, announced);
            }
        }

        return true;
    }

    // An alert that Django has sent, or that was sent for an earlier row, is not sent again.
    private string? FindAnnounced(TableEntity row, string column, Cell sent, Cell date)
    {
        var current = date.Value is string text && DevisRow.TryReadDate(text, out _) ? text : null;
        if (row.Has(column))
        {
            // The alert of another date is recorded, but that of this date was sent for the row which this one replaces, or has replaced meanwhile.
            var isReplaced = current is not null
                && Earlier.Exists(one => (one.IsActive || one.WrittenAt > row.Timestamp) && one.AnnouncedIn(column) == current);
            return isReplaced && row.Text(column) is not null ? current : null;
        }

        var announced = Earlier.Select(one => one.AnnouncedIn(column)).OfType<string>().ToList();
        return current is not null && (sent.Value is true || announced.Contains(current)) ? current : announced.Max(StringComparer.Ordinal);
    }

    // If there is no such field, that says nothing about the quote.
    private static Cell Field(SourceRecord record, ValueReader values, string field)
    {
        var cell = record.Has(field) ? values.Prose(field) : Cell.Unknown;
        return cell.Value is string text ? new Cell(text.Trim()) : cell;
    }

    // A date that can't be read is written as it is, so that the alerts report it and no reader takes it for absent.
    private static Cell Date(SourceRecord record, ValueReader values, string field)
    {
        var cell = Field(record, values, field);
        if (!DevisValues.TryReadDate(cell.Value as string, out var date, out var problem))
        {
            values.Report(field, problem);
        }

        return date is { } read ? new Cell(DevisRow.Text(read)) : cell;
    }

    private static Cell Amount(SourceRecord record, ValueReader values)
    {
        var cell = Field(record, values, DevisFields.Amount);
        if (DevisValues.TryReadAmount(cell.Value as string, out var amount, out var problem))
        {
            return amount is null ? cell : new Cell(amount);
        }

        values.Report(DevisFields.Amount, problem);
        return DevisRow.TryReadAmount(cell.Value as string, out _) ? Cell.None : cell; // The alert would show one of its meanings.
    }

    private static Cell Active(SourceRecord record, ValueReader values)
    {
        var isRecordActive = values.Flag("is_active");
        var cell = Field(record, values, DevisFields.Active);
        if (isRecordActive.Value is false)
        {
            return new Cell(false);
        }

        if (!isRecordActive.IsKnown || !cell.IsKnown)
        {
            return Cell.Unknown;
        }

        if (DevisValues.TryReadActive(cell.Value as string, out var isActive, out var problem))
        {
            return new Cell(isActive);
        }

        values.Report(DevisFields.Active, problem);
        return cell.Value is null ? Cell.Unknown : cell;
    }
}
