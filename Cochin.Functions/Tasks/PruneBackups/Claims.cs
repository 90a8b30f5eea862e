using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks.Operations;

namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>
/// The backups and blobs that other rows need: those that restores in progress read, and those that rows refer to which are not pruned. If a
/// value can't be read, everything it may refer to is needed.
/// </summary>
/// <param name="container">The backup container, to compare with addresses in rows.</param>
internal sealed class Claims(Uri container)
{
    // The id of a restore from a file that is not one of these backups.
    private const string External = "django-external-";

    private readonly RestoreSources sources = new();
    private readonly HashSet<BlobKey> names = [];
    private readonly HashSet<BlobKey> nearNames = [];
    private readonly HashSet<BlobKey> nearFiles = [];
    private readonly HashSet<long> sizes = [];
    private bool isAnyBlob;
    private bool isAnySource;

    /// <summary>Values that can't be read, as sentences that name the row.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Adds what a row needs. An operation that has ended needs nothing, unless it is a backup that exists or is protected, or may be one.</summary>
    public void Add(Operation row)
    {
        if (!row.HasEnded && row.Kind != OperationKind.Backup)
        {
            AddSource(row);
        }

        if (!row.HasEnded
            || row.IsOfUnknownKind
            || row is { Kind: OperationKind.Backup, Status: OperationStatus.Completed or OperationStatus.FileMissing }
            || row is { Kind: OperationKind.Backup, IsProtected: true })
        {
            AddBlob(row);
        }
    }

    /// <summary>Adds the blob with a name that may be spelled differently.</summary>
    public void AddName(string blobName)
    {
        var reading = BlobNameReading.Of(blobName, container);
        names.Add(BlobKey.Of(blobName));
        names.UnionWith(reading.Spellings.Select(BlobKey.Of));
        nearNames.UnionWith(reading.Forms.Select(form => BlobKey.Of(BlobNameReading.LooseForm(form))));
        if (reading.IsGuess)
        {
            nearFiles.UnionWith(reading.Forms.Select(form => BlobKey.Of(BlobNameReading.LooseFileForm(form))));
        }
    }

    /// <summary>Finds the blobs of the backups that restores read. If one has none, it may be that of any backup.</summary>
    /// <param name="known">The ids of backups that are known to have a blob.</param>
    public async Task FindSourcesAsync(TableClient operations, List<string> known, CancellationToken cancellationToken)
    {
        await foreach (var source in sources.FindAsync(operations, known, cancellationToken).ConfigureAwait(false))
        {
            List<string> found = [.. source.Rows.Select(row => row.BlobName).OfType<string>().Where(name => !string.IsNullOrWhiteSpace(name))];
            found.ForEach(AddName);
            var isUnknown = source.Rows.Count == 0 && !known.Exists(id => RestoreSources.IsSame(source.Id, id));
            if (isUnknown || found.Count < source.Rows.Count)
            {
                isAnySource = true;
                Warnings.Add(
                    $"{source.Restore} is in progress and reads the backup {Problems.Quote(source.Id)}, "
                    + $"which has no {(isUnknown ? "row" : "readable BlobName")}, so every backup is kept until it ends.");
            }
        }
    }

    /// <summary>Whether a restore in progress reads a backup, or may read it.</summary>
    public bool AreReading(string id) => isAnySource || sources.Contains(id);

    /// <summary>Whether another row refers to a blob, or may refer to it.</summary>
    public bool AreNaming(string blobName, long bytes) =>
        isAnyBlob
        || names.Contains(BlobKey.Of(blobName))
        || sizes.Contains(bytes)
        || nearNames.Contains(BlobKey.Of(BlobNameReading.LooseForm(blobName)))
        || nearFiles.Contains(BlobKey.Of(BlobNameReading.LooseFileForm(blobName)));

    private void AddSource(Operation restore)
    {
        if (sources.TryAdd(restore))
        {
            return;
        }

        if (restore.UnreadableBackupIdType is { } type)
        {
            isAnySource = true;
            Warnings.Add($"{restore.Kind}/{restore.Id} is in progress and has a BackupId of the type {type}, so every backup is kept. Write it as text.");
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
            AddName(row.BlobName);
        }
    }

    // It may refer to any blob of its size, or to any blob if its size is unknown.
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

        Warnings.Add($"{row.Kind}/{row.Id} has a BlobName of the type {type}, so each backup that it may refer to is kept. Write it as text.");
    }
}
