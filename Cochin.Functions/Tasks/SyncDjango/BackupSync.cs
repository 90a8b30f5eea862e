using Azure;
using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.SyncDjango.Files;
using Cochin.Functions.Tasks.SyncDjango.Mapping;
using Cochin.Functions.Tasks.SyncDjango.Source;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.SyncDjango;

/// <summary>
/// Copies the files, then the rows of backups and restores. A row that names a blob is written after its file is in the storage, so a run that is
/// killed in between leaves at most a young blob without a row, which the next run completes.
/// </summary>
internal sealed class BackupSync(TaskContext context, SyncReport report, PathMap paths, StorageFolder folder, bool isDryRun)
{
    private static readonly string AllBackups = $"PartitionKey eq '{OperationKind.Backup}'";

    private readonly FileIndex index = new(folder.Find);
    private readonly NewestBackups newest = new(folder.Find);

    /// <summary>Reads what the rows of the table and the database say about files.</summary>
    /// <returns>Why nothing may be copied, as one or two sentences; null if it may.</returns>
    public async Task<string?> PlanAsync(DjangoDatabase database, CancellationToken cancellationToken)
    {
        string[] columns =
        [
            "PartitionKey", "RowKey", nameof(Operation.Status), nameof(Operation.BlobName), nameof(Operation.PruneStartedAt), nameof(Operation.CreatedAt),
            nameof(Operation.CreatedBy), nameof(Operation.Sha256), nameof(Operation.VerifiedAt), nameof(Operation.VerifiedETag), nameof(Operation.Damage),
        ];
        var storage = context.Storage;
        var hasBackups = false;
        try
        {
            await foreach (var row in storage.Operations.RowsAsync(AllBackups, columns, cancellationToken).ConfigureAwait(false))
            {
                index.AddRow(Operation.From(row));
                hasBackups = true;
            }
        }
        catch (RequestFailedException e) when (MissingTable.Is(e))
        {
            hasBackups = false; // It may have been lost while it was read.
        }

        IEnumerable<TableClient> unread = hasBackups ? [storage.Configurations, storage.Devis] : [storage.Configurations, storage.Devis, storage.Operations];
        foreach (var table in unread)
        {
            if (await MissingTable.FindLostAsync(storage, table, cancellationToken).ConfigureAwait(false) is { } lost)
            {
                return lost.Refusal("copied");
            }
        }

        return ReadPaths(database);
    }

    /// <returns>False if the time ran out.</returns>
    public async Task<bool> RunAsync(DjangoDatabase database, CancellationToken cancellationToken)
    {
        var files = new FileSync(context, folder) { RecordOf = index.RecordOf, IsNeeded = index.IsNeeded };
        await foreach (var state in files.RunAsync(index.IsPruned, isDryRun, cancellationToken).ConfigureAwait(false))
        {
            index.AddFile(state);
            report.File(state);
            Compare(state);
        }

        index.FindBlob = files.FindBlob;

        report.HandledBytes = files.HandledBytes;
        if (files.IsUnfinished || context.IsOutOfTime())
        {
            return false;
        }

        var map = new OperationMap(paths, index.Find);
        var backups = new RowSync(context, context.Storage.Operations, OperationKind.Backup, report, isDryRun);
        var restores = new RowSync(context, context.Storage.Operations, OperationKind.Restore, report, isDryRun);
        return await backups.RunAsync(database.ReadBackups().Select(record => MapBackup(map, record)), cancellationToken).ConfigureAwait(false)
            && await restores.RunAsync(Restores(database), cancellationToken).ConfigureAwait(false);
    }

