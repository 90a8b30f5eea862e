using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Devis;

/// <summary>Imports and lists the rows of the quotes table.</summary>
internal sealed class DevisTable(CochinStorage storage)
{
    private const int TransactionSize = 100;

    private static readonly string AllRows = TableClient.CreateQueryFilter($"PartitionKey eq {DevisRow.Partition}");

    /// <summary>Lists all quotes by number; empty if the table does not exist.</summary>
    public IAsyncEnumerable<DevisRow> ListAsync(CancellationToken cancellationToken) =>
        storage.Devis.ReadAsync(AllRows, cancellationToken: cancellationToken).Select(DevisRow.From);

    /// <summary>Adds and updates quotes. The record of sent alerts is kept, and quotes that are not in the file do not change.</summary>
    public async Task<ImportResult> ImportAsync(ParsedFile file, CancellationToken cancellationToken)
    {
        var numbers = file.Devis.Select(devis => devis.Number).ToHashSet();
        var rows = await storage.Devis.ReadAsync(AllRows, cancellationToken: cancellationToken)
            .Where(row => numbers.Contains(row.RowKey))
            .ToDictionaryAsync(row => row.RowKey, cancellationToken: cancellationToken)
            .ConfigureAwait(false);

        int added = 0, updated = 0;
        foreach (var chunk in file.Devis.Chunk(TransactionSize))
        {
            var changes = new List<(ImportedDevis Devis, TableTransactionAction Action)>();
            foreach (var devis in chunk)
            {
                var isKnown = rows.TryGetValue(devis.Number, out var row);
                row ??= new TableEntity(DevisRow.Partition, devis.Number);
                if (devis.Apply(row))
                {
                    // Replace, because an emptied date must be removed; with the ETag, because an alert may be recorded at the same time.
                    changes.Add((devis, isKnown
                        ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, row.ETag)
                        : new TableTransactionAction(TableTransactionActionType.Add, row)));
                    added += isKnown ? 0 : 1;
                    updated += isKnown ? 1 : 0;
                }
            }

            await WriteAsync(changes, cancellationToken).ConfigureAwait(false);
        }

        return new ImportResult(added, updated, file.Devis.Count - added - updated, file.Problems);
    }

    private async Task WriteAsync(List<(ImportedDevis Devis, TableTransactionAction Action)> changes, CancellationToken cancellationToken)
    {
        if (changes.Count == 0)
        {
            return;
        }

        try
        {
            var actions = changes.Select(change => change.Action);
            await storage.Devis.WriteAsync(table => table.SubmitTransactionAsync(actions, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (TableTransactionFailedException e) when (e.ErrorCode != TableErrorCode.TableNotFound)
        {
            // Another process changed one of the rows, so the transaction failed as a whole: write the rows one by one.
            foreach (var (devis, _) in changes)
            {
                await WriteAsync(devis, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task WriteAsync(ImportedDevis devis, CancellationToken cancellationToken)
    {
        while (true)
        {
            var row = await storage.Devis.FindAsync(DevisRow.Partition, devis.Number, cancellationToken).ConfigureAwait(false);
            try
            {
                if (row is null)
                {
                    var added = new TableEntity(DevisRow.Partition, devis.Number);
                    devis.Apply(added);
                    await storage.Devis.AddEntityAsync(added, cancellationToken).ConfigureAwait(false);
                }
                else if (devis.Apply(row))
                {
                    await storage.Devis.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false);
                }

                return;
            }
            catch (RequestFailedException e) when (
                e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied
                || e.ErrorCode == TableErrorCode.EntityAlreadyExists
                || e.ErrorCode == TableErrorCode.ResourceNotFound)
            {
                // Another process changed the row: try again.
            }
        }
    }
}

/// <summary>The result of an import.</summary>
internal sealed record ImportResult(int Added, int Updated, int Unchanged, IReadOnlyList<ImportProblem> Problems);
