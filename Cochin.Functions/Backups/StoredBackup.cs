using System.Globalization;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.VerifyBackups;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Backups;

/// <summary>A backup that can be downloaded: one version of its blob.</summary>
/// <param name="Sha256">The recorded SHA-256, in lower-case hex; null if none is recorded.</param>
/// <param name="Warnings">Warnings for the operator, as sentences.</param>
internal sealed record StoredBackup(string Id, BlobClient Blob, ETag Version, long Length, string? Sha256, IReadOnlyList<string> Warnings)
{
    /// <summary>Finds a backup and checks that its contents can be read.</summary>
    /// <exception cref="BackupException">There is no such backup, or its blob does not exist or can't be read.</exception>
    public static async Task<StoredBackup> FindAsync(BackupFinder finder, string id, CancellationToken cancellationToken)
    {
        var backup = Operation.From(await finder.FindRowAsync(id, cancellationToken).ConfigureAwait(false));
        var target = VerifyReport.Target(id);
        if (string.IsNullOrWhiteSpace(backup.BlobName))
        {
            throw new BackupException(
                "no_blob",
                backup.UnreadableBlobNameType is { } type
                    ? $"The BlobName of {target} can't be read, because its type is {type}."
                    : $"{target} has the status {Problems.Quote(backup.Status)} and no BlobName, so there is nothing to download.",
                "To see the other backups: ./cochin backups list");
        }

        if (await finder.FindBlobAsync(backup.BlobName, cancellationToken).ConfigureAwait(false) is not var (blob, properties))
        {
            throw BlobMissing(target, backup);
        }

        if (properties.AccessTier == AccessTier.Archive)
        {
            throw Archived(target, blob, properties);
        }

        var warnings = new List<string>();
        var expected = Soundness.Expected(backup, FileMetadata.StatedChecksum(properties.Metadata), warnings);
        Warn(backup, properties.ContentLength, warnings);
        return new(id, blob, properties.ETag, properties.ContentLength, expected, [.. warnings.Select(warning => $"{target}: {warning}.")]);
    }

    private static void Warn(Operation backup, long length, List<string> warnings)
    {
        if (backup.Status != OperationStatus.Completed)
        {
            warnings.Add($"its status is {Problems.Quote(backup.Status)}, not completed");
        }

        if (backup.Damage is { } damage)
        {
            var since = backup.DamagedAt is { } at ? at.UtcDateTime.ToString("' (since 'yyyy-MM-dd')'", CultureInfo.InvariantCulture) : "";
            warnings.Add($"it is damaged: the backup {damage.TrimEnd('.')}{since}. If possible, restore another one");
        }

        if (length == 0)
        {
            warnings.Add("it is empty (0 bytes)");
        }
        else if (backup.SizeBytes is { } recorded && recorded != length)
        {
            warnings.Add($"its size is {length} bytes, but {recorded} bytes are recorded");
        }
    }

    private static BackupException BlobMissing(string target, Operation backup)
    {
        var name = Problems.Quote(BlobNameReading.Redact(backup.BlobName!));
        return backup.Status == OperationStatus.Pruned
            ? new("no_blob", $"{target} was pruned, so its blob {name} no longer exists.", "To see the other backups: ./cochin backups list")
            : new(
                "no_blob",
                $"The blob {name} of {target} does not exist.",
                "If it was deleted by mistake, restore it in the storage account. To update the records: ./cochin rebuild_backup_paths");
    }

    private static BackupException Archived(string target, BlobClient blob, BlobProperties properties) => string.IsNullOrEmpty(properties.ArchiveStatus)
        ? new(
            "archived",
            $"{target} is in the archive tier, so it can't be read.",
            $"Rehydrate it, which can take 15 hours: az storage blob set-tier --auth-mode login --account-name {blob.AccountName} "
            + $"--container-name {blob.BlobContainerName} --name '{blob.Name}' --tier Hot")
        : new(
            "archived",
            $"{target} is being rehydrated from the archive tier ({properties.ArchiveStatus}).",
            "Try again later. Rehydration can take 15 hours.");
}
