using System.Collections.Concurrent;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks.VerifyBackups.Readers;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.VerifyBackups;

/// <summary>Verifies single backups. A failure to read a backup is not damage and does not affect the other backups.</summary>
internal sealed class BackupVerifier(VerifySettings settings, VerifyReport report, TaskContext context)
{
    // After this many consecutive failures, the storage is assumed to be unavailable.
    private const int MaxFailuresInARow = 5;

    private readonly BackupSource source = new(context.Storage.Backups, report.Read);
    private readonly VerdictWriter writer = new(context);
    private readonly ConcurrentDictionary<string, Lazy<byte[]?>> keys = new();
    private int started;
    private int handled;
    private int failuresInARow;

    /// <summary>The number of backups that were verified or failed.</summary>
    public int Handled => handled;

    /// <summary>The error because of which no further backups are read; null if there is none.</summary>
    public Exception? Fatal { get; private set; }

    /// <returns>False if the storage failed or was too slow.</returns>
    public async Task<bool> VerifyAsync(PlannedBackup backup, CancellationToken cancellationToken)
    {
        var isFirst = Interlocked.Increment(ref started) == 1;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, context.LastMoment);
        try
        {
            await VerifyCoreAsync(backup, either.Token).ConfigureAwait(false);
            failuresInARow = 0;
        }
        catch (OperationCanceledException) when (IsStopped(cancellationToken))
        {
            throw;
        }
        catch (OperationCanceledException) when (context.LastMoment.IsCancellationRequested)
        {
            if (!isFirst || Volatile.Read(ref started) > 1)
            {
                report.Interrupted(backup); // The next run reads it first and alone, so it has all the time for it.
                return true;
            }

            report.Failed(
                backup,
                "reading it takes longer than the time limit of a run; increase Cochin__Runs__LimitMinutes (in Azure, functionTimeout in host.json).");
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ConditionNotMet)
        {
            report.Changed(backup);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            Fatal = e;
            return false;
        }
        catch (RequestFailedException e) when (BackupInventory.IsUnreadable(e))
        {
            report.Unreadable(backup);
        }
        catch (Exception e) when (!IsStopped(cancellationToken) && Explain(e) is not null)
        {
            var problem = Explain(e)!;
            report.Failed(backup, $"{problem.Message} {problem.Hint}");
            Interlocked.Increment(ref handled);
            Fatal = Interlocked.Increment(ref failuresInARow) >= MaxFailuresInARow ? e : Fatal;
            return false;
        }

        Interlocked.Increment(ref handled);
        return true;
    }

    // The token alone is not enough: it fires late if the process was paused.
    private bool IsStopped(CancellationToken cancellationToken) => context.IsStopped() || cancellationToken.IsCancellationRequested;

    private static StorageProblem? Explain(Exception e) => e is OperationCanceledException ? StorageProblem.NoResponse : StorageProblem.Explain(e);

    private async Task VerifyCoreAsync(PlannedBackup planned, CancellationToken cancellationToken)
    {
        var row = await context.Storage.Operations.FindAsync(OperationKind.Backup, planned.Id, cancellationToken).ConfigureAwait(false);
        if (row is null || Operation.From(row) is not { Status: OperationStatus.Completed, BlobName: { Length: > 0 } blobName } backup)
        {
            report.Changed(planned);
            return;
        }

        var key = ArchiveValidator.IsEncrypted(blobName) ? KeyOf(backup) : null;
        if (await source.ReadAsync(blobName, key, cancellationToken).ConfigureAwait(false) is not { } reading)
        {
            await ReportMissingAsync(planned, blobName, cancellationToken).ConfigureAwait(false);
            return;
        }

        var soundness = Soundness.Evaluate(backup, reading);
        if (soundness.Verdict == SoundnessVerdict.Unknown)
        {
            report.Locked(planned, backup.KeyOwner);
            return;
        }

        // A backup counts as damaged only if two reads agree, because the data may have been corrupted in transit.
        if (soundness.Verdict == SoundnessVerdict.Damaged && !backup.IsDamaged
            && await source.ReadAsync(blobName, key, cancellationToken).ConfigureAwait(false) is var again && again != reading)
        {
            if (again is null)
            {
                await ReportMissingAsync(planned, blobName, cancellationToken).ConfigureAwait(false);
                return;
            }

            report.Failed(
                planned,
                "two reads of it returned different data, so it is not known whether it is damaged; check the connection to the storage. "
                + "The next run tries again.");
            return;
        }

        if (!await writer.WriteAsync(row, soundness, reading.Version, cancellationToken).ConfigureAwait(false))
        {
            report.Changed(planned);
            return;
        }

        var isOpened = key is not null && reading.Structure.Level == VerifiedLevel.Contents;
        if (soundness.Verdict == SoundnessVerdict.Sound)
        {
            report.Verified(planned, soundness, wasDamaged: backup.IsDamaged, isOpened);
        }
        else
        {
            report.Damaged(planned, BlobNameReading.Redact(blobName), soundness, isOpened);
        }
    }

    /// <summary>Reports a backup without a blob. Its row shows whether it was pruned or changed in the meantime.</summary>
    private async Task ReportMissingAsync(PlannedBackup planned, string blobName, CancellationToken cancellationToken)
    {
        var row = await context.Storage.Operations.FindAsync(OperationKind.Backup, planned.Id, cancellationToken).ConfigureAwait(false);
        if (row is null || Operation.From(row) is not { Status: OperationStatus.Completed, IsPruneBegun: false } backup || backup.BlobName != blobName)
        {
            report.Changed(planned);
            return;
        }

        report.Failed(planned, $"its blob {Problems.Quote(BlobNameReading.Redact(blobName))} is missing; run: ./cochin rebuild_backup_paths");
    }

    private byte[]? KeyOf(Operation backup) => settings.DjangoSecretKey is { } secret && backup.KeyOwner is { Length: > 0 } owner
        ? keys.GetOrAdd(owner, name => new Lazy<byte[]?>(() => FernetKey.Derive(secret, name))).Value
        : null;
}
