using System.Collections.Concurrent;
using Azure;
using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>How a record is healed, or why it is not.</summary>
/// <param name="Row">The whole row to write; null if only its status and error message change, or nothing.</param>
internal readonly record struct HealedRow(TableEntity? Row, Change Change);

/// <summary>
/// Heals records (<c>file_missing</c>, <c>pruned</c>, or marked as missing) whose blob exists again. If the blob is the recorded backup, the record
/// is as before. If it is another one, it is a new backup under the old name: the old time would let <c>prune_backups</c> delete it.
/// </summary>
internal sealed class ReturnedRecords(BackupInventory inventory, BackupSettings settings, RebuildRun run)
{
    /// <summary>The result for a new backup under the old name.</summary>
    public const string Replaced = "replaced";

    private static readonly string[] Outdated =
    [
        nameof(Operation.HeartbeatAt), nameof(Operation.ErrorMessage), nameof(Operation.VerifiedAt), nameof(Operation.VerifiedLevel),
        nameof(Operation.VerifiedETag), nameof(Operation.Damage), nameof(Operation.DamagedAt),
    ];

    // Several records may have the name of one blob, which is only one of these backups.
    private readonly ConcurrentDictionary<string, string> owners = new();

    /// <param name="row">The current row, read before the blob.</param>
    /// <exception cref="RequestFailedException">The blob can't be read.</exception>
    public async Task<HealedRow> HealAsync(CheckedRecord planned, TableEntity row, CancellationToken cancellationToken)
    {
        var record = Operation.From(row);
        if (record.Status == OperationStatus.Completed)
        {
            // Only the mark is wrong: the record is that of the application.
            var unmarked = new TableEntity(row);
            unmarked.Set(nameof(Operation.FileMissing), null);
            return new(unmarked, Change.Applied("healed"));
        }

        if (record is { Status: OperationStatus.FileMissing, SizeBytes: not null } && ChecksumOf(record) is null)
        {
            return AsBefore(record, row); // The size is all that is known of the backup, and the blob has it.
        }

        if (await inventory.FindAsync(planned.Names ?? [planned.Record.BlobName!], cancellationToken).ConfigureAwait(false) is not { } blob)
        {
            return new(null, Change.Skipped("changed"));
        }

        if (owners.GetOrAdd(blob.Name, row.RowKey) != row.RowKey)
        {
            return new(null, Change.Skipped("recorded"));
        }

        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, run.Context.OutOfTime);
        try
        {
            return await HealAsync(record, row, blob, inTime.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (run.Context.OutOfTime.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new(null, Change.Failed("there was no time to compute its checksum"));
        }
        catch (RequestFailedException e) when (Change.IsRefusal(e))
        {
            return new(null, OrphanHasher.ToChange(e));
        }
    }

    private async Task<HealedRow> HealAsync(Operation record, TableEntity row, BackupBlob found, CancellationToken cancellationToken)
    {
        var (recorded, blob, isPruned) = (ChecksumOf(record), found, record.Status == OperationStatus.Pruned);
        var hasSameSize = record.SizeBytes is null || record.SizeBytes == blob.Size;
        var isYoung = blob.Age(run.Now) < settings.Grace;
        if ((hasSameSize && recorded is not null) || !isYoung)
        {
            blob = await WithChecksumAsync(blob, cancellationToken).ConfigureAwait(false);
        }

        // Without checksums, only a blob that was not written since is certainly the recorded one.
        var knownAt = isPruned ? record.PrunedAt : record.MadeAt(run.Now);
        var isSame = hasSameSize
            && (recorded is not null && blob.Sha256 is not null ? blob.Sha256 == recorded : blob.LastModified <= knownAt);
        if (!isSame && run.Work.Index.Of(blob.Name).Is(BlobFlags.Completed | BlobFlags.Claimed))
        {
            return new(null, Change.Skipped("recorded")); // The blob belongs to a newer backup that has taken over the name.
        }

        if (!isSame && isYoung)
        {
            return new(null, Change.Skipped("inFlight"));
        }

        if (!isSame && await inventory.IsEmptyAsync(blob, cancellationToken).ConfigureAwait(false))
        {
            return new(null, Change.Skipped("empty"));
        }

        await inventory.EnsureUnchangedAsync(blob, cancellationToken).ConfigureAwait(false);
        return isSame ? AsBefore(record, row) : new(Healed(row, blob), Change.Applied(Replaced));
    }

    private static string? ChecksumOf(Operation record) => FileMetadata.ParseChecksum(record.Sha256);

    private async Task<BackupBlob> WithChecksumAsync(BackupBlob blob, CancellationToken cancellationToken)
    {
        try
        {
            return blob.Sha256 is not null || !blob.IsReadable
                ? blob
                : blob with { Sha256 = await inventory.HashAsync(blob, cancellationToken).ConfigureAwait(false) };
        }
        catch (RequestFailedException e) when (BackupInventory.IsUnreadable(e))
        {
            return blob with { IsReadable = false };
        }
    }

    private static HealedRow AsBefore(Operation record, TableEntity row)
    {
        // Only to remove columns, the whole row is written.
        var healed = record.Status == OperationStatus.Pruned || record.FileMissing ? Healed(row, blob: null) : null;
        if (record.Status == OperationStatus.FileMissing)
        {
            healed?.Set(nameof(Operation.ErrorMessage), null);
        }

        return new(healed, Change.Applied("healed"));
    }

    /// <param name="blob">The new backup; null if the blob is the recorded one.</param>
    private static TableEntity Healed(TableEntity row, BackupBlob? blob)
    {
        var healed = new TableEntity(row);
        healed.Set(nameof(Operation.Status), OperationStatus.Completed);
        healed.Set(nameof(Operation.PruneStartedAt), null);
        healed.Set(nameof(Operation.PrunedAt), null);
        healed.Set(nameof(Operation.FileMissing), null);
        if (blob is not null)
        {
            healed.Set(nameof(Operation.CreatedAt), blob.FileTime ?? blob.CreatedOn);
            healed.Set(nameof(Operation.StartedAt), blob.FileTime);
            healed.Set(nameof(Operation.CompletedAt), blob.FileTime ?? blob.LastModified);
            healed.Set(nameof(Operation.SizeBytes), blob.Size);
            healed.Set(nameof(Operation.Sha256), blob.Sha256);

            // Its time is that of the upload, as in registered rows.
            healed.Set(nameof(Operation.CreatedBy), RebuildBackupPathsDescription.Name);
            Array.ForEach(Outdated, column => healed.Set(column, null));
        }

        return healed;
    }
}
