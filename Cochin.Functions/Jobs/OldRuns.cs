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

    /// <summary>
    /// Deletes a limited number of records. They must be old by our clock and by that of the service, and unchanged: if one is not, none is deleted.
    /// Call it after a run has written its record.
    /// </summary>
    public static async Task DeleteAsync(TableClient runs, string job, TimeSpan retention, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var old = await ReadAsync($"PartitionKey eq {job} and RowKey gt {RunKeys.From(now - retention)}", MaxRead)
            .Where(IsRecord)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        if (old.Count == 0)
        {
            return;
        }

        // Our clock may be far ahead. The newest row was just written by the run that has ended, so it shows the time of the service.
        var newest = await ReadAsync($"PartitionKey eq {job}", maxRows: 1).FirstAsync(cancellationToken).ConfigureAwait(false);
        var deletions = old.Where(row => row.Timestamp < newest.Timestamp - retention)
            .Take(MaxDeleted)
            .Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, row.ETag))
            .ToList();
        if (deletions.Count > 0)
        {
            await runs.SubmitTransactionAsync(deletions, cancellationToken).ConfigureAwait(false);
        }

        IAsyncEnumerable<TableEntity> ReadAsync(FormattableString filter, int maxRows) =>
            runs.ReadAsync(TableClient.CreateQueryFilter(filter), Columns, maxRows, cancellationToken).Take(maxRows);
    }

    // A row of another program may sort anywhere.
    private static bool IsRecord(TableEntity row) =>
        row.Time(nameof(RunReport.StartedAt)) is { } startedAt
        && row.Text(nameof(RunReport.RunId)) is { } runId
        && row.RowKey == RunKeys.RowKey(startedAt, runId);
}
