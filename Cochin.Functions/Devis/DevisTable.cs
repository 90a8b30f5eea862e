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

    /// <summary>Lists all quotes by key; empty if the table does not exist.</summary>
    public IAsyncEnumerable<DevisRow> ListAsync(CancellationToken cancellationToken) =>
        storage.Devis.ReadAsync(AllRows, cancellationToken: cancellationToken).Select(DevisRow.From);

    /// <summary>
    /// Adds and updates quotes, which are found by their number. The record of sent alerts is kept, and quotes that are not in the file do
    /// not change.
    /// </summary>
    public async Task<ImportResult> ImportAsync(ParsedFile file, CancellationToken cancellationToken)
    {
        var items = Plan(file.Devis, await FindRowsAsync(file.Devis, cancellationToken).ConfigureAwait(false));
        foreach (var chunk in items.Where(item => item.Action is not null).Chunk(TransactionSize))
        {
            await WriteAsync(chunk, cancellationToken).ConfigureAwait(false);
        }

        var problems = items.Where(item => item.Problem is not null)
            .Select(item => new ImportProblem(file.Lines.GetValueOrDefault(item.Devis.Number), item.Problem!));
        return new ImportResult(
            Count(item => item.Action?.ActionType == TableTransactionActionType.Add),
            Count(item => item.Action?.ActionType == TableTransactionActionType.UpdateReplace),
            Count(item => item.Action is null),
            [.. file.Problems.Concat(problems).OrderBy(problem => problem.Line)])
        {
            Ignored = file.Ignored,
        };

        int Count(Func<Item, bool> isCounted) => items.Count(item => item.Problem is null && isCounted(item));
    }

    /// <summary>Reads the rows that have a number of the file, or the key that a new row would get.</summary>
    private async Task<List<TableEntity>> FindRowsAsync(IReadOnlyList<ImportedDevis> quotes, CancellationToken cancellationToken)
    {
        var numbers = quotes.Select(devis => devis.Number).ToHashSet();
        var keys = numbers.Select(DevisRow.KeyOf).ToHashSet();
        return await storage.Devis.ReadAsync(AllRows, cancellationToken: cancellationToken)
            .Where(row => numbers.Contains(DevisRow.NumberOf(row)) || keys.Contains(row.RowKey))
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
    }

    private List<Item> Plan(IReadOnlyList<ImportedDevis> quotes, List<TableEntity> rows)
    {
        var byNumber = rows.ToLookup(DevisRow.NumberOf);
        var byKey = rows.ToDictionary(row => row.RowKey);
        var items = new List<Item>();
        foreach (var devis in quotes)
        {
            TableTransactionAction? action = null;
            string? problem = null;
            switch (FindCurrent([.. byNumber[devis.Number]]))
            {
                case [var row]:
                    // Replace, because an emptied date must be removed; with the ETag, because an alert may be recorded at the same time.
                    action = devis.Apply(row) ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, row.ETag) : null;
                    break;
                case [] when byKey.TryGetValue(DevisRow.KeyOf(devis.Number), out var other):
                    problem = KeyTaken(devis, other);
                    break;
                case []:
                    action = new TableTransactionAction(TableTransactionActionType.Add, devis.NewRow());
                    break;
                case var several:
                    problem = $"{DevisFields.Number} {DevisValues.Quote(devis.Number)} is the number of {several.Count} quotes in the table "
                        + $"({string.Join(", ", several.Take(2).Select(row => row.RowKey))}{(several.Count > 2 ? ", …" : "")}), "
                        + "so it is not known which one to update. Make all but one inactive and import it again: "
                        + $"`{Columns.ClearCommand(storage.Devis.Name, DevisRow.Partition, "KEY", nameof(DevisRow.Statut))}`";
                    break;
            }

            items.Add(new Item(devis, action) { Problem = problem });
        }

        return items;
    }

    /// <summary>If all rows of a number but one are inactive, as after <c>sync_django</c> has superseded an import, that one is meant.</summary>
    private static List<TableEntity> FindCurrent(List<TableEntity> rows) =>
        rows.Where(row => row.Flag(nameof(DevisRow.Statut)) is not false).ToList() is [var row] && row.Flag(nameof(DevisRow.Statut)) is true ? [row] : rows;

    private async Task WriteAsync(Item[] items, CancellationToken cancellationToken)
    {
        try
        {
            var actions = items.Select(item => item.Action!);
            await storage.Devis.WriteAsync(table => table.SubmitTransactionAsync(actions, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (TableTransactionFailedException e) when (e.ErrorCode != TableErrorCode.TableNotFound)
        {
            // Another process changed one of the rows, so the transaction failed as a whole: write the rows one by one.
            foreach (var item in items)
            {
                item.Problem = await WriteAsync(item.Devis, item.Action!.Entity.RowKey, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <returns>Why the quote can't be written; null if it was written.</returns>
    private async Task<string?> WriteAsync(ImportedDevis devis, string key, CancellationToken cancellationToken)
    {
        while (true)
        {
            var row = await storage.Devis.FindAsync(DevisRow.Partition, key, cancellationToken).ConfigureAwait(false);
            try
            {
                if (row is null)
                {
                    var added = devis.NewRow();
                    key = added.RowKey;
                    await storage.Devis.AddEntityAsync(added, cancellationToken).ConfigureAwait(false);
                }
                else if (DevisRow.NumberOf(row) != devis.Number)
                {
                    return KeyTaken(devis, row);
                }
                else if (devis.Apply(row))
                {
                    await storage.Devis.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false);
                }

                return null;
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

    private static string KeyTaken(ImportedDevis devis, TableEntity other) =>
        $"{DevisFields.Number} {DevisValues.Quote(devis.Number)}: the row with this key has the number {DevisValues.Quote(DevisRow.NumberOf(other))}";

    /// <summary>A quote of the file, and how it is written.</summary>
    /// <param name="action">Null if its row is up to date, or if there is a problem.</param>
    private sealed class Item(ImportedDevis devis, TableTransactionAction? action)
    {
        public ImportedDevis Devis => devis;

        public TableTransactionAction? Action => action;

        public string? Problem { get; set; }
    }
}

/// <summary>The result of an import.</summary>
internal sealed record ImportResult(int Added, int Updated, int Unchanged, IReadOnlyList<ImportProblem> Problems)
{
    /// <summary>The names of the columns that were not used.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];
}
