using System.Globalization;
using Azure.Storage.Blobs;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>
/// Deletes units. Each blob is deleted only in the listed version, and only while no live operation uses its unit. Folder entries come last,
/// deepest first, because the service deletes only empty folders.
/// </summary>
internal sealed class UnitDeleter(BlobContainerClient container, TempListing listing, BatchDeleter deletes, TaskContext context, DateTimeOffset cutoff)
{
    private const string Action = "delete";

    /// <inheritdoc cref="BatchDeleter.IsOutOfTime"/>
    public bool IsOutOfTime => deletes.IsOutOfTime;

    /// <summary>Deletes units concurrently. Writes to the audit log before the first delete and after the last.</summary>
    public async Task DeleteAsync(IReadOnlyCollection<UnitDeletion> deletions, CancellationToken cancellationToken)
    {
        await context.Audit
            .WriteAsync(deletions.Select(deletion => AuditEntry.Planned(Action, deletion.Unit.Path, Describe(deletion.Unit))), cancellationToken)
            .ConfigureAwait(false);

        var blobs = from deletion in deletions
                    from blob in deletion.Unit.Blobs ?? []
                    select (deletion, blob);
        await DeleteInOrderAsync(blobs, cancellationToken).ConfigureAwait(false);
        await RetryFoldersAsync(deletions, cancellationToken).ConfigureAwait(false);
        foreach (var large in deletions.Where(deletion => deletion.Unit.Blobs is null && !deletes.IsOutOfTime))
        {
            await DeleteLargeAsync(large, cancellationToken).ConfigureAwait(false);
        }

        foreach (var deletion in deletions.Where(_ => deletes.IsOutOfTime))
        {
            deletion.Suspend();
        }

        await context.Audit.WriteAsync(deletions.Select(Entry), cancellationToken).ConfigureAwait(false);
    }

    private static AuditEntry Entry(UnitDeletion deletion) => new(
        Action,
        deletion.Unit.Path,
        Result(deletion),
        Describe(deletion.Unit),
        string.Create(CultureInfo.InvariantCulture, $"{deletion.BlobsDeleted} blobs deleted, {deletion.BytesFreed} bytes freed"));

    private static string Describe(TempUnit unit) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{unit.BlobCount} blobs, {unit.Bytes} bytes, last written {unit.Newest.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}");

    private static string Result(UnitDeletion deletion) => deletion.Verdict switch
    {
        UnitVerdict.Old when deletion.IsSuspended => "unfinished",
        UnitVerdict.Old => "deleted",
        UnitVerdict.InUse => "inUse",
        UnitVerdict.Leased => "leased",
        UnitVerdict.Changed => "changed",
        _ => "failed",
    };

    /// <summary>Deletes a unit with more blobs than are kept in memory: lists its prefix again, and checks every blob again.</summary>
    private async Task DeleteLargeAsync(UnitDeletion deletion, CancellationToken cancellationToken)
    {
        var pages = context.UntilOutOfTimeAsync(token => listing.BlobsAsync(deletion.Unit, token).Chunk(listing.PageSize), cancellationToken);
        await foreach (var page in pages.ConfigureAwait(false))
        {
            if (Array.Exists(page, blob => blob.IsLeased))
            {
                deletion.Stop(UnitVerdict.Leased);
            }
            else if (Array.Exists(page, blob => blob.LastModified > cutoff && !blob.IsFolder))
            {
                deletion.Stop(UnitVerdict.Changed);
            }

            await DeleteInOrderAsync(page.Select(blob => (deletion, blob)), cancellationToken).ConfigureAwait(false);
            if (deletion.Verdict != UnitVerdict.Old)
            {
                return;
            }

            if (deletes.IsOutOfTime || (page.Length == listing.PageSize && context.IsOutOfTime()))
            {
                deletion.Suspend();
                return;
            }
        }

        await RetryFoldersAsync([deletion], cancellationToken).ConfigureAwait(false);
        if (context.OutOfTime.IsCancellationRequested || deletes.IsOutOfTime)
        {
            deletion.Suspend();
        }
        else if (deletion.Verdict == UnitVerdict.Old)
        {
            deletion.MarkGone();
        }
    }

    /// <summary>Retries folder entries that were not empty, as long as that makes progress.</summary>
    private async Task RetryFoldersAsync(IReadOnlyCollection<UnitDeletion> deletions, CancellationToken cancellationToken)
    {
        while (!deletes.IsOutOfTime && TakeRetries(deletions) is { Count: > 0 } retries)
        {
            var before = retries.DistinctBy(item => item.Deletion).ToDictionary(item => item.Deletion, item => item.Deletion.BlobsDeleted);
            await DeleteInOrderAsync(retries, cancellationToken).ConfigureAwait(false);
            if (deletes.IsOutOfTime)
            {
                return; // The next run continues.
            }

            foreach (var (deletion, _) in before.Where(item => item.Key.BlobsDeleted == item.Value))
            {
                // New content was added since the listing.
                deletion.Stop(UnitVerdict.Changed);
            }
        }
    }

    private static List<(UnitDeletion Deletion, ListedBlob Folder)> TakeRetries(IEnumerable<UnitDeletion> deletions) =>
        [.. deletions.SelectMany(deletion => deletion.TakeRetries().Select(folder => (deletion, folder)))];

    private async Task DeleteInOrderAsync(IEnumerable<(UnitDeletion Deletion, ListedBlob Blob)> blobs, CancellationToken cancellationToken)
    {
        var folders = new List<(UnitDeletion, ListedBlob Blob)>();
        await DeleteAsync(WithoutFolders(), cancellationToken).ConfigureAwait(false);
        foreach (var ofOneDepth in folders.GroupBy(folder => folder.Blob.Name.Count('/')).OrderByDescending(group => group.Key))
        {
            await DeleteAsync(ofOneDepth, cancellationToken).ConfigureAwait(false);
        }

        IEnumerable<(UnitDeletion, ListedBlob)> WithoutFolders()
        {
            foreach (var item in blobs)
            {
                if (item.Blob.IsFolder)
                {
                    folders.Add(item);
                }
                else
                {
                    yield return item;
                }
            }
        }
    }

    private Task DeleteAsync(IEnumerable<(UnitDeletion Deletion, ListedBlob Blob)> blobs, CancellationToken cancellationToken) =>
        deletes.DeleteAsync(
            from item in blobs
            where item.Deletion.Verdict == UnitVerdict.Old
            let address = FindAddress(item.Blob.Name, item.Deletion)
            where address is not null
            select new PendingDelete(item.Deletion, item.Blob, address),
            cancellationToken);

    private Uri? FindAddress(string name, UnitDeletion deletion)
    {
        if (Reachability.Problem(container, name) is not { } problem)
        {
            return container.GetBlobClient(name).Uri;
        }

        deletion.Stop(UnitVerdict.Failed, problem);
        return null;
    }
}
