using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.RebuildBackupPaths;

namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>
/// What other rows need: the backups that live restores read, and the blobs that rows name which are not to be pruned. What can't be read
/// with certainty is needed as well.
/// </summary>
/// <param name="container">The backup container, which addresses in rows are compared with.</param>
internal sealed class Claims(Uri container)
{
    // The application restores such a one from a file that is not a backup here.
    private const string External = "django-external-";

    private readonly HashSet<string> sources = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly HashSet<string> nearNames = new(StringComparer.Ordinal);
    private readonly HashSet<string> nearFiles = new(StringComparer.Ordinal);
    private readonly HashSet<long> sizes = [];
    private bool isAnyBlob;
    private bool isAnySource;

    /// <summary>Values that can't be read, as sentences that name the row.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Adds what a row needs that is not a backup to be judged. One that has ended and is no backup needs nothing.</summary>
    public void Add(Operation row)
    {
        if (!row.HasEnded && row.Kind != OperationKind.Backup)
        {
            AddSource(row);
        }

        if (!row.HasEnded || row is { Kind: OperationKind.Backup, Status: OperationStatus.Completed or OperationStatus.FileMissing })
        {
            AddBlob(row);
        }
    }

    /// <summary>Adds the blob of a backup that is kept.</summary>
    public void AddName(string blobName) => names.Add(blobName);

    /// <summary>Looks for the backups that live restores read. One that has no row by that id may be any.</summary>
    /// <param name="known">Ids of backups that have a row.</param>
    public async Task FindSourcesAsync(TableClient operations, List<string> known, CancellationToken cancellationToken)
    {
        foreach (var source in sources.Where(source => !known.Exists(id => IsSame(source, id))))
        {
            if (await operations.FindAsync(OperationKind.Backup, source, cancellationToken).ConfigureAwait(false) is null)
            {
                isAnySource = true;
                Warnings.Add($"A restore in progress reads the backup {Problems.Quote(source)}, which has no row, so every backup is kept until it ends.");
            }
        }
    }

    /// <summary>Whether a live restore reads a backup, or may.</summary>
    public bool AreReading(string id) => isAnySource || sources.Any(source => IsSame(source, id));

    /// <summary>Whether another row names a blob, or may.</summary>
    public bool AreNaming(string blobName, long bytes) =>
        isAnyBlob
        || names.Contains(blobName)
        || sizes.Contains(bytes)
        || nearNames.Contains(BlobNameReading.LooseForm(blobName))
        || nearFiles.Contains(BlobNameReading.LooseFileForm(blobName));

    /// <summary>Whether two ids are of one backup: one program may write <c>42</c> and another one <c>django-42</c>.</summary>
    private static bool IsSame(string one, string other) =>
        one.Equals(other, StringComparison.OrdinalIgnoreCase)
        || one.EndsWith("-" + other, StringComparison.OrdinalIgnoreCase)
        || other.EndsWith("-" + one, StringComparison.OrdinalIgnoreCase);

    private void AddSource(Operation restore)
    {
        if (restore.BackupId?.Trim() is { Length: > 0 } id)
        {
            sources.Add(id);
        }
        else if (restore.UnreadableBackupIdType is { } type)
        {
            isAnySource = true;
            Warnings.Add($"{restore.Kind}/{restore.Id} is in progress and has a BackupId of the type {type}, so every backup is kept; write it as text.");
        }
        else if (string.IsNullOrWhiteSpace(restore.BlobName) && !restore.Id.StartsWith(External, StringComparison.Ordinal))
        {
            isAnySource = true;
            Warnings.Add($"{restore.Kind}/{restore.Id} is in progress and has no BackupId, so every backup is kept until it ends.");
        }
    }

    private void AddBlob(Operation row)
    {
        if (row.UnreadableBlobNameType is { } type)
        {
            AddUnread(row, type);
        }
        else if (!string.IsNullOrWhiteSpace(row.BlobName))
        {
            var reading = BlobNameReading.Of(row.BlobName, container);
            names.Add(row.BlobName);
            names.UnionWith(reading.Spellings);
            nearNames.UnionWith(reading.Forms.Select(BlobNameReading.LooseForm));
            if (reading.IsGuess)
            {
                nearFiles.UnionWith(reading.Forms.Select(BlobNameReading.LooseFileForm));
            }
        }
    }

    // It may name any blob of its size, or any at all if it has no size to rely on.
    private void AddUnread(Operation row, string type)
    {
        if (row is { SizeBytes: > 0 and { } size, Status: OperationStatus.Completed or OperationStatus.FileMissing })
        {
            sizes.Add(size);
        }
        else
        {
            isAnyBlob = true;
        }

        Warnings.Add($"{row.Kind}/{row.Id} has a BlobName of the type {type}, so each backup that it may name is kept; write it as text.");
    }
}
