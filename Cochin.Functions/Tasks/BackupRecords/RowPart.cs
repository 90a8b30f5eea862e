using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.BackupRecords;

/// <summary>A part of the operations table that has not been read.</summary>
/// <param name="Filter">A table filter for its rows.</param>
/// <param name="After">The row key of a backup; its backups have later ones. Null for no limit.</param>
/// <param name="Continuation">The continuation token; null at the start.</param>
/// <param name="Pages">The number of pages read before.</param>
internal sealed record RowPart(string Filter, string? After = null, string? Continuation = null, int Pages = 0)
{
    /// <summary>After this many pages in one sequence, the rest is read as several.</summary>
    private const int PagesBeforeDivision = 32;

    // Where the keys of Django and of this app are divided: numbers, hexadecimal numbers, and names of registered backups.
    private static readonly string[] Limits =
    [
        .. "123456789abcdef".Select(digit => digit.ToString()),
        .. "48c".Select(digit => BlobKey.RowKeyPrefix + digit),
    ];

    // All but restores that have ended. A backup may be in a partition with another spelling.
    public const string RelevantFilter = $"(PartitionKey ne '{OperationKind.Restore}' or {OperationStatus.NotEndedFilter})";

    public const string BackupFilter = $"PartitionKey eq '{OperationKind.Backup}'";

    /// <summary>All rows that matter: with any status, because a filter would miss a misspelled one.</summary>
    public static RowPart All { get; } = new(RelevantFilter);

    /// <summary>The range of the backups on a page.</summary>
    public RowRange RangeOf(IReadOnlyList<Operation> rows) => new(After, LastBackup(rows) ?? After ?? "");

    /// <summary>What is left after a page.</summary>
    /// <param name="continuation">The continuation token after the page; null after the last one.</param>
    public IReadOnlyList<RowPart> RestAfter(IReadOnlyList<Operation> rows, string? continuation)
    {
        if (continuation is null)
        {
            return [];
        }

        // Backups are in the order of their keys, and other partitions before or after all of them.
        var isAmongBackups = rows is [.., { Kind: OperationKind.Backup }];
        return Filter == RelevantFilter && Pages + 1 >= PagesBeforeDivision && isAmongBackups
            ? [.. RangesAfter(rows[^1].Id), new RowPart($"PartitionKey gt '{OperationKind.Backup}' and {RelevantFilter}")]
            : [this with { After = RangeOf(rows).UpTo, Continuation = continuation, Pages = Pages + 1 }];
    }

    private static IEnumerable<RowPart> RangesAfter(string key)
    {
        foreach (var limit in Limits.Where(limit => string.CompareOrdinal(limit, key) > 0))
        {
            yield return Range(key, limit);
            key = limit;
        }

        yield return Range(key, null);
    }

    private static RowPart Range(string after, string? upTo) => new($"{BackupFilter} and {new RowRange(after, upTo).Filter}", after);

    private static string? LastBackup(IReadOnlyList<Operation> rows) => rows.LastOrDefault(row => row.Kind == OperationKind.Backup)?.Id;
}

/// <summary>A range of row keys.</summary>
/// <param name="After">The key before the range; null for no lower limit.</param>
/// <param name="UpTo">The last key of the range; null for no upper limit.</param>
internal readonly record struct RowRange(string? After, string? UpTo)
{
    /// <summary>A table filter for the range; empty for all rows.</summary>
    public string Filter => string.Join(" and ", Conditions());

    private IEnumerable<string> Conditions()
    {
        if (After is not null)
        {
            yield return TableClient.CreateQueryFilter($"RowKey gt {After}");
        }

        if (UpTo is not null)
        {
            yield return TableClient.CreateQueryFilter($"RowKey le {UpTo}");
        }
    }
}
