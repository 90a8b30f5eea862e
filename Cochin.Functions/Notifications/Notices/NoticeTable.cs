using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>The notices' rows. A row is only changed in the version that was read, so several watchers send a message once.</summary>
internal sealed class NoticeTable(CochinStorage storage)
{
    /// <summary>All notices by their keys.</summary>
    public async Task<IReadOnlyDictionary<string, Notice>> GetAllAsync(CancellationToken cancellationToken)
    {
        var notices = new Dictionary<string, Notice>();
        await foreach (var row in storage.Jobs.ReadAsync($"PartitionKey eq '{Notice.Partition}'", cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            notices[row.RowKey] = Notice.From(row);
        }

        return notices;
    }

    /// <summary>Writes a notice over the version it was read in.</summary>
    /// <returns>It with its new version; null if another watcher was faster.</returns>
    public async Task<Notice?> TryWriteAsync(Notice notice, CancellationToken cancellationToken)
    {
        try
        {
            var written = notice.Version is { } version
                ? await storage.Jobs.UpdateEntityAsync(notice.Row(), version, TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false)
                : await storage.Jobs.WriteAsync(table => table.AddEntityAsync(notice.Row(), cancellationToken), cancellationToken).ConfigureAwait(false);
            return notice with { Version = written.Headers.ETag };
        }
        catch (RequestFailedException e) when (WasFaster(e))
        {
            return null;
        }
    }

    /// <summary>Forgets a notice, unless another watcher has changed it.</summary>
    public async Task TryDeleteAsync(Notice notice, CancellationToken cancellationToken)
    {
        try
        {
            await storage.Jobs.DeleteEntityAsync(Notice.Partition, notice.Key, notice.Version ?? ETag.All, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (WasFaster(e))
        {
            // Then it is theirs.
        }
    }

    private static bool WasFaster(RequestFailedException e) =>
        e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied || e.ErrorCode == TableErrorCode.EntityAlreadyExists || e.ErrorCode == TableErrorCode.ResourceNotFound;
}
