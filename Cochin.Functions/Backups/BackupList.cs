using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Backups;

/// <summary>A backup in the list.</summary>
/// <param name="IsProtected">Whether its row or its blob's metadata protects it. A value that can't be read protects it, too.</param>
/// <param name="Unreadable">The columns with unreadable values, each with its value.</param>
internal sealed record ListedBackup(Operation Backup, bool IsProtected, IReadOnlyList<string> Unreadable);

/// <summary>Lists the backups and their status.</summary>
internal sealed class BackupList(CochinStorage storage)
{
    private const string Filter = "PartitionKey eq '" + OperationKind.Backup + "'";

    private static readonly (string Column, Func<TableEntity, string, object?> Read)[] ShownColumns =
    [
        (nameof(Operation.Name), Columns.Text),
        (nameof(Operation.Status), Columns.Text),
        (nameof(Operation.Configuration), static (row, _) => Operation.From(row).Configuration),
        (nameof(Operation.BlobName), Columns.Name),
        (nameof(Operation.SizeBytes), static (row, column) => row.Size(column)),
        (nameof(Operation.Sha256), Columns.Text),
        (nameof(Operation.CreatedAt), static (row, column) => row.Time(column)),
        (nameof(Operation.CompletedAt), static (row, column) => row.Time(column)),
        (nameof(Operation.VerifiedAt), static (row, column) => row.Time(column)),
        (nameof(Operation.VerifiedLevel), Columns.Text),
        (nameof(Operation.Damage), Columns.Text),
        (nameof(Operation.DamagedAt), static (row, column) => row.Time(column)),
        (ProtectionReader.Column, static (row, _) => ProtectionReader.Of(row) == Protection.Unreadable ? null : true),
    ];

    private static readonly string[] SelectedColumns =
        [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), .. ShownColumns.Select(shown => shown.Column)];

    /// <summary>Reads all backups, sorted by configuration, newest last. A value that can't be read is null; its row is still listed.</summary>
    /// <exception cref="RequestFailedException">The rows or the blobs can't be read to the end.</exception>
    /// <exception cref="LostTableException">The operations were lost.</exception>
    public async Task<IReadOnlyList<ListedBackup>> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = storage.Operations.RowsAsync(Filter, SelectedColumns, cancellationToken);
        var backups = await rows.Select(From).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (backups.Count == 0)
        {
            await MissingTable.EnsureNotLostAsync(storage, storage.Operations, cancellationToken).ConfigureAwait(false);
        }

        var protectedBlobs = backups.Count == 0 ? [] : await ReadProtectedBlobsAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            .. backups
                .Select(backup => backup with { IsProtected = backup.IsProtected || IsProtectedByBlob(backup.Backup, protectedBlobs) })
                .OrderBy(backup => backup.Backup.Configuration, StringComparer.OrdinalIgnoreCase)
                .ThenBy(backup => backup.Backup.MadeAt(now))
                .ThenBy(backup => backup.Backup.Id, StringComparer.Ordinal),
        ];
    }

    /// <summary>Returns the backups of one configuration. The comparison ignores case and the Unicode form of accents.</summary>
    public static IReadOnlyList<ListedBackup> FilterByConfiguration(IEnumerable<ListedBackup> backups, string name) =>
    [
        .. backups.Where(backup => NormalizedName.Comparer.Equals(NormalizedName.Of(backup.Backup.Configuration ?? ""), NormalizedName.Of(name))),
    ];

    private static ListedBackup From(TableEntity row)
    {
        var unreadable = ShownColumns.Where(shown => row.Has(shown.Column) && shown.Read(row, shown.Column) is null);
        return new(
            Operation.From(row),
            ProtectionReader.Of(row) != Protection.None,
            [.. unreadable.Select(shown => $"{shown.Column} ({Problems.Quote(row.Written(shown.Column))})")]);
    }

    private bool IsProtectedByBlob(Operation backup, HashSet<string> blobs) =>
        blobs.Count > 0 && backup.BlobName is { Length: > 0 } name && BlobNameReading.NamesOf(name, storage.Backups.Uri).Any(blobs.Contains);

    /// <summary>Returns the names of the blobs that are protected by their own metadata. These are few, so they fit into memory.</summary>
    private async Task<HashSet<string>> ReadProtectedBlobsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await storage.BackupListing.BlobsAsync(new ListingQuery(BackupBlob.Root, WithMetadata: true), cancellationToken)
                .Where(blob => ProtectionReader.Of(blob) != Protection.None)
                .Select(blob => blob.Name)
                .ToHashSetAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return []; // The rows are still listed.
        }
    }
}
