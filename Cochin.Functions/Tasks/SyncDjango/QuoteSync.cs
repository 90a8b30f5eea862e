using Azure.Data.Tables;
using Cochin.Functions.Devis;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.SyncDjango.Mapping;
using Cochin.Functions.Tasks.SyncDjango.Source;

namespace Cochin.Functions.Tasks.SyncDjango;

/// <summary>
/// Copies the quotes. A quote that <c>devis import</c> wrote before, or that was deleted in the application and entered again, has an earlier row, and its
/// alerts would be sent twice. So the alerts that were sent for that row are noted in the new one, and it is made inactive at the same moment, if the new
/// one is active; nothing is deleted.
/// </summary>
/// <remarks>
/// Which rows are earlier ones is known only after all rows were read. So the first pass leaves the quotes that become active to a second one, which is
/// needed only if there are any, or if an active quote has not taken over all alerts.
/// </remarks>
internal sealed class QuoteSync(TaskContext context, SyncReport report, bool isDryRun)
{
    private const string OfImport =
        $"PartitionKey eq '{DevisRow.Partition}' and (RowKey lt '{MappedRow.KeyPrefix}' or RowKey ge '{MappedRow.KeyEnd}')";

    private readonly Dictionary<string, List<EarlierQuote>> earlier = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ActiveRows> active = new(StringComparer.Ordinal);
    private readonly List<(QuoteRow Quote, TableEntity? Existing)> held = [];
    private readonly List<QuoteRow> inactive = [];
    private bool needsSecondPass;

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

        foreach (var number in database.ReadActiveNumbers(table).Select(QuoteRow.NumberOf).OfType<string>())
        {
            active.TryAdd(number, default);
        }

        await ReadImportedAsync(cancellationToken).ConfigureAwait(false);
        var first = NewPass(Wait, AddGone);
        if (!await first.RunAsync(database.ReadQuotes(table).Select(Count), cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        needsSecondPass |= earlier.Any(quotes => active.TryGetValue(quotes.Key, out var rows) && quotes.Value.Exists(rows.MayTakeOver));
        var second = NewPass(Hold, static _ => { });
        if (needsSecondPass
            && !await second.RunAsync(database.ReadQuotes(table).Select((record, i) => Map(record, i + 1)), cancellationToken).ConfigureAwait(false))
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

        ReportActive();
        return true;
    }

    private RowSync NewPass(Func<MappedRow, TableEntity?, bool> isLeft, Action<TableEntity> onGone) =>
        new(context, context.Storage.Devis, DevisRow.Partition, report, isDryRun) { IsLeftToCaller = isLeft, OnGone = onGone };

    private async Task ReadImportedAsync(CancellationToken cancellationToken)
    {
        await foreach (var row in context.Storage.Devis.ReadAsync(OfImport, EarlierQuote.Columns, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (EarlierQuote.From(row) is { } quote)
            {
                Add(quote);
            }
        }
    }

    // With the database of another installation, all rows may be gone: only those that may be replaced are kept in memory.
    private void AddGone(TableEntity row)
    {
        if (EarlierQuote.From(row) is { } quote && active.ContainsKey(quote.Number))
        {
            Add(quote);
            if (quote.IsActive)
            {
                return; // It is reported at the end, unless it was replaced.
            }
        }

        report.Gone(row, context.Storage.Devis.Name);
    }

    // The application deletes a quote by making its record inactive.
    private void Note(QuoteRow quote, TableEntity existing)
    {
        if (quote.IsActiveInApplication)
        {
            if (quote.Number.Value is string number && active.TryGetValue(number, out var rows))
            {
                active[number] = rows.With(existing);
            }
        }
        else if (EarlierQuote.From(existing) is { HasAnnounced: true } announced && active.ContainsKey(announced.Number))
        {
            Add(announced with { IsActive = false });
        }
    }

    private void Add(EarlierQuote quote)
    {
        earlier.TryAdd(quote.Number, []);
        earlier[quote.Number].Add(quote);
    }

    private QuoteRow Count(SourceRecord record)
    {
        var row = Map(record, ++report.Quotes);
        if (row.Number is { IsKnown: true, Value: null })
        {
            report.Discrepancies.Add(DiscrepancyKind.NoNumber, row.Label, "has no number, so its alerts show the key of its row");
        }

        return row;
    }

    private QuoteRow Map(SourceRecord record, long number)
    {
        context.Progress(new TaskProgress("copying quotes", number, null));
        return QuoteRow.From(record, earlier.GetValueOrDefault);
    }

    /// <summary>Leaves a quote to the second pass if it becomes active, or takes the place of an active row.</summary>
    private bool Wait(MappedRow row, TableEntity? existing)
    {
        var quote = (QuoteRow)row;
        if (existing is not null)
        {
            Note(quote, existing);
        }

        if (!quote.HasActiveEarlier && (QuoteRow.IsActive(existing) || !quote.IsActiveInApplication))
        {
            return false;
        }

        var change = quote.Merge(existing);
        var isActive = change.Kept is null && QuoteRow.IsActive(change.Row ?? existing);
        needsSecondPass |= isActive;
        if (!isActive && change.Kept is null)
        {
            inactive.Add(quote);
        }

        return isActive;
    }

    /// <summary>
    /// Holds back a quote that takes the place of an active row, so that both are written together. Otherwise only those are written that waited, or for
    /// which an alert of an earlier row has to be noted.
    /// </summary>
    private bool Hold(MappedRow row, TableEntity? existing)
    {
        var quote = (QuoteRow)row;
        var change = quote.Merge(existing);
        if (change.Kept is not null || !QuoteRow.IsActive(change.Row ?? existing))
        {
            return true;
        }

        if (quote.HasActiveEarlier)
        {
            held.Add((quote, existing));
            return true;
        }

        var isNoted = change.Row is not null && quote.Earlier.Exists(one => one.IsCopied);
        return QuoteRow.IsActive(existing) && !isNoted;
    }

    // Another active quote of the number may have replaced them.
    private void ReportActive()
    {
        foreach (var quote in inactive)
        {
            quote.Earlier.Where(one => one is { IsActive: true, IsCopied: false }).ToList().ForEach(one => report.StaysActive(one, quote));
        }

        foreach (var quote in earlier.Values.SelectMany(quotes => quotes).Where(one => one is { IsCopied: true, IsActive: true }))
        {
            report.StillAnnounced(quote);
        }
    }

    /// <summary>What the rows of the active quotes with a number had when they were read; by default, there are none.</summary>
    private readonly record struct ActiveRows(DateTimeOffset? WrittenAt, bool HasStart, bool HasEnd)
    {
        public ActiveRows With(TableEntity row)
        {
            var (hasStart, hasEnd) = (row.Has(nameof(DevisRow.StartNotifiedFor)), row.Has(nameof(DevisRow.EndNotifiedFor)));
            return WrittenAt is null
                ? new(row.Timestamp, hasStart, hasEnd)
                : new(row.Timestamp < WrittenAt ? row.Timestamp : WrittenAt, HasStart && hasStart, HasEnd && hasEnd);
        }

        /// <summary>Whether an earlier row has to be made inactive, or may have alerts that these rows don't have.</summary>
        public bool MayTakeOver(EarlierQuote quote) =>
            quote.IsCopied
            && (quote.IsActive || quote.WrittenAt > WrittenAt
                || (!HasStart && quote.StartNotifiedFor is not null) || (!HasEnd && quote.EndNotifiedFor is not null));
    }
}
