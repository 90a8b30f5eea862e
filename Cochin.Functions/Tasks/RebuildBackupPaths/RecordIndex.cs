using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>
/// All that rows and listing say about blobs: neither side comes in the other's order, so both are held, in one entry a name and
/// without the names.
/// </summary>
internal sealed class RecordIndex(BlobTable table)
{
    public RecordIndex()
        : this(new BlobTable())
    {
    }

    public BlobTable Table { get; } = table;

    /// <param name="page">The page of rows that it is on.</param>
    public void Add(Operation operation, int page = 0)
    {
        if (!string.IsNullOrEmpty(operation.BlobName))
        {
            var key = BlobKey.Of(operation.BlobName);
            Table.Set(key, Table.Find(key).With(operation, page));
        }
    }

    /// <summary>Notes that the listing shows a blob.</summary>
    public void See(BackupBlob blob, int page, BackupSettings settings, DateTimeOffset now)
    {
        var key = BlobKey.Of(blob.Name);
        Table.Set(key, Table.Find(key).WithSeen(blob, page, settings, now));
    }

    /// <summary>Notes that an orphan was dealt with, whatever came of it.</summary>
    public void Handle(BackupBlob orphan)
    {
        var key = BlobKey.Of(orphan.Name);
        Table.Set(key, Table.Find(key).WithRecord());
    }

    public BlobFacts Of(string blobName) => Table.Find(BlobKey.Of(blobName));
}
