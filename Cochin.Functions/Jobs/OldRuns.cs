using Azure.Data.Tables;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Jobs;

/// <summary>Deletes run records past the retention time.</summary>
internal static class OldRuns
{
    private const int MaxRead = 1_000;
    private const int MaxDeleted = 100;

    private static readonly string[] Columns =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(TableEntity.Timestamp), nameof(RunReport.RunId), nameof(RunReport.StartedAt),
    ];

    /// <summary>Deletes a limited number of records. They must be unchanged: if one is not, none is deleted.</summary>
    /// <param name="startedBefore">They must be older than this by our clock, which may be far ahead,</param>
    /// <param name="writtenBefore">and older than this by the clock of the service.</param>
    public static async Task DeleteAsync(
        TableClient runs, string job, DateTimeOffset startedBefore, DateTimeOffset writtenBefore, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {job} and RowKey gt {RunKeys.From(startedBefore)}");
        var deletions = await runs.ReadAsync(filter, Columns, MaxRead, cancellationToken)
            .Take(MaxRead)
            .Where(row => IsRecord(row) && row.Timestamp < writtenBefore)
            .Take(MaxDeleted)
            .Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, row.ETag))
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        if (deletions.Count > 0)
        {
            await runs.SubmitTransactionAsync(deletions, cancellationToken).ConfigureAwait(false);
        }
    }

    // A row of another program may sort anywhere.
    private static bool IsRecord(TableEntity row) =>
        row.Time(nameof(RunReport.StartedAt)) is { } startedAt
        && row.Text(nameof(RunReport.RunId)) is { } runId
        && row.RowKey == RunKeys.RowKey(startedAt, runId);
}
