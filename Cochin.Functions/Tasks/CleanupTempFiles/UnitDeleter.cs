using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>Deletes units, each blob only in the version that was listed.</summary>
internal sealed class UnitDeleter(BlobContainerClient container, TempListing listing, TaskContext context, DateTimeOffset cutoff)
{
    private const string Action = "delete";
    private const int InFlight = 16;
    private const int PageOfLargeUnit = 5_000;

    /// <summary>Deletes a batch; the audit log says so before the first delete and after the last.</summary>
    public async Task<IReadOnlyList<UnitDeletion>> DeleteAsync(IReadOnlyCollection<TempUnit> units, CancellationToken cancellationToken)
    {
        await context.Audit.WriteAsync(units.Select(unit => (Action, unit.Path, "planned")), cancellationToken).ConfigureAwait(false);

        var deletions = units.Select(unit => new UnitDeletion(unit)).ToList();
        var blobs = from deletion in deletions
                    from blob in deletion.Unit.Blobs ?? []
                    select (deletion, blob);
        await DeleteAsync(blobs, cancellationToken).ConfigureAwait(false);
        foreach (var large in deletions.Where(deletion => deletion.Unit.Blobs is null))
        {
            await DeleteLargeAsync(large, cancellationToken).ConfigureAwait(false);
        }

        await context.Audit.WriteAsync(deletions.Select(deletion => (Action, deletion.Unit.Path, Result(deletion.Verdict))), cancellationToken).ConfigureAwait(false);
        return deletions;
    }

    private static string Result(UnitVerdict verdict) => verdict switch
    {
        UnitVerdict.Old => "deleted",
        UnitVerdict.Leased => "leased",
        UnitVerdict.Changed => "changed",
        _ => "failed",
    };

    /// <summary>A unit with more blobs than are kept: its prefix is listed once more, and every blob looked at again.</summary>
    private async Task DeleteLargeAsync(UnitDeletion deletion, CancellationToken cancellationToken)
    {
        await foreach (var page in listing.BlobsAsync(deletion.Unit, cancellationToken).Chunk(PageOfLargeUnit).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (Array.Exists(page, TempUnit.IsLeasedNow))
            {
                deletion.Stop(UnitVerdict.Leased);
            }
            else if (Array.Exists(page, blob => blob.Properties.LastModified > cutoff))
            {
                deletion.Stop(UnitVerdict.Changed);
            }

            if (deletion.Verdict != UnitVerdict.Old)
            {
                return;
            }

            await DeleteAsync(page.Select(blob => (deletion, new BlobVersion(blob.Name, blob.Properties.ETag ?? default, blob.Properties.ContentLength ?? 0))), cancellationToken).ConfigureAwait(false);
        }
    }

    private Task DeleteAsync(IEnumerable<(UnitDeletion Deletion, BlobVersion Blob)> blobs, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            blobs,
            new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellationToken },
            async (item, token) =>
            {
                if (item.Deletion.Verdict == UnitVerdict.Old)
                {
                    context.ThrowIfStopped();
                    await DeleteAsync(item.Deletion, item.Blob, token).ConfigureAwait(false);
                }
            });

    private async Task DeleteAsync(UnitDeletion deletion, BlobVersion blob, CancellationToken cancellationToken)
    {
        try
        {
            var conditions = new BlobRequestConditions { IfMatch = blob.ETag };
            await container.GetBlobClient(blob.Name).DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, conditions, cancellationToken).ConfigureAwait(false);
            deletion.Deleted(blob);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            // Gone is gone; often it was our own delete, whose answer was lost.
            deletion.Deleted(blob);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ConditionNotMet)
        {
            // The service may answer so, too, for a blob that is gone.
            if (await container.GetBlobClient(blob.Name).ExistsAsync(cancellationToken).ConfigureAwait(false))
            {
                deletion.Stop(UnitVerdict.Changed);
            }
            else
            {
                deletion.Deleted(blob);
            }
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.LeaseIdMissing || e.ErrorCode == BlobErrorCode.SnapshotsPresent)
        {
            deletion.Stop(UnitVerdict.Leased);
        }
        catch (RequestFailedException e) when (e.Status is >= 400 and < 500 && e.Status is not (401 or 403 or 429))
        {
            // The service refuses this blob; the others are none the worse for it. What concerns them all is thrown.
            deletion.Stop(UnitVerdict.Failed, $"the storage answered {e.Status} ({e.ErrorCode}).");
        }
    }
}
