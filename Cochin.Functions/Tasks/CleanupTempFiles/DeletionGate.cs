using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>What every delete goes through at the last moment, each attempt anew: only what may still go, gets past.</summary>
internal sealed class DeletionGate(BlobContainerClient container, OperationsWatch operations, TaskContext context)
{
    /// <summary>Whether there is time for more deletes, and how long the last ones took, a blob.</summary>
    public StepPacer Pace { get; } = new(context);

    /// <inheritdoc cref="TaskContext.LastMoment"/>
    public CancellationToken LastMoment => context.LastMoment;

    /// <inheritdoc cref="TaskContext.LockRenewalDuration"/>
    public TimeSpan LockRenewalDuration => context.LockRenewalDuration();

    /// <summary>
    /// The blobs that may be deleted now: those of unused units without a problem so far. While the lock is being renewed,
    /// none may.
    /// </summary>
    public async Task<List<DoomedBlob>> PassAsync(IReadOnlyCollection<DoomedBlob> blobs, CancellationToken cancellationToken)
    {
        await context.LockRenewal().WaitAsync(cancellationToken).ConfigureAwait(false);
        var live = await operations.CurrentAsync(cancellationToken).ConfigureAwait(false);
        foreach (var deletion in blobs.Select(blob => blob.Deletion).Distinct().Where(deletion => live.Use(deletion.Unit)))
        {
            deletion.Stop(UnitVerdict.InUse);
        }

        return [.. blobs.Where(MayPass)];
    }

    /// <summary>The same for one blob that was let past a moment ago, one of several.</summary>
    public async ValueTask<bool> StillPassesAsync(DoomedBlob blob, CancellationToken cancellationToken)
    {
        await context.LockRenewal().WaitAsync(cancellationToken).ConfigureAwait(false);
        return MayPass(blob);
    }

    public BlobClient ClientOf(DoomedBlob blob) => container.GetBlobClient(blob.Blob.Name);

    /// <summary>What a delete whose condition was not met means: the service may answer so, too, for a blob that is gone.</summary>
    public async Task LookAsync(DoomedBlob blob, CancellationToken cancellationToken)
    {
        if (blob.Blob.IsFolder)
        {
            await LookAtFolderAsync(blob, cancellationToken).ConfigureAwait(false);
        }
        else if (await ClientOf(blob).ExistsAsync(cancellationToken).ConfigureAwait(false))
        {
            blob.Deletion.Stop(UnitVerdict.Changed);
        }
        else
        {
            blob.Deletion.Deleted(blob.Blob);
        }
    }

    // The deletion of what was below a folder may change its entry. The entry holds nothing, and is deleted only if nothing is below it.
    private async Task LookAtFolderAsync(DoomedBlob folder, CancellationToken cancellationToken)
    {
        try
        {
            var found = (await ClientOf(folder).GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false)).Value;
            if (found.ContentLength == 0 && FolderEntry.Is(found.Metadata))
            {
                folder.Deletion.Leave(folder.Blob with { ETag = found.ETag });
            }
            else
            {
                folder.Deletion.Stop(UnitVerdict.Changed);
            }
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            folder.Deletion.Deleted(folder.Blob);
        }
    }

    private static bool MayPass(DoomedBlob blob) => blob.Deletion.Verdict == UnitVerdict.Old;
}
