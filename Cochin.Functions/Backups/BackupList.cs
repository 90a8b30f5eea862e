using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tasks.VerifyBackups;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Backups;

/// <summary>A backup of the list.</summary>
/// <param name="IsProtected">By its row or by its blob's metadata; also if that can't be read.</param>
/// <param name="Unreadable">The columns whose values can't be read, each with its value.</param>
internal sealed record ListedBackup(Operation Backup, bool IsProtected, IReadOnlyList<string> Unreadable);

/// <summary>Lists the backups with what is known of them.</summary>
internal sealed class BackupList(CochinStorage storage)
{
    private const string Filter = "PartitionKey eq '" + OperationKind.Backup + "'";

    private static readonly (string Column, Func<TableEntity, string, object?> Read)[] Shown =
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

    private static readonly string[] Selected = [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), .. Shown.Select(shown => shown.Column)];

    /// <summary>Reads all backups, by configuration and newest last. What can't be read is null, and the row is listed all the same.</summary>
    /// <exception cref="RequestFailedException">The rows or the blobs can't be read to the end.</exception>
    public async Task<IReadOnlyList<ListedBackup>> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var backups = await storage.Operations.RowsAsync(Filter, Selected, cancellationToken).Select(From).ToListAsync(cancellationToken).ConfigureAwait(false);
        var protectedBlobs = backups.Count == 0 ? [] : await ReadProtectedBlobsAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            .. backups
                .Select(backup => backup with { IsProtected = backup.IsProtected || IsNamed(backup.Backup, protectedBlobs) })
                .OrderBy(backup => backup.Backup.Configuration, StringComparer.OrdinalIgnoreCase)
                .ThenBy(backup => backup.Backup.MadeAt(now))
                .ThenBy(backup => backup.Backup.Id, StringComparer.Ordinal),
        ];
    }

    /// <summary>Those of one configuration; case and the way accents are composed make no difference.</summary>
    public static IReadOnlyList<ListedBackup> OfConfiguration(IEnumerable<ListedBackup> backups, string name) =>
    [
        .. backups.Where(backup => NormalizedName.Comparer.Equals(NormalizedName.Of(backup.Backup.Configuration ?? ""), NormalizedName.Of(name))),
    ];

    private static ListedBackup From(TableEntity row)
    {
        var unreadable = Shown.Where(shown => row.Has(shown.Column) && shown.Read(row, shown.Column) is null);
        return new(
            Operation.From(row),
            ProtectionReader.Of(row) != Protection.None,
            [.. unreadable.Select(shown => $"{shown.Column} ({Problems.Quote(row.Written(shown.Column))})")]);
    }

    private bool IsNamed(Operation backup, HashSet<string> blobs) =>
        blobs.Count > 0 && backup.BlobName is { Length: > 0 } name && BackupSource.NamesOf(name, storage.Backups.Uri).Any(blobs.Contains);

    /// <summary>The blobs that their own metadata protects: few, so that they fit into memory.</summary>
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
            return []; // Without blobs there is no metadata; the rows are listed all the same.
        }
    }
}
