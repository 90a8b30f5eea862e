using Azure;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>Deletes blobs one by one, for a storage that takes no batches.</summary>
internal sealed class SingleDeletes(DeletionGate gate, TimeProvider time) : IDisposable
{
    private const int InFlight = 16;

    // One group at a time: several would be more at once than the storage was ever meant to get.
    private readonly SemaphoreSlim oneGroup = new(1);

    /// <summary>
    /// Deletes a group that takes a few seconds at the worst, so that the look at the operations before it is never old. What there is no
    /// time for stays.
    /// </summary>
    public async Task DeleteAsync(IReadOnlyCollection<DoomedBlob> blobs, CancellationToken cancellationToken)
    {
        await oneGroup.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await Parallel.ForEachAsync(
                await gate.PassAsync(blobs, cancellationToken).ConfigureAwait(false),
                new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellationToken },
                async (blob, token) =>
                {
                    if (gate.Pace.CanStart() && await gate.StillPassesAsync(blob, token).ConfigureAwait(false))
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

    private async Task DeleteAsync(DoomedBlob doomed, CancellationToken cancellationToken)
    {
        var (deletion, blob, _) = doomed;
        var client = gate.ClientOf(doomed);
        var begun = time.GetTimestamp();
        try
        {
            var conditions = new BlobRequestConditions { IfMatch = blob.ETag };
            await client.DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, conditions, cancellationToken).ConfigureAwait(false);
            deletion.Deleted(blob);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            // Gone is gone; often it was our own delete, whose answer was lost.
            deletion.Deleted(blob);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ConditionNotMet)
        {
            await gate.LookAsync(doomed, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == FolderEntry.NotEmpty)
        {
            deletion.Leave(blob);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.LeaseIdMissing)
        {
            deletion.Stop(UnitVerdict.Leased);
        }
        catch (RequestFailedException e) when (e.Status is >= 400 and not (401 or 403) && e.ErrorCode != BlobErrorCode.ContainerNotFound)
        {
            // After its retries the service still refuses this blob; the others are none the worse for it. A lost connection or a
            // refusal of ourselves concerns them all, and is thrown.
            deletion.Stop(UnitVerdict.Failed, $"the storage answered {e.Status} ({e.ErrorCode}).");
        }
        catch (OperationCanceledException)
        {
            deletion.Unanswered();
            throw;
        }

        gate.Pace.RecordDuration(time.GetElapsedTime(begun));
    }
}
