using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Jobs;

/// <summary>Reads the runs of several jobs with one query, although each job is a partition.</summary>
internal static class RunsOfJobs
{
    /// <inheritdoc cref="RunHistory.ListForJobsAsync"/>
    public static async IAsyncEnumerable<RunReport> ListAsync(
        TableClient runs,
        IReadOnlyCollection<string> jobs,
        DateTimeOffset since,
        int limit,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The partitions of other names within this range, such as those of typed tasks, are read too. A condition for each job would be a filter
        // of any length, and the service allows 15 comparisons.
        var (first, last) = (jobs.Min(StringComparer.Ordinal), jobs.Max(StringComparer.Ordinal));
        var range = TableClient.CreateQueryFilter($"PartitionKey le {last} and RowKey lt {RunKeys.From(since - TimeSpan.FromTicks(1))} and ");
        var start = TableClient.CreateQueryFilter($"PartitionKey ge {first}");
        while (start is not null)
        {
            var (partition, count) = ((string?)null, 0);
            var rows = runs.ReadAsync(range + start, RunRow.SummaryColumns, cancellationToken: cancellationToken);
            start = null;
            await foreach (var row in rows.ConfigureAwait(false))
            {
                (partition, count) = row.PartitionKey == partition ? (partition, count + 1) : (row.PartitionKey, 1);
                if (jobs.Contains(partition))
                {
                    yield return RunRow.Read(row);
                }

                if (count == limit)
                {
                    start = TableClient.CreateQueryFilter($"PartitionKey gt {partition}"); // Skips the rest of this one.
                    break;
                }
            }
        }
    }
}
