using Azure.Data.Tables;
using Cochin.Functions.Devis;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.SyncDjango.Mapping;
using Cochin.Functions.Tasks.SyncDjango.Source;

namespace Cochin.Functions.Tasks.SyncDjango;

/// <summary>
/// Copies the quotes. A quote that <c>devis import</c> wrote before has another row, and its alerts would be sent twice. So the alerts that were sent
/// for that row are noted in the new one, and it is made inactive at the same moment, if the new one is active; nothing is deleted.
/// </summary>
internal sealed class QuoteSync(TaskContext context, SyncReport report, bool isDryRun)
{
    private const string OfImport =
        $"PartitionKey eq '{DevisRow.Partition}' and (RowKey lt '{MappedRow.KeyPrefix}' or RowKey ge '{MappedRow.KeyEnd}')";

    private readonly Dictionary<string, List<ImportedQuote>> imported = new(StringComparer.Ordinal);
    private readonly List<(QuoteRow Quote, TableEntity? Existing)> held = [];
    private readonly List<QuoteRow> inactive = [];

    /// <returns>False if the time ran out.</returns>
    public async Task<bool> RunAsync(DjangoDatabase database, CancellationToken cancellationToken)
    {
        if (database.FindQuotes() is not { } table)
        {
            report.Discrepancies.Add(
                DiscrepancyKind.MissingField, "The database", $"has no dynamic table with the slug '{DjangoDatabase.QuotesSlug}', so no quotes were copied");
            return true;
        }

        foreach (var field in DevisFields.All.Where(field => !table.Fields.ContainsKey(field)))
        {
            report.Discrepancies.Add(
                DiscrepancyKind.MissingField, "The table of the quotes", $"has no field with the slug '{field}', so its column is left as it is");
        }

        foreach (var (number, records) in database.FindDuplicateNumbers(table))
        {
            report.Discrepancies.Add(
                DiscrepancyKind.DuplicateNumber, $"The number {Problems.Quote(number)}", $"is that of several active quotes (records {records})");
        }

        await ReadImportedAsync(cancellationToken).ConfigureAwait(false);
        var rows = new RowSync(context, context.Storage.Devis, DevisRow.Partition, report, isDryRun) { IsLeftToCaller = Hold };
        if (!await rows.RunAsync(database.ReadQuotes(table).Select(Map), cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        var replacement = new QuoteReplacement(context, report, isDryRun);
        foreach (var (quote, existing) in held)
        {
            if (context.IsOutOfTime())
            {
                return false;
            }

            await replacement.WriteAsync(quote, existing, cancellationToken).ConfigureAwait(false);
        }

        // Another active quote of the number may have replaced them.
        foreach (var quote in inactive)
        {
            quote.Imported.Where(one => one.IsActive).ToList().ForEach(one => report.StaysActive(one, quote));
        }

        return true;
    }

    private async Task ReadImportedAsync(CancellationToken cancellationToken)
    {
        await foreach (var row in context.Storage.Devis.ReadAsync(OfImport, ImportedQuote.Columns, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (ImportedQuote.From(row) is { } quote)
            {
                imported.TryAdd(quote.Number, []);
                imported[quote.Number].Add(quote);
            }
        }
    }

    private QuoteRow Map(SourceRecord record)
    {
        report.Quotes++;
        context.Progress(new TaskProgress("copying quotes", report.Quotes, null));
        var row = QuoteRow.From(record, imported.GetValueOrDefault);
        if (row.Number is { IsKnown: true, Value: null })
        {
            report.Discrepancies.Add(DiscrepancyKind.NoNumber, row.Label, "has no number, so its alerts show the key of its row");
        }

        return row;
    }

    /// <summary>Holds back a quote that takes the place of an imported row, so that both are written together.</summary>
    private bool Hold(MappedRow row, TableEntity? existing)
    {
        if (row is not QuoteRow quote || !quote.Imported.Exists(one => one.IsActive))
        {
            return false;
        }

        var change = quote.Merge(existing);
        var isActive = change.Kept is null && QuoteRow.IsActive(change.Row ?? existing);
        if (isActive)
        {
            held.Add((quote, existing));
        }
        else if (change.Kept is null)
        {
            inactive.Add(quote);
        }

        return isActive;
    }
}
