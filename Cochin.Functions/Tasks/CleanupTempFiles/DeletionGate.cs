using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>Checks right before each attempt which blobs may still be deleted.</summary>
internal sealed class DeletionGate(BlobContainerClient container, LiveOperationsCache operations, TaskContext context)
{
    /// <summary>Decides whether there is time for more deletes, from the duration of the last ones.</summary>
    public StepPacer Pace { get; } = new(context);

    /// <inheritdoc cref="TaskContext.LastMoment"/>
    public CancellationToken LastMoment => context.LastMoment;

    /// <inheritdoc cref="TaskContext.LockRenewalDuration"/>
    public TimeSpan LockRenewalDuration => context.LockRenewalDuration();

    /// <summary>
    /// Returns the blobs that may be deleted now: those of unused units whose deletion was not stopped. Waits for a pending renewal of the
    /// lock.
    /// </summary>
    public async Task<List<PendingDelete>> FilterAsync(IReadOnlyCollection<PendingDelete> blobs, CancellationToken cancellationToken)
    {
        await context.LockRenewal().WaitAsync(cancellationToken).ConfigureAwait(false);
        var live = await operations.GetAsync(cancellationToken).ConfigureAwait(false);
        foreach (var deletion in blobs.Select(blob => blob.Deletion).Distinct().Where(deletion => live.IsInUse(deletion.Unit)))
        {
            deletion.Stop(UnitVerdict.InUse);
        }

        return [.. blobs.Where(IsAllowed)];
    }

    /// <summary>Checks one blob that <see cref="FilterAsync"/> has just returned.</summary>
    public async ValueTask<bool> IsAllowedAsync(PendingDelete blob, CancellationToken cancellationToken)
    {
        await context.LockRenewal().WaitAsync(cancellationToken).ConfigureAwait(false);
        return IsAllowed(blob);
    }

    public BlobClient ClientOf(PendingDelete blob) => container.GetBlobClient(blob.Blob.Name);

    /// <summary>Handles a delete whose condition was not met. The service may also return this error for a blob that is gone.</summary>
    public async Task ResolveConditionNotMetAsync(PendingDelete blob, CancellationToken cancellationToken)
    {
        if (blob.Blob.IsFolder)
        {
            await ResolveFolderAsync(blob, cancellationToken).ConfigureAwait(false);
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

    // Deleting the content of a folder may change its entry. The entry has no content, and the service deletes it only if the folder is empty.
    private async Task ResolveFolderAsync(PendingDelete folder, CancellationToken cancellationToken)
    {
        try
        {
            var found = (await ClientOf(folder).GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false)).Value;
            if (found.ContentLength == 0 && FolderEntry.Is(found.Metadata))
            {
                folder.Deletion.RetryLater(folder.Blob with { ETag = found.ETag });
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

    private static bool IsAllowed(PendingDelete blob) => blob.Deletion.Verdict == UnitVerdict.Old;
}
