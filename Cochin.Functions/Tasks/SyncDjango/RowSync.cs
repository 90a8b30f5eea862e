using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.SyncDjango.Mapping;

namespace Cochin.Functions.Tasks.SyncDjango;

/// <summary>
/// Merges the records of the application with the rows of a partition. Both are read once, in the order of the keys, so memory does not grow with
/// their number. Each write requires the row to be as it was read.
/// </summary>
internal sealed class RowSync(TaskContext context, TableClient table, string partition, SyncReport report, bool isDryRun)
{
    private const int Attempts = 10;
    private const int BadRequest = 400, TooLarge = 413;

    private const string Range = $" and RowKey ge '{MappedRow.KeyPrefix}' and RowKey lt '{MappedRow.KeyEnd}'";

    private readonly List<(MappedRow Mapped, RowChange Change)> batch = [];
    private readonly BatchSize batchSize = new();
    private readonly StepPacer pacer = new(context);

    /// <summary>Whether all rows of the partition come from records of the application, whatever their keys.</summary>
    public bool IsWholePartition { get; init; }

    /// <summary>Whether the caller writes a row itself, given the one in the table, which is null if there is none.</summary>
    public Func<MappedRow, TableEntity?, bool> IsLeftToCaller { get; init; } = static (_, _) => false;

    /// <summary>Receives a row whose record is not in the database. If it is not set, the row is reported.</summary>
    public Action<TableEntity>? OnGone { get; init; }

    /// <param name="source">The records, in the order of their keys.</param>
    /// <returns>False if the time ran out.</returns>
    public async Task<bool> RunAsync(IEnumerable<MappedRow> source, CancellationToken cancellationToken)
    {
        var filter = $"PartitionKey eq '{partition}'{(IsWholePartition ? "" : Range)}";
        var rows = table.ReadAsync(filter, cancellationToken: cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var disposal = rows.ConfigureAwait(false);
        var row = await NextAsync(rows).ConfigureAwait(false);
        MappedRow? previous = null;
        foreach (var mapped in source)
        {
            if (previous is not null && string.CompareOrdinal(previous.Key, mapped.Key) >= 0)
            {
                report.Rejected(mapped, "is in the database twice");
                continue;
            }

            previous = mapped;
            for (; row is not null && string.CompareOrdinal(row.RowKey, mapped.Key) < 0; row = await NextAsync(rows).ConfigureAwait(false))
            {
                Gone(row);
            }

            var existing = row?.RowKey == mapped.Key ? row : null;
            row = existing is null ? row : await NextAsync(rows).ConfigureAwait(false);
            await AddAsync(mapped, existing, cancellationToken).ConfigureAwait(false);
            if (pacer.IsStopped || context.IsOutOfTime())
            {
                return false; // The next run reads the rows again and writes those that still differ.
            }
        }

        for (; row is not null; row = await NextAsync(rows).ConfigureAwait(false))
        {
            Gone(row);
        }

        await FlushAsync(cancellationToken).ConfigureAwait(false);
        return !pacer.IsStopped;
    }

    private void Gone(TableEntity row) => (OnGone ?? (gone => report.Gone(gone, table.Name)))(row);

    private static async Task<TableEntity?> NextAsync(IAsyncEnumerator<TableEntity> rows) =>
        await rows.MoveNextAsync().ConfigureAwait(false) ? rows.Current : null;

    private async Task AddAsync(MappedRow mapped, TableEntity? existing, CancellationToken cancellationToken)
    {
        if (mapped.Rejection is { } why)
        {
            report.Rejected(mapped, why);
            return;
        }

        if (IsLeftToCaller(mapped, existing))
        {
            return;
        }

        var change = mapped.Merge(existing);
        if (change.Row is null || isDryRun)
        {
            End(mapped, change);
            return;
        }

        batch.Add((mapped, change));
        if (batch.Count >= batchSize.Next)
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (batch.Count == 0 || !pacer.CanStart(batch.Count))
        {
            return;
        }

        await context.LockRenewal().WaitAsync(cancellationToken).ConfigureAwait(false);
        var start = context.Time.GetTimestamp();
        try
        {
            var actions = batch.Select(one => new TableTransactionAction(
                one.Change.IsNew ? TableTransactionActionType.Add : TableTransactionActionType.UpdateReplace, one.Change.Row, one.Change.Row!.ETag));
            await table.WriteAsync(client => client.SubmitTransactionAsync(actions, cancellationToken), cancellationToken).ConfigureAwait(false);
            RecordDuration(start);
            batch.ForEach(one => End(one.Mapped, one.Change));
        }
        catch (RequestFailedException e) when (e is TableTransactionFailedException ? e.ErrorCode != TableErrorCode.TableNotFound : IsRefused(e))
        {
            // Another program has changed one of the rows, or the service refuses one of them.
            RecordDuration(start);
            foreach (var (mapped, change) in batch.TakeWhile(_ => pacer.CanStart()))
            {
                await context.LockRenewal().WaitAsync(cancellationToken).ConfigureAwait(false);
                await WriteOneAsync(mapped, change, cancellationToken).ConfigureAwait(false);
            }
        }

        batch.Clear();
    }

    private void RecordDuration(long start)
    {
        var took = context.Time.GetElapsedTime(start);
        pacer.RecordDuration(took, batch.Count);
        batchSize.Record(took, batch.Count);
    }

    private async Task WriteOneAsync(MappedRow mapped, RowChange first, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var existing = await table.FindAsync(partition, mapped.Key, cancellationToken).ConfigureAwait(false);
            var change = mapped.Merge(existing);
            if (change.Row is not { } row)
            {
                // Our own write, whose response was lost, counts as written.
                End(mapped, change.Waits || change.Kept is not null ? change : first);
                return;
            }

            try
            {
                await (change.IsNew
                    ? table.WriteAsync(client => client.AddEntityAsync(row, cancellationToken), cancellationToken)
                    : table.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, cancellationToken)).ConfigureAwait(false);
                End(mapped, change);
                return;
            }
            catch (RequestFailedException e) when (
                e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied
                || e.ErrorCode == TableErrorCode.EntityAlreadyExists
                || e.ErrorCode == TableErrorCode.ResourceNotFound)
            {
                // It was changed since it was read: judge it again.
            }
            catch (RequestFailedException e) when (IsRefused(e))
            {
                report.Rejected(mapped, $"was refused by the storage ({e.ErrorCode ?? "400"})");
                return;
            }
        }

        report.Failed(mapped, $"was changed by other programs {Attempts} times while it was written; the next run tries again");
    }

    private void End(MappedRow mapped, RowChange change) => report.Row(mapped, change, table.Name);

    private static bool IsRefused(RequestFailedException e) => e.Status is BadRequest or TooLarge;
}
