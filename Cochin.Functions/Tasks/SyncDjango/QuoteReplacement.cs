using Azure;
using Azure.Data.Tables;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.SyncDjango.Mapping;

namespace Cochin.Functions.Tasks.SyncDjango;

/// <summary>
/// Writes an active quote and makes the earlier rows of its number inactive, in one transaction: at no moment are both active, so that an alert is
/// sent twice, or neither, so that it is lost.
/// </summary>
internal sealed class QuoteReplacement(TaskContext context, SyncReport report, bool isDryRun)
{
    private const string Action = "supersede";
    private const int Attempts = 10;
    private const int BadRequest = 400, NotFound = 404, Conflict = 409, PreconditionFailed = 412, TooLarge = 413;

    private TableClient Table => context.Storage.Devis;

    /// <param name="existing">The row of the quote as it was read; null if there is none.</param>
    public async Task WriteAsync(QuoteRow quote, TableEntity? existing, CancellationToken cancellationToken)
    {
        var replaced = quote.Earlier.Where(one => one.IsActive).ToList();
        if (isDryRun)
        {
            End(quote, quote.Merge(existing), replaced);
            return;
        }

        await context.LockRenewal().WaitAsync(cancellationToken).ConfigureAwait(false);
        await RecordAsync(replaced.Select(one => AuditEntry.Planned(Action, one.Label)), cancellationToken).ConfigureAwait(false);
        var result = await TryWriteAsync(quote, existing, replaced, cancellationToken).ConfigureAwait(false) ? "inactive" : "changed";
        await RecordAsync(replaced.Select(one => new AuditEntry(Action, one.Label, result)), cancellationToken).ConfigureAwait(false);
    }

    // There are none if another quote of the number has replaced them.
    private Task RecordAsync(IEnumerable<AuditEntry> entries, CancellationToken cancellationToken) =>
        entries.Any() ? context.Audit.WriteAsync(entries, cancellationToken) : Task.CompletedTask;

    /// <returns>False if the earlier rows stay as they are.</returns>
    private async Task<bool> TryWriteAsync(QuoteRow quote, TableEntity? existing, List<EarlierQuote> replaced, CancellationToken cancellationToken)
    {
        var first = quote.Merge(existing);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var change = quote.Merge(existing);
            var isReplacement = change.Kept is null && QuoteRow.IsActive(change.Row ?? existing);
            List<TableTransactionAction> actions = isReplacement ? [.. quote.Earlier.Where(one => one.IsActive).Select(Deactivation)] : [];
            if (change.Row is { } row)
            {
                actions.Add(new(change.IsNew ? TableTransactionActionType.Add : TableTransactionActionType.UpdateReplace, row, row.ETag));
            }

            try
            {
                if (actions.Count > 0)
                {
                    await Table.SubmitTransactionAsync(actions, cancellationToken).ConfigureAwait(false);
                }

                // Our own write, whose response was lost, counts as written.
                End(quote, change is { Row: null, Kept: null } ? first : change, isReplacement ? replaced : []);
                return isReplacement;
            }
            catch (TableTransactionFailedException e) when (e.Status is NotFound or Conflict or PreconditionFailed)
            {
                // One of them was changed since it was read, for instance because an alert was sent: judge them again.
                existing = await Table.FindAsync(DevisRow.Partition, quote.Key, cancellationToken).ConfigureAwait(false);
                await ReadAgainAsync(quote.Earlier, cancellationToken).ConfigureAwait(false);
            }
            catch (RequestFailedException e) when (e.Status is BadRequest or TooLarge)
            {
                report.Rejected(quote, $"was refused by the storage ({e.ErrorCode ?? "400"})");
                return false;
            }
        }

        report.Failed(quote, $"was changed by other programs {Attempts} times while it was written; the next run tries again");
        return false;
    }

    private static TableTransactionAction Deactivation(EarlierQuote quote) => new(
        TableTransactionActionType.UpdateMerge, new TableEntity(DevisRow.Partition, quote.Key) { [nameof(DevisRow.Statut)] = false }, quote.ETag);

    private async Task ReadAgainAsync(List<EarlierQuote> quotes, CancellationToken cancellationToken)
    {
        for (var i = quotes.Count - 1; i >= 0; i--)
        {
            var row = await Table.FindAsync(DevisRow.Partition, quotes[i].Key, cancellationToken).ConfigureAwait(false);
            if (row is not null && EarlierQuote.From(row) is { } quote && quote.Number == quotes[i].Number)
            {
                quotes[i] = quote;
            }
            else
            {
                quotes.RemoveAt(i);
            }
        }
    }

    private void End(QuoteRow quote, RowChange change, List<EarlierQuote> replaced)
    {
        report.Row(quote, change, Table.Name);
        replaced.ForEach(report.Superseded);
        for (var i = 0; replaced.Count > 0 && i < quote.Earlier.Count; i++)
        {
            quote.Earlier[i] = quote.Earlier[i] with { IsActive = false };
        }
    }
}
