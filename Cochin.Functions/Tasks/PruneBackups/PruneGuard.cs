using Azure;
using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>
/// Checks right before a delete that the plan still holds: no new row needs the backup, and the good backups that are kept in its place are
/// still good.
/// </summary>
/// <param name="plannedAt">The service's time before the plan was made.</param>
/// <param name="warn">Receives a sentence for each configuration of which nothing more is pruned.</param>
internal sealed class PruneGuard(TaskContext context, PrunePlan plan, DateTimeOffset plannedAt, Action<string> warn)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);

    // The clocks of the service's nodes may differ by some seconds.
    private static readonly TimeSpan ClockMargin = TimeSpan.FromMinutes(5);

    private static readonly string[] Everything = [""];

    // Not "ne", for which the service reads the whole table.
    private static readonly string[] AroundBackups =
        [$"PartitionKey lt '{OperationKind.Backup}' and ", $"PartitionKey gt '{OperationKind.Backup}' and "];

    private readonly TableClient operations = context.Storage.Operations;
    private readonly HashSet<string> pruned = [.. plan.Pruned.Select(backup => backup.Id)];
    private readonly List<string> known = [.. plan.Backups.Where(backup => backup.Blob is not null).Select(backup => backup.Id)];
    private readonly Dictionary<string, PlannedBackup> keepers = plan.Backups
        .Where(backup => backup is { Backup.IsGood: true, IsCounted: true, Decision: PruneDecision.Keep or PruneDecision.Protect })
        .ToDictionary(backup => backup.Id);

    private readonly HashSet<string> stopped = [];
    private Claims? claims;
    private ClockReading? claimsReadAt;

    /// <summary>Why a backup must be kept after all; null if it may be pruned. New rows are read every few seconds.</summary>
    /// <exception cref="RequestFailedException">The rows or the kept blob can't be read. Then nothing may be deleted.</exception>
    public async Task<string?> ReasonToKeepAsync(PruneUnit unit, CancellationToken cancellationToken)
    {
        if (claims is null || claimsReadAt is null || claimsReadAt.Elapsed(context.Time) > MaxAge)
        {
            claims = null; // Don't use the old ones if reading fails.
            claimsReadAt = ClockReading.Of(context.Time);
            claims = await ReadClaimsAsync(Everything, cancellationToken).ConfigureAwait(false);
        }

        return unit.Backups.Any(backup => claims.AreReading(backup.Id)) ? "liveRestore"
            : unit.Blob is { } blob && claims.AreNaming(blob.Name, blob.Bytes) ? "shared"
            : await IsStoppedAsync(unit, cancellationToken).ConfigureAwait(false) ? PruneReport.Changed
            : null;
    }

    /// <summary>
    /// Whether a restore in progress reads a backup of the unit, or may read it. Always reads the rows of restores and of unknown partitions.
    /// </summary>
    /// <inheritdoc cref="ReasonToKeepAsync" path="/exception"/>
    public async Task<bool> AreRestoringAsync(PruneUnit unit, CancellationToken cancellationToken)
    {
        var restores = await ReadClaimsAsync(AroundBackups, cancellationToken).ConfigureAwait(false);
        return unit.Backups.Any(backup => restores.AreReading(backup.Id)) || (unit.Blob is { } blob && restores.AreNaming(blob.Name, blob.Bytes));
    }

    /// <summary>The claims in rows that were written since the plan was made.</summary>
    private async Task<Claims> ReadClaimsAsync(IEnumerable<string> partitions, CancellationToken cancellationToken)
    {
        var read = new Claims(context.Storage.Backups.Uri);
        var isNew = TableClient.CreateQueryFilter($"Timestamp ge {plannedAt - ClockMargin}");
        var rows = partitions.ToAsyncEnumerable().SelectMany(filter => operations.RowsAsync($"{filter}{isNew}", Candidate.Columns, cancellationToken));
        await foreach (var row in rows.ConfigureAwait(false))
        {
            var operation = Operation.From(row);
            if (operation.Kind == OperationKind.Backup && keepers.TryGetValue(operation.Id, out var keeper) && !IsGood(operation, keeper))
            {
                Stop(keeper.Configuration);
            }

            if (operation.Kind != OperationKind.Backup || !pruned.Contains(operation.Id))
            {
                read.Add(operation);
            }
        }

        await read.FindSourcesAsync(operations, known, cancellationToken).ConfigureAwait(false);
        return read;
    }

    /// <summary>Whether pruning of the unit's configuration was stopped, because a kept backup is no longer good.</summary>
    private async Task<bool> IsStoppedAsync(PruneUnit unit, CancellationToken cancellationToken)
    {
        foreach (var (configuration, type) in unit.Backups.Select(backup => (backup.Configuration, backup.Backup.Type)).Distinct())
        {
            var newest = plan.Backups.FirstOrDefault(
                backup => backup.Configuration == configuration && backup.Backup.Type == type && keepers.ContainsKey(backup.Id));
            if (!stopped.Contains(configuration) && newest is not null && !await IsGoodAsync(newest, cancellationToken).ConfigureAwait(false))
            {
                Stop(configuration);
            }
        }

        return unit.Backups.Any(backup => stopped.Contains(backup.Configuration));
    }

    private void Stop(string configuration)
    {
        if (stopped.Add(configuration))
        {
            warn($"Nothing more of the configuration '{configuration}' was pruned: a good backup that is kept was damaged, changed or deleted during the run.");
        }
    }

    private async Task<bool> IsGoodAsync(PlannedBackup keeper, CancellationToken cancellationToken)
    {
        var row = await operations.FindAsync(OperationKind.Backup, keeper.Id, cancellationToken).ConfigureAwait(false);
        return row is not null && IsGood(Operation.From(row), keeper) && await ExistsAsync(keeper.Blob!, cancellationToken).ConfigureAwait(false);
    }

    private static bool IsGood(Operation row, PlannedBackup keeper) =>
        row is { Status: OperationStatus.Completed, IsDamaged: false, UnreadableSizeType: null } && row.BlobName == keeper.Backup.BlobName;

    private async Task<bool> ExistsAsync(CandidateBlob blob, CancellationToken cancellationToken)
    {
        try
        {
            await new BackupInventory(context.Storage).EnsureUnchangedAsync(blob.ToBackupBlob(), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return false;
        }
    }
}
