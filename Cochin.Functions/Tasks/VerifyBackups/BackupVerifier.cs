using System.Collections.Concurrent;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tasks.VerifyBackups.Readers;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.VerifyBackups;

/// <summary>Verifies single backups. What goes wrong with reading one says nothing of its content, and the others are verified all the same.</summary>
internal sealed class BackupVerifier(VerifySettings settings, VerifyReport report, TaskContext context)
{
    // So many in a row are not about the single backups.
    private const int MostTroubles = 5;

    private readonly BackupSource source = new(context.Storage.Backups, report.Read);
    private readonly VerdictWriter writer = new(context);
    private readonly ConcurrentDictionary<string, Lazy<byte[]?>> keys = new();
    private int handled;
    private int troubles;

    /// <summary>How many were dealt with, one way or another.</summary>
    public int Handled => handled;

    /// <summary>Why no more are to be read: the storage does not answer for any of them.</summary>
    public Exception? Fatal { get; private set; }

    /// <returns>False if the storage had trouble.</returns>
    public async Task<bool> VerifyAsync(PlannedBackup backup, CancellationToken cancellationToken)
    {
        var isFirst = handled == 0;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, context.LastMoment);
        try
        {
            await VerifyNowAsync(backup, either.Token).ConfigureAwait(false);
            troubles = 0;
        }
        catch (OperationCanceledException) when (IsStopped(cancellationToken))
        {
            throw;
        }
        catch (OperationCanceledException) when (context.LastMoment.IsCancellationRequested)
        {
            if (!isFirst)
            {
                return true; // The next run reads it first, and has all its time for it.
            }

            report.Failed(backup, "reading it takes longer than a run may; raise Cochin__Runs__LimitMinutes (in Azure the functionTimeout of host.json).");
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
            var trouble = Explain(e)!;
            report.Failed(backup, $"{trouble.Message} {trouble.Hint}");
            Interlocked.Increment(ref handled);
            Fatal = Interlocked.Increment(ref troubles) >= MostTroubles ? e : Fatal;
            return false;
        }

        Interlocked.Increment(ref handled);
        return true;
    }

    // Asked of the clock as well: after a pause of this process the token fires late.
    private bool IsStopped(CancellationToken cancellationToken)
    {
        try
        {
            context.ThrowIfStopped();
            return cancellationToken.IsCancellationRequested;
        }
        catch (RunStoppedException)
        {
            return true;
        }
    }

    private static StorageProblem? Explain(Exception e) => e is OperationCanceledException ? StorageProblem.NoResponse : StorageProblem.Explain(e);

    private async Task VerifyNowAsync(PlannedBackup planned, CancellationToken cancellationToken)
    {
        var row = await context.Storage.Operations.FindAsync(OperationKind.Backup, planned.Id, cancellationToken).ConfigureAwait(false);
        if (row is null || Operation.From(row) is not { Status: OperationStatus.Completed, BlobName: { Length: > 0 } blobName } backup)
        {
            report.Changed(planned);
            return;
        }

        var key = Structure.IsEncrypted(blobName) ? KeyOf(backup) : null;
        if (await source.ReadAsync(blobName, key, cancellationToken).ConfigureAwait(false) is not { } reading)
        {
            report.Failed(planned, $"its blob {Problems.Quote(BlobNameReading.Redact(blobName))} is gone; run: ./cochin rebuild_backup_paths");
            return;
        }

        var soundness = Soundness.Judge(backup, reading);
        if (soundness.Verdict == SoundnessVerdict.Unknown)
        {
            report.Locked(planned, backup.KeyOwner);
            return;
        }

        // Damage is believed once two readings agree: the way to the storage may have damaged one.
        if (soundness.Verdict == SoundnessVerdict.Damaged && !backup.IsDamaged
            && await source.ReadAsync(blobName, key, cancellationToken).ConfigureAwait(false) is var again && again != reading)
        {
            report.Failed(planned, "two readings of it were different, so it is not known whether it is damaged; check the connection to the storage. The next run tries again.");
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

    private byte[]? KeyOf(Operation backup) => settings.DjangoSecretKey is { } secret && backup.KeyOwner is { Length: > 0 } owner
        ? keys.GetOrAdd(owner, name => new Lazy<byte[]?>(() => FernetKey.Derive(secret, name))).Value
        : null;
}
