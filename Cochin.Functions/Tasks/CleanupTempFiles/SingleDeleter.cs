using Azure;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>Deletes blobs with one request each, for a storage that does not support batches.</summary>
internal sealed class SingleDeleter(DeletionGate gate, TimeProvider time) : IDisposable
{
    private const int MaxConcurrent = 16;

    // One group at a time, to limit the load of the storage.
    private readonly SemaphoreSlim oneGroup = new(1);

    /// <summary>
    /// Deletes a group of blobs. The group must take at most a few seconds, because the operations are checked only before it. Blobs are left if
    /// there is no time.
    /// </summary>
    public async Task DeleteAsync(IReadOnlyCollection<PendingDelete> blobs, CancellationToken cancellationToken)
    {
        await oneGroup.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await Parallel.ForEachAsync(
                await gate.FilterAsync(blobs, cancellationToken).ConfigureAwait(false),
                new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrent, CancellationToken = cancellationToken },
                async (blob, token) =>
                {
                    if (gate.Pace.CanStart() && await gate.IsAllowedAsync(blob, token).ConfigureAwait(false))
                    {
                        await DeleteAsync(blob, token).ConfigureAwait(false);
                    }
                }).ConfigureAwait(false);
        }
        finally
        {
            oneGroup.Release();
        }
    }

    public void Dispose() => oneGroup.Dispose();

    private async Task DeleteAsync(PendingDelete pending, CancellationToken cancellationToken)
    {
        var (deletion, blob, _) = pending;
        var client = gate.ClientOf(pending);
        var started = time.GetTimestamp();
        try
        {
            var conditions = new BlobRequestConditions { IfMatch = blob.ETag };
            await client.DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, conditions, cancellationToken).ConfigureAwait(false);
            deletion.Deleted(blob);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            // Often it was deleted by an earlier attempt whose response was lost.
            deletion.Deleted(blob);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ConditionNotMet)
        {
            await gate.ResolveConditionNotMetAsync(pending, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == FolderEntry.NotEmpty)
        {
            deletion.RetryLater(blob);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.LeaseIdMissing)
        {
            deletion.Stop(UnitVerdict.Leased);
        }
        catch (RequestFailedException e) when (e.Status is >= 400 and not (401 or 403) && e.ErrorCode != BlobErrorCode.ContainerNotFound)
        {
            // An error of this blob only, after all retries. A lost connection or denied access affects all blobs and is thrown.
            deletion.Stop(UnitVerdict.Failed, $"the storage answered {e.Status} ({e.ErrorCode}).");
        }
        catch (OperationCanceledException)
        {
            deletion.MarkUnanswered();
            throw;
        }

        gate.Pace.RecordDuration(time.GetElapsedTime(started));
    }
}
