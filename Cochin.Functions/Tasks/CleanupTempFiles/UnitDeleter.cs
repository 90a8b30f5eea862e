using System.Globalization;
using Azure.Storage.Blobs;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>Deletes units, each blob only in the version that was listed and while no live operation uses its unit.</summary>
internal sealed class UnitDeleter(BlobContainerClient container, TempListing listing, BatchedDeletes deletes, TaskContext context, DateTimeOffset cutoff) : IDisposable
{
    private const string Action = "delete";

    private readonly SemaphoreSlim auditing = new(1);

    /// <inheritdoc cref="BatchedDeletes.IsOutOfTime"/>
    public bool IsOutOfTime => deletes.IsOutOfTime;

    /// <summary>Deletes some units; the audit log says so before the first delete and after the last. Several may be deleted at once.</summary>
    public async Task DeleteAsync(IReadOnlyCollection<UnitDeletion> deletions, CancellationToken cancellationToken)
    {
        await WriteAsync(deletions.Select(deletion => AuditEntry.Planned(Action, deletion.Unit.Path, Describe(deletion.Unit))), cancellationToken).ConfigureAwait(false);

        var blobs = from deletion in deletions
                    from blob in deletion.Unit.Blobs ?? []
                    select (deletion, blob);
        await DeleteAsync(blobs, cancellationToken).ConfigureAwait(false);
        foreach (var large in deletions.Where(deletion => deletion.Unit.Blobs is null && !deletes.IsOutOfTime))
        {
            await DeleteLargeAsync(large, cancellationToken).ConfigureAwait(false);
        }

        foreach (var deletion in deletions.Where(_ => deletes.IsOutOfTime))
        {
            deletion.Suspend();
        }

        await WriteAsync(deletions.Select(Entry), cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => auditing.Dispose();

    private async Task WriteAsync(IEnumerable<AuditEntry> entries, CancellationToken cancellationToken)
    {
        await auditing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await context.Audit.WriteAsync(entries, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            auditing.Release();
        }
    }

    private static AuditEntry Entry(UnitDeletion deletion) => new(
        Action,
        deletion.Unit.Path,
        Result(deletion),
        Describe(deletion.Unit),
        string.Create(CultureInfo.InvariantCulture, $"{deletion.BlobsDeleted} blobs deleted, {deletion.BytesFreed} bytes freed"));

    private static string Describe(TempUnit unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{unit.BlobCount} blobs, {unit.Bytes} bytes, last written {unit.Newest.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}");

    private static string Result(UnitDeletion deletion) => deletion.Verdict switch
    {
        UnitVerdict.Old when deletion.IsSuspended => "unfinished",
        UnitVerdict.Old => "deleted",
        UnitVerdict.InUse => "inUse",
        UnitVerdict.Leased => "leased",
        UnitVerdict.Changed => "changed",
        _ => "failed",
    };

    /// <summary>A unit with more blobs than are kept: its prefix is listed once more, and every blob looked at again.</summary>
    private async Task DeleteLargeAsync(UnitDeletion deletion, CancellationToken cancellationToken)
    {
        await foreach (var page in context.UntilOutOfTimeAsync(token => listing.BlobsAsync(deletion.Unit, token).Chunk(listing.PageSize), cancellationToken).ConfigureAwait(false))
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

            if (deletes.IsOutOfTime || (page.Length == listing.PageSize && context.IsOutOfTime()))
            {
                deletion.Suspend();
                return;
            }
        }

        if (context.OutOfTime.IsCancellationRequested)
        {
            deletion.Suspend();
        }
        else
        {
            deletion.Gone();
        }
    }

    private Task DeleteAsync(IEnumerable<(UnitDeletion Deletion, ListedBlob Blob)> blobs, CancellationToken cancellationToken) =>
        deletes.DeleteAsync(
            from item in blobs
            where item.Deletion.Verdict == UnitVerdict.Old
            let address = AddressOf(item.Blob.Name, item.Deletion)
            where address is not null
            select new DoomedBlob(item.Deletion, item.Blob, address),
            cancellationToken);

    private Uri? AddressOf(string name, UnitDeletion deletion)
    {
        if (Reach.Problem(container, name) is not { } problem)
        {
            return container.GetBlobClient(name).Uri;
        }

        deletion.Stop(UnitVerdict.Failed, problem);
        return null;
    }
}
