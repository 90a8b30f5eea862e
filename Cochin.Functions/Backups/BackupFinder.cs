using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Backups;

/// <summary>An operation on a backup is impossible, for a reason that the operator can act on.</summary>
/// <param name="code">Identifies the error for scripts, e.g. <c>unknown_backup</c>.</param>
/// <param name="hint">What to do next.</param>
internal sealed class BackupException(string code, string message, string hint) : Exception(message)
{
    public string Code { get; } = code;

    public string Hint { get; } = hint;
}

/// <summary>A blob with its properties.</summary>
internal sealed record FoundBlob(BlobClient Blob, BlobProperties Properties);

/// <summary>Finds backups and their blobs.</summary>
internal sealed class BackupFinder(CochinStorage storage)
{
    private const string TargetPrefix = OperationKind.Backup + "/";

    /// <summary>Returns the id of a backup. Accepts the id, or the form used in warnings and in the audit log: <c>backup/42</c>.</summary>
    public static string IdOf(string text) => text.StartsWith(TargetPrefix, StringComparison.Ordinal) ? text[TargetPrefix.Length..] : text;

    /// <summary>Returns the row of a backup, with all its columns.</summary>
    /// <exception cref="BackupException">There is no such backup.</exception>
    public async Task<TableEntity> FindRowAsync(string id, CancellationToken cancellationToken)
    {
        if (await FindRowOrNullAsync(OperationKind.Backup, id, cancellationToken).ConfigureAwait(false) is { } row)
        {
            return row;
        }

        var missing = await MissingTable.FindLostAsync(storage, storage.Operations, cancellationToken).ConfigureAwait(false)
            ?? await MissingTable.FindAsync(storage, storage.Operations, cancellationToken).ConfigureAwait(false);
        if (missing is not null)
        {
            throw UnknownBackup($"There is no backup {Problems.Quote(id)}. {missing.Finding}", missing.Hint);
        }

        if (await FindRowOrNullAsync(OperationKind.Restore, id, cancellationToken).ConfigureAwait(false) is { } restore)
        {
            var source = restore.Has("BackupId") ? $" Its source is the backup {Problems.Quote(restore.Written("BackupId"))}." : "";
            throw UnknownBackup($"{Problems.Quote(id)} is a restore, not a backup.{source}", "To see the backups: ./cochin backups list");
        }

        throw UnknownBackup($"There is no backup {Problems.Quote(id)}.", "To see the backups: ./cochin backups list");
    }

    /// <summary>
    /// Finds the blob that a row refers to: the one with exactly this name, otherwise one with another spelling of it, if there is only one.
    /// </summary>
    /// <returns>The blob; null if it does not exist.</returns>
    /// <exception cref="BackupException">The name is uncertain or matches several blobs, the container is missing, or the blob can't be read.</exception>
    public async Task<FoundBlob?> FindBlobAsync(string blobName, CancellationToken cancellationToken)
    {
        var matches = new List<FoundBlob>();
        try
        {
            foreach (var name in BlobNameReading.NamesOf(blobName, storage.Backups.Uri).Where(name => Reachability.Problem(storage.Backups, name) is null))
            {
                if (await FindExactAsync(name, cancellationToken).ConfigureAwait(false) is not { } found)
                {
                    continue;
                }

                if (name == blobName)
                {
                    return found;
                }

                matches.Add(found);
            }
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            var missing = await MissingContainer.ExplainAsync(storage, cancellationToken).ConfigureAwait(false);
            throw new BackupException("no_container", missing.Finding, missing.Hint);
        }
        catch (RequestFailedException e) when (BackupInventory.IsUnreadable(e))
        {
            throw new BackupException(
                "unreadable_backup",
                $"The blob {Problems.Quote(BlobNameReading.Redact(blobName))} is encrypted with a customer-provided key, so it can't be read without that key.",
                "Download it with a tool that has the key.");
        }

        return matches switch
        {
            [] when BlobNameReading.Of(blobName, storage.Backups.Uri).IsGuess => throw new BackupException(
                "uncertain_blob",
                $"The BlobName {Problems.Quote(BlobNameReading.Redact(blobName))} does not say for certain which blob it is.",
                "Set the BlobName of the row to the path of the blob from the container's root (storage/…)."),
            [] => null,
            [var only] => only,
            _ => throw new BackupException(
                "ambiguous_blob",
                $"The BlobName {Problems.Quote(BlobNameReading.Redact(blobName))} matches several blobs: "
                + $"{string.Join(", ", matches.Select(found => Problems.Quote(found.Blob.Name)))}.",
                "Set the BlobName of the row to the exact name of the blob."),
        };
    }

    private static BackupException UnknownBackup(string message, string hint) => new("unknown_backup", message, hint);

    private Task<TableEntity?> FindRowOrNullAsync(string kind, string id, CancellationToken cancellationToken) =>
        storage.Operations.FindWrittenAsync(kind, id, cancellationToken);

    private async Task<FoundBlob?> FindExactAsync(string name, CancellationToken cancellationToken)
    {
        var blob = storage.Backups.GetBlobClient(name);
        try
        {
            return new FoundBlob(blob, await blob.GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false));
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
    }
}
