using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Cochin.Functions.Auditing;
using Cochin.Functions.Devis;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.SyncDjango.Mapping;
using Cochin.Functions.Tasks.SyncDjango.Source;

namespace Cochin.Functions.Tasks.SyncDjango;

/// <summary>
/// Copies the quotes. A quote that <c>devis import</c> wrote before has another row, and its alerts would be sent twice. So the alerts that were sent
/// for that row are noted in the new one, and it is made inactive then; nothing is deleted.
/// </summary>
internal sealed class QuoteSync(TaskContext context, SyncReport report, bool isDryRun)
{
    private const string Action = "supersede";

    private const string OfImport =
        $"PartitionKey eq '{DevisRow.Partition}' and (RowKey lt '{MappedRow.KeyPrefix}' or RowKey ge '{MappedRow.KeyEnd}')";

    private readonly Dictionary<string, ImportedQuote> imported = new(StringComparer.Ordinal);
    private readonly HashSet<ImportedQuote> superseded = [];

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
        var rows = new RowSync(context, context.Storage.Devis, DevisRow.Partition, report, isDryRun) { Done = Supersede };
        if (!await rows.RunAsync(database.ReadQuotes(table).Select(Map), cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        foreach (var quote in superseded)
        {
            await SupersedeAsync(quote, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private async Task ReadImportedAsync(CancellationToken cancellationToken)
    {
        await foreach (var row in context.Storage.Devis.ReadAsync(OfImport, ImportedQuote.Columns, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (ImportedQuote.From(row) is { } quote)
            {
                imported[quote.Number] = quote;
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

    private void Supersede(MappedRow row)
    {
        if (row is QuoteRow { Imported: { } quote })
        {
            superseded.Add(quote);
        }
    }

    private async Task SupersedeAsync(ImportedQuote quote, CancellationToken cancellationToken)
    {
        if (isDryRun)
        {
            report.Superseded(quote);
            return;
        }

        await context.Audit.WriteAsync([AuditEntry.Planned(Action, quote.Label)], cancellationToken).ConfigureAwait(false);
        var isDone = await TryDeactivateAsync(quote, cancellationToken).ConfigureAwait(false);
        await context.Audit.WriteAsync([new AuditEntry(Action, quote.Label, isDone ? "inactive" : "changed")], cancellationToken).ConfigureAwait(false);
        if (isDone)
        {
            report.Superseded(quote);
        }
    }

    /// <returns>False if the row was changed since it was read: an alert may have been sent, so the next run reads it again.</returns>
    private async Task<bool> TryDeactivateAsync(ImportedQuote quote, CancellationToken cancellationToken)
    {
        try
        {
            var change = new TableEntity(DevisRow.Partition, quote.Key) { [nameof(DevisRow.Statut)] = false };
            await context.Storage.Devis.UpdateEntityAsync(change, quote.ETag, TableUpdateMode.Merge, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied || e.ErrorCode == TableErrorCode.ResourceNotFound)
        {
            return false;
        }
    }
}
