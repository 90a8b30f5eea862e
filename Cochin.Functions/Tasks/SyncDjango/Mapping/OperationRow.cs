using Azure.Data.Tables;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.SyncDjango.Mapping;

/// <summary>The row of a backup or restore.</summary>
/// <param name="status">The application's status.</param>
/// <param name="written">What it is in the table.</param>
internal sealed class OperationRow(string partition, string key, string status, string written) : MappedRow(partition, key)
{
    public const string SyncedStatus = nameof(Operation.SyncedStatus);

    // What maintenance writes together with a status.
    private static readonly string[] OfStatus = [nameof(Operation.ErrorMessage), nameof(Operation.CompletedAt)];

    /// <summary>All columns but the status and what depends on the file.</summary>
    public required IReadOnlyList<(string Column, ColumnKind Kind, Cell Cell)> Cells { get; init; }

    /// <summary>The blob of a backup; none for a restore.</summary>
    public Cell BlobName { get; init; } = Cell.Unknown;

    public Cell Size { get; init; } = Cell.Unknown;

    public Cell Sha256 { get; init; } = Cell.Unknown;

    /// <summary>Whether the application is still working on it.</summary>
    public bool IsLive => written is OperationStatus.Pending or OperationStatus.Running;

    /// <summary>Whether it is completed for the application.</summary>
    public bool IsCompleted => written == OperationStatus.Completed;

    /// <summary>Looks a file up; set for backups.</summary>
    public Func<string, FileFacts>? FindFile { get; init; }

    public override string? FileProblem => BlobName.Value is string name ? FindFile?.Invoke(name).Problem : null;

    protected override bool TryApply(TableEntity row, bool isNew, List<string> problems)
    {
        var before = OperationStatus.Normalise(row.Written(nameof(Operation.Status)));
        var isSourceChanged = HasSourceChanged(row, problems);
        if (BlobName.Value is string name && FindFile is not null && !TryApplyFile(row, name, FindFile(name), isSourceChanged, problems))
        {
            return false;
        }

        if (isSourceChanged)
        {
            new Cell(written).ApplyTo(row, nameof(Operation.Status), ColumnKind.Text, problems);
            row.Set(SyncedStatus, status);
        }

        // A status that maintenance has written is kept with what belongs to it, until the application changes its own.
        var isMarked = !isSourceChanged && before != written;
        foreach (var (column, kind, cell) in Cells.Where(cell => !isMarked || !OfStatus.Contains(cell.Column)))
        {
            cell.ApplyTo(row, column, kind, problems);
        }

        // The blob of a completed backup stays known, even if the database no longer names its file.
        var isBlobKept = IsOfCompletedBackup(before) && row.Has(nameof(Operation.BlobName));
        if (isBlobKept && before == OperationStatus.Completed && BlobName is { IsKnown: true, Value: null })
        {
            var known = Tasks.Problems.Quote(row.Written(nameof(Operation.BlobName)));
            problems.Add($"has no file below storage/ in the database, but its row has the BlobName {known}, which was kept");
        }

        if (FindFile is not null && BlobName.Value is null && !isBlobKept)
        {
            BlobName.ApplyTo(row, nameof(Operation.BlobName), ColumnKind.Text, problems);
            Size.ApplyTo(row, nameof(Operation.SizeBytes), ColumnKind.Number, problems);
        }

        // Verification adds one to a backup that has none.
        if (Sha256.Value is not null)
        {
            Sha256.ApplyTo(row, nameof(Operation.Sha256), ColumnKind.Text, problems);
        }

        if (isSourceChanged && before == OperationStatus.Pruned && written == OperationStatus.Completed)
        {
            row.Set(nameof(Operation.PruneStartedAt), null);
            row.Set(nameof(Operation.PrunedAt), null);
        }

        return true;
    }

    protected override ReasonToKeep? FindReasonToKeep(TableEntity existing) =>
        base.FindReasonToKeep(existing) ?? (IsSetBack(existing)
            ? new(
                DiscrepancyKind.SetBack,
                $"is {Tasks.Problems.Quote(status)} in the database, but its row is completed, so the row was left as it is: a database that was restored "
                    + "has the backup it came from in an earlier state. Correct the record in the application")
            : null);

    private static bool IsOfCompletedBackup(string? status) =>
        status is OperationStatus.Completed or OperationStatus.FileMissing or OperationStatus.Pruned;

    // A restored database has the backup that it came from as running and without a file, and after some hours the application marks that as failed.
    private bool IsSetBack(TableEntity existing) =>
        OperationStatus.Normalise(existing.Written(nameof(Operation.Status))) == OperationStatus.Completed
        && existing.Text(SyncedStatus) != status
        && (IsLive || (written is OperationStatus.Failed or OperationStatus.Cancelled
            && BlobName is { IsKnown: true, Value: null } && existing.Has(nameof(Operation.BlobName))));

    private bool HasSourceChanged(TableEntity row, List<string> problems)
    {
        if (!row.Has(SyncedStatus))
        {
            return true;
        }

        if (row.Text(SyncedStatus) is not { } synced)
        {
            problems.Add($"has the {SyncedStatus} {Tasks.Problems.Quote(row.Written(SyncedStatus))} in the table, so its Status was kept");
            return false;
        }

        return synced != status;
    }

    /// <returns>False if the file is not completely in the storage yet, and the row has not named it before.</returns>
    private bool TryApplyFile(TableEntity row, string name, FileFacts file, bool isSourceChanged, List<string> problems)
    {
        var isNamed = row.Name(nameof(Operation.BlobName)) == file.BlobName;
        if (file.Standing == FileStanding.Waits && !IsLive && (!isNamed || isSourceChanged))
        {
            return false;
        }

        new Cell(file.BlobName).ApplyTo(row, nameof(Operation.BlobName), ColumnKind.Text, problems);
        if (file.Standing == FileStanding.Stored && (Size.Value is null || (file.Sha256 is not null && Checksum.Parse(Sha256.Value as string) == file.Sha256)))
        {
            new Cell(file.Size).ApplyTo(row, nameof(Operation.SizeBytes), ColumnKind.Number, problems);
        }
        else if (Size.Value is not null && (!isNamed || !row.Has(nameof(Operation.SizeBytes)) || file.Standing == FileStanding.Stored))
        {
            // Without the file, the size that was written when it was there is more reliable.
            Size.ApplyTo(row, nameof(Operation.SizeBytes), ColumnKind.Number, problems);
        }

        // Its Status is the application's. Without this mark, it would count as the newest good backup.
        row.Set(nameof(Operation.FileMissing), IsCompleted && file.IsLost ? true : null);
        return true;
    }
}
