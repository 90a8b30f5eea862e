using System.Globalization;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs;
using Azure;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>Deletes units, each blob only in the version that was listed and while no live operation uses its unit.</summary>
internal sealed class UnitDeleter(BlobContainerClient container, TempListing listing, OperationsWatch operations, TaskContext context, DateTimeOffset cutoff)
{
    private const string Action = "delete";
    private const int InFlight = 16;
    private const int PageOfLargeUnit = 5_000;

    // So many take a few seconds at the worst, so that the look at the operations in between is never old.
    private const int BlobsBetweenLooks = 256;

    /// <summary>Deletes a batch; the audit log says so before the first delete and after the last.</summary>
    public async Task DeleteAsync(IReadOnlyCollection<UnitDeletion> deletions, CancellationToken cancellationToken)
    {
        await context.Audit.WriteAsync(deletions.Select(deletion => AuditEntry.Planned(Action, deletion.Unit.Path, Describe(deletion.Unit))), cancellationToken).ConfigureAwait(false);

        var blobs = from deletion in deletions
                    from blob in deletion.Unit.Blobs ?? []
                    select (deletion, blob);
        await DeleteAsync(blobs, cancellationToken).ConfigureAwait(false);
        foreach (var large in deletions.Where(deletion => deletion.Unit.Blobs is null))
        {
            await DeleteLargeAsync(large, cancellationToken).ConfigureAwait(false);
        }

        await context.Audit.WriteAsync(deletions.Select(Entry), cancellationToken).ConfigureAwait(false);
    }

    private static AuditEntry Entry(UnitDeletion deletion) => new(
        Action,
        deletion.Unit.Path,
        Result(deletion.Verdict),
        Describe(deletion.Unit),
        string.Create(CultureInfo.InvariantCulture, $"{deletion.BlobsDeleted} blobs deleted, {deletion.BytesFreed} bytes freed"));

    private static string Describe(TempUnit unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{unit.BlobCount} blobs, {unit.Bytes} bytes, last written {unit.Newest.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}");

    private static string Result(UnitVerdict verdict) => verdict switch
    {
        UnitVerdict.Old => "deleted",
        UnitVerdict.InUse => "inUse",
        UnitVerdict.Leased => "leased",
        UnitVerdict.Changed => "changed",
        _ => "failed",
    };

    /// <summary>A unit with more blobs than are kept: its prefix is listed once more, and every blob looked at again.</summary>
    private async Task DeleteLargeAsync(UnitDeletion deletion, CancellationToken cancellationToken)
    {
        await foreach (var page in listing.BlobsAsync(deletion.Unit, cancellationToken).Chunk(PageOfLargeUnit).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (Array.Exists(page, blob => blob.IsLeased))
            {
                deletion.Stop(UnitVerdict.Leased);
            }
            else if (Array.Exists(page, blob => blob.LastModified > cutoff))
            {
                deletion.Stop(UnitVerdict.Changed);
            }

            await DeleteAsync(page.Select(blob => (deletion, blob)), cancellationToken).ConfigureAwait(false);
            if (deletion.Verdict != UnitVerdict.Old)
            {
                return;
            }
        }

        deletion.Gone();
    }

    private async Task DeleteAsync(IEnumerable<(UnitDeletion Deletion, ListedBlob Blob)> blobs, CancellationToken cancellationToken)
    {
        foreach (var some in blobs.Where(item => item.Deletion.Verdict == UnitVerdict.Old).Chunk(BlobsBetweenLooks))
        {
            var live = await operations.CurrentAsync(cancellationToken).ConfigureAwait(false);
            foreach (var deletion in some.Select(item => item.Deletion).Distinct().Where(deletion => live.Use(deletion.Unit)))
            {
                deletion.Stop(UnitVerdict.InUse);
            }

            await Parallel.ForEachAsync(
                some,
                new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellationToken },
                async (item, token) =>
                {
                    if (item.Deletion.Verdict == UnitVerdict.Old)
                    {
                        context.ThrowIfStopped();
                        await DeleteAsync(item.Deletion, item.Blob, token).ConfigureAwait(false);
                    }
                }).ConfigureAwait(false);
        }
    }

    private async Task DeleteAsync(UnitDeletion deletion, ListedBlob blob, CancellationToken cancellationToken)
    {
        var client = container.GetBlobClient(blob.Name);
        if (Reach.Problem(container, blob.Name) is { } problem)
        {
            deletion.Stop(UnitVerdict.Failed, problem);
            return;
        }

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
            // The service may answer so, too, for a blob that is gone.
            if (await client.ExistsAsync(cancellationToken).ConfigureAwait(false))
            {
                deletion.Stop(UnitVerdict.Changed);
            }
            else
            {
                deletion.Deleted(blob);
            }
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.LeaseIdMissing)
        {
            deletion.Stop(UnitVerdict.Leased);
        }
        catch (RequestFailedException e) when (e.Status is >= 400 and not (401 or 403))
        {
            // After its retries the service still refuses this blob; the others are none the worse for it. A lost connection or a
            // refusal of ourselves concerns them all, and is thrown.
            deletion.Stop(UnitVerdict.Failed, $"the storage answered {e.Status} ({e.ErrorCode}).");
        }
    }
}
