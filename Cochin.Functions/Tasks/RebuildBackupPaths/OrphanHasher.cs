using Azure;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>Checks the content of orphans and computes their checksums.</summary>
internal sealed class OrphanHasher(BackupInventory inventory, BackupSettings settings, RebuildRun run)
{
    /// <summary>Whether the blob was overwritten since it was listed first.</summary>
    public bool IsInFlight(BackupBlob blob) => blob.Age(run.Now) < settings.Grace;

    /// <returns>Null if the time was used up before the checksum was computed.</returns>
    public async Task<HashedBlob?> HashInTimeAsync(BackupBlob blob, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, run.Context.OutOfTime);
        try
        {
            return await HashAsync(blob, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (run.Context.OutOfTime.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Computes the checksum. In a dry run, only checks the content.</summary>
    public async Task<HashedBlob> HashAsync(BackupBlob blob, CancellationToken cancellationToken)
    {
        if (IsInFlight(blob))
        {
            return new(blob, Change.Skipped("inFlight"));
        }

        if (inventory.Unreachable(blob.Name) is { } problem)
        {
            return new(blob, Change.Failed(problem));
        }

        try
        {
            return await inventory.IsEmptyAsync(blob, cancellationToken).ConfigureAwait(false) ? new(blob, Change.Skipped("empty"))
                : blob.Sha256 is not null || !blob.IsReadable || run.DryRun ? new(blob)
                : new(blob with { Sha256 = await inventory.HashAsync(blob, cancellationToken).ConfigureAwait(false) });
        }
        catch (RequestFailedException e) when (BackupInventory.IsUnreadable(e))
        {
            return new(blob with { IsReadable = false });
        }
        catch (RequestFailedException e) when (Change.IsRefusal(e))
        {
            return new(blob, ToChange(e));
        }
    }

    /// <summary>Converts an error. A changed or deleted blob is in use; for a deleted blob, the service may return either error code.</summary>
    public static Change ToChange(RequestFailedException e) =>
        e.ErrorCode == BlobErrorCode.ConditionNotMet || e.ErrorCode == BlobErrorCode.BlobNotFound ? Change.Skipped("inFlight") : Change.Failed(e);
}

/// <summary>An orphan with its checksum, if it can be read.</summary>
/// <param name="Rejection">Why it is not registered; null if it is.</param>
internal readonly record struct HashedBlob(BackupBlob Blob, Change? Rejection = null);
