using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.BackupRecords;

/// <summary>Rows that the reconciliation created. Their time may be that of the upload, which says nothing about the age of the backup.</summary>
internal static class RegisteredBackup
{
    /// <summary>The <c>CreatedBy</c> of their rows: the task.</summary>
    public const string Creator = "rebuild_backup_paths";

    private const int MinCopied = 3;

    private static readonly TimeSpan CopyTime = TimeSpan.FromHours(1);

    /// <summary>Whether the time of a row is that of the upload. A row with the file's own time has a <c>StartedAt</c>; a corrected one has an
    /// earlier <c>CompletedAt</c>.</summary>
    public static bool HasUploadTime(Operation row) => Is(row) && row.StartedAt is null && !(row.CompletedAt < row.CreatedAt);

    /// <summary>Whether another program recorded the backup, so that backups of its configuration usually have a row that it wrote.</summary>
    public static bool IsOther(Operation row) =>
        row.Kind == OperationKind.Backup
        && !Is(row)
        && !row.IsLive
        && row.Status is not (OperationStatus.Failed or OperationStatus.Cancelled or OperationStatus.Pruned);

    /// <summary>Whether so many backups were uploaded within an hour that they were probably copied.</summary>
    public static bool AreCopied(IEnumerable<DateTimeOffset> uploads)
    {
        List<DateTimeOffset> sorted = [.. uploads.Order()];
        return Enumerable.Range(0, Math.Max(0, sorted.Count - MinCopied + 1)).Any(i => sorted[i + MinCopied - 1] - sorted[i] <= CopyTime);
    }

    /// <summary>Whether the reconciliation created a row. With <c>--user-id</c>, only the row key shows it.</summary>
    public static bool Is(Operation row) =>
        row.Kind == OperationKind.Backup
        && (row.CreatedBy == Creator || row.Id.StartsWith(BlobKey.RowKeyPrefix, StringComparison.Ordinal));
}
