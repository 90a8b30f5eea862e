using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Cochin.Functions.Jobs;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>Reads and writes the rows of notices. Writes use the ETag that was read, so several processes send each message only once.</summary>
internal sealed class NoticeTable(CochinStorage storage)
{
    /// <summary>Returns all notices by key and, from the same query, the states of all jobs by name.</summary>
    public async Task<NoticesAndStates> ReadAsync(CancellationToken cancellationToken)
    {
        var (notices, states) = (new Dictionary<string, Notice>(), new Dictionary<string, JobState>());
        var filter = $"PartitionKey eq '{Notice.Partition}' or PartitionKey eq '{JobStates.Partition}'";
        await foreach (var row in storage.Jobs.ReadAsync(filter, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (row.PartitionKey == Notice.Partition)
            {
                notices[row.RowKey] = Notice.From(row);
            }
            else
            {
                states[row.RowKey] = JobState.From(row);
            }
        }

        return new NoticesAndStates(notices, states);
    }

    /// <summary>Saves a notice if its row has not changed since it was read.</summary>
    /// <returns>The notice with its new ETag; null if another process changed the row first.</returns>
    public async Task<Notice?> TryWriteAsync(Notice notice, CancellationToken cancellationToken)
    {
        try
        {
            var written = notice.Version is { } version
                ? await storage.Jobs.UpdateEntityAsync(notice.Row(), version, TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false)
                : await storage.Jobs.WriteAsync(table => table.AddEntityAsync(notice.Row(), cancellationToken), cancellationToken).ConfigureAwait(false);
            return notice with { Version = written.Headers.ETag };
        }
        catch (RequestFailedException e) when (IsConflict(e))
        {
            return null;
        }
    }

    /// <summary>Deletes a notice, unless another process changed it.</summary>
    public async Task TryDeleteAsync(Notice notice, CancellationToken cancellationToken)
    {
        try
        {
            await storage.Jobs.DeleteEntityAsync(Notice.Partition, notice.Key, notice.Version ?? ETag.All, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (IsConflict(e))
        {
            // The other process handles the notice.
        }
    }

    private static bool IsConflict(RequestFailedException e) =>
        e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied
        || e.ErrorCode == TableErrorCode.EntityAlreadyExists
        || e.ErrorCode == TableErrorCode.ResourceNotFound;
}

/// <summary>The rows of the jobs table from which the due messages follow.</summary>
/// <param name="Notices">By key.</param>
/// <param name="States">By job.</param>
internal readonly record struct NoticesAndStates(IReadOnlyDictionary<string, Notice> Notices, IReadOnlyDictionary<string, JobState> States);
