using System.Buffers;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tasks.VerifyBackups;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Backups;

/// <summary>A request about a backup can't be carried out, for a reason that the operator can act on.</summary>
/// <param name="code">Identifies the error for scripts, e.g. <c>unknown_backup</c>.</param>
/// <param name="hint">What to do next.</param>
internal sealed class BackupException(string code, string message, string hint) : Exception(message)
{
    public string Code { get; } = code;

    public string Hint { get; } = hint;
}

/// <summary>The blob of a backup.</summary>
internal sealed record FoundBlob(BlobClient Blob, BlobProperties Properties);

/// <summary>Finds backups and their blobs.</summary>
internal sealed class BackupFinder(CochinStorage storage)
{
    private const string TargetPrefix = OperationKind.Backup + "/";

    private static readonly SearchValues<char> NotInKeys = SearchValues.Create("/\\#?");

    /// <summary>The id of a backup that is named by its id, or as in warnings and in the audit log: <c>backup/42</c>.</summary>
    public static string IdOf(string named) => named.StartsWith(TargetPrefix, StringComparison.Ordinal) ? named[TargetPrefix.Length..] : named;

    /// <summary>Returns the row of a backup, with all its columns.</summary>
    /// <exception cref="BackupException">There is no such backup.</exception>
    public async Task<TableEntity> FindRowAsync(string id, CancellationToken cancellationToken)
    {
        if (await RowAsync(OperationKind.Backup, id, cancellationToken).ConfigureAwait(false) is { } row)
        {
            return row;
        }

        if (await MissingTable.FindAsync(storage, storage.Operations, cancellationToken).ConfigureAwait(false) is { } missing)
        {
            throw Unknown($"There is no backup {Problems.Quote(id)}. {missing.Finding}", missing.Hint);
        }

        if (await RowAsync(OperationKind.Restore, id, cancellationToken).ConfigureAwait(false) is { } restore)
        {
            var source = restore.Has("BackupId") ? $" It reads the backup {Problems.Quote(restore.Written("BackupId"))}." : "";
            throw Unknown($"{Problems.Quote(id)} is a restore, not a backup.{source}", "To see the backups: ./cochin backups list");
        }

        throw Unknown($"There is no backup {Problems.Quote(id)}.", "To see the backups: ./cochin backups list");
    }

    /// <summary>Finds the blob that a row means. What has exactly the row's name is meant; another spelling only if it is the only one.</summary>
    /// <returns>Null if there is no such blob.</returns>
    /// <exception cref="BackupException">Several blobs may be meant, the container is missing, or the blob can't be read.</exception>
    public async Task<FoundBlob?> FindBlobAsync(string blobName, CancellationToken cancellationToken)
    {
        var spellings = new List<FoundBlob>();
        try
        {
            foreach (var name in BackupSource.NamesOf(blobName, storage.Backups.Uri).Where(name => Reachability.Problem(storage.Backups, name) is null))
            {
                if (await PropertiesAsync(name, cancellationToken).ConfigureAwait(false) is not { } found)
                {
                    continue;
                }

                if (name == blobName)
                {
                    return found;
                }

                spellings.Add(found);
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
                $"The blob {Problems.Quote(BlobNameReading.Redact(blobName))} is encrypted with a key of the customer's, so it can't be read without it.",
                "Download it with a tool that has the key.");
        }

        return spellings switch
        {
            [] => null,
            [var only] => only,
            _ => throw new BackupException(
                "ambiguous_blob",
                $"The BlobName {Problems.Quote(BlobNameReading.Redact(blobName))} may mean several blobs: "
                + $"{string.Join(", ", spellings.Select(found => Problems.Quote(found.Blob.Name)))}.",
                "Write the exact name of the blob to the BlobName of the row."),
        };
    }

    private static BackupException Unknown(string message, string hint) => new("unknown_backup", message, hint);

    private async Task<TableEntity?> RowAsync(string kind, string id, CancellationToken cancellationToken)
    {
        if (id.AsSpan().ContainsAny(NotInKeys))
        {
            return null; // Services differ in what they answer to it.
        }

        try
        {
            return await storage.Operations.FindAsync(kind, id, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.Status == 400)
        {
            return null; // No key can be like this: it is too long, for example.
        }
    }

    private async Task<FoundBlob?> PropertiesAsync(string name, CancellationToken cancellationToken)
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