    private string? ReadPaths(DjangoDatabase database)
    {
        var roots = new FittingRoots(paths, folder.Find);
        foreach (var record in database.ReadBackups())
        {
            if (OperationMap.PlaceOf(paths, record) is not { } place)
            {
                continue;
            }

            var (label, path) = ($"backup/{OperationMap.KeyOf(record.Id)}", record["file_path"] as string);
            var created = Columns.ParseTime(record["created_at"] as string ?? "");
            roots.Add(path, place.Place);
            if (place.BlobName is { } blobName)
            {
                newest.Add(record, blobName);
            }

            switch (place)
            {
                case { BlobName: { } name } when index.AddBackup(record.Id, name, OperationMap.ChecksumOf(record), created) is { } first:
                    report.Discrepancies.Add(DiscrepancyKind.SharedFile, label, $"names the same file as {OperationMap.KeyOf(first)}: '{name}'");
                    break;
                case { Place: PathPlace.OutsideRoot }:
                    report.Discrepancies.Add(
                        DiscrepancyKind.OtherPlace, label,
                        $"has the path {Problems.Quote(path)}, which does not begin with '{paths.Root}', so its file is not known{HintFor(path)}");
                    break;
                case { Place: PathPlace.Elsewhere }:
                    report.Discrepancies.Add(DiscrepancyKind.OtherPlace, label, $"has its file outside storage/ ({Problems.Quote(path)}), so it is not copied");
                    break;
            }
        }

        return roots.FindBetter(database.ReadBackups().Select(record => record["file_path"] as string)) is { } root
            ? $"The paths in the database do not fit the root '{paths.Root}', but they fit the backups folder with '{root}'. Nothing was copied. "
                + $"Give --path-root '{root}', or set {DjangoSettings.PathRootSetting} to it."
            : null;

        string HintFor(string? path) => path is not null && roots.FindFor(path) is { } fitting
            ? $"; with the root '{fitting}' it would be found: give --path-root '{paths.Root}{PathMap.Separator}{fitting}'"
            : "";
    }

    private void Compare(FileState state)
    {
        if (state.Outcome == FileOutcome.Skipped && index.IsNeeded(state.BlobName))
        {
            report.Discrepancies.Add(DiscrepancyKind.Skipped, state.BlobName, state.Problem ?? "is not a file of the backups folder, so it is not copied");
        }

        if (state.Outcome is FileOutcome.Skipped or FileOutcome.Withheld or FileOutcome.Unreadable)
        {
            return;
        }

        if (!index.IsNamed(state.BlobName))
        {
            report.Discrepancies.Add(
                DiscrepancyKind.NoRecord, state.BlobName,
                "is in the backups folder, but no backup in the database names it; rebuild_backup_paths registers its blob");
        }
        else if (state.Sha256 is { } sha256 && index.ChecksumOf(state.BlobName) is { } stated && !sha256.Equals(stated, StringComparison.OrdinalIgnoreCase))
        {
            report.Discrepancies.Add(DiscrepancyKind.Checksum, state.BlobName, $"has the SHA-256 {sha256}, but {stated} in the database");
        }
    }

    private MappedRow MapBackup(OperationMap map, SourceRecord record)
    {
        report.Backups++;
        context.Progress(new TaskProgress("copying backups", report.Backups, null));
        var row = map.Backup(record);
        if (row is OperationRow { BlobName.Value: string name } backup && index.Find(name) is var file)
        {
            if (file.Standing == FileStanding.Missing && !index.IsPruned(name) && !backup.IsLive)
            {
                report.Missing(row.Label, name, file.IsLost, backup.IsCompleted && file.IsLost ? newest.FindConfiguration(record, name) : null);
            }
            else if (file.Standing == FileStanding.Stored && backup.Size.Value is long size && size != file.Size)
            {
                report.Discrepancies.Add(DiscrepancyKind.Size, row.Label, $"has the size {size} in the database, but its file has {file.Size} bytes");
            }
        }

        return row;
    }

    private IEnumerable<MappedRow> Restores(DjangoDatabase database)
    {
        foreach (var row in database.ReadRestores().Select(OperationMap.Restore).Concat(database.ReadExternalRestorations().Select(OperationMap.External)))
        {
            report.Restores++;
            yield return row;
        }
    }
}
