using System.Collections.Concurrent;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>Counts findings and changes, and creates the result with its messages.</summary>
/// <param name="counts">The counts so far, including those of earlier runs.</param>
internal sealed class RebuildReport(RebuildCounts counts, Action<TaskItem>? items, DateTimeOffset now)
{
    private const string NameIt = "Write the blob's name as a path from the container's root (storage/…).";

    // Recorded blobs, until their record is checked. Only filled if items are requested.
    private readonly ConcurrentDictionary<string, BackupBlob> recorded = [];

    // Not saved in the checkpoint, because each run of the work finds all of them again.
    private readonly Finding unclearBlobs = new();

    public bool IsMassMissing => ReconciliationRule.IsMassMissing(counts.Gone, counts.Completed);

    /// <summary>Reports a listed blob as an item. An orphan is reported later, when it is registered or skipped.</summary>
    public void Listed(BackupBlob blob, BlobVerdict verdict)
    {
        switch (verdict)
        {
            case BlobVerdict.Ignored:
                Item(blob, "keep", "ignored");
                break;
            case BlobVerdict.InFlight:
                Item(blob, "keep", "inFlight");
                break;
            case BlobVerdict.Recorded:
                recorded[blob.Name] = blob;
                break;
        }
    }

    /// <summary>Reports unreadable columns of a row.</summary>
    public void RowRead(Operation row)
    {
        UnknownPartitions.Add(counts.UnknownPartitions, row);
        if (row.UnreadableBlobNameType is { } type && row is not { Kind: OperationKind.Restore, HasEnded: true })
        {
            counts.Unread.Add(
                $"{row.Kind}/{row.Id}: its BlobName is not text ({type}), so its blob is unknown, "
                + $"and backups that may belong to it are not registered. {NameIt}");
        }

        if (row is { Kind: OperationKind.Backup, UnreadableSizeType: { } sizeType, Status: OperationStatus.Completed or OperationStatus.FileMissing })
        {
            var result = row.Status == OperationStatus.Completed ? "it was not compared" : "the record is not healed";
            counts.Unread.Add($"{row.Kind}/{row.Id}: its SizeBytes can't be read ({sizeType}), so {result}. Write a whole number of bytes.");
        }
    }

    /// <summary>Reports a blob that no record refers to exactly, but that is not an orphan.</summary>
    /// <param name="verdict">Its verdict instead of <see cref="BlobVerdict.Orphan"/>.</param>
    public void Excluded(BackupBlob blob, BlobVerdict verdict)
    {
        counts.InFlight += verdict == BlobVerdict.InFlight ? 1 : 0;
        if (verdict == BlobVerdict.Unclear)
        {
            unclearBlobs.Add(
                $"{blob.Name} was not registered: a row whose BlobName is spelled differently or can't be read may refer to it. Correct that BlobName.");
        }

        var reason = verdict switch { BlobVerdict.InFlight => "inFlight", BlobVerdict.Unclear => "unclear", _ => "recorded" };
        Item(blob, verdict == BlobVerdict.Unclear ? "report" : "keep", reason);
    }

    /// <summary>Reports a blob with the name of a backup that is not one: a blob without content, or a folder entry.</summary>
    public void Ignored(BackupBlob blob)
    {
        counts.Ignored++;
        if (!blob.IsFolder)
        {
            counts.Empty.Add($"{blob.Name} {Empty(blob.Size)}: it is not a backup and was not registered. Check how it was created, and delete it.");
        }

        Item(blob, blob.IsFolder ? "keep" : "report", blob.IsFolder ? "ignored" : "empty");
    }

    /// <summary>Reports the result of a check.</summary>
    public void Checked(CheckedRecord record)
    {
        if (record.Problem is not null)
        {
            counts.Completed -= record.Record.Status == OperationStatus.Completed ? 1 : 0;
            Fail($"{record.Target}: its blob {Problems.Quote(record.BlobName)} could not be checked", record.Problem);
            return;
        }

        if (record.Doubt is not null)
        {
            counts.Completed -= record.Record.Status == OperationStatus.Completed ? 1 : 0;
            counts.Unclear.Add($"{record.Target}: its BlobName {Problems.Quote(record.BlobName)} {record.Doubt}; it was not changed. {NameIt}");
            Item(record, "report", "unclear");
            return;
        }

        if (record.Meant is not null)
        {
            counts.Respelled.Add($"{record.Target}, {Problems.Quote(BlobNameReading.Redact(record.Record.BlobName!))} for {record.BlobName}");
        }

        counts.Gone += record.Verdict == RecordVerdict.Missing && !record.IsPruned ? 1 : 0;
        if (record.SizeDiffers)
        {
            counts.Mismatched++;
            counts.Warnings.Add(
                $"{record.Target}: {record.BlobName} has {record.BlobSize} bytes, but its record has {record.Record.SizeBytes}; neither was changed.");
            Item(record, "report", "mismatch");
        }
        else if (record.BlobSize is { } size && EmptyArchive.HasSizeOf(record.BlobName, size))
        {
            counts.Empty.Add($"{record.Target}: its blob {record.BlobName} {Empty(size)}, so it is not a backup. Nothing was changed.");
            Item(record, "report", "empty");
        }
    }

    public void Registered(BackupBlob blob, Change change)
    {
        switch (change.Outcome)
        {
            case ChangeOutcome.Applied:
                counts.Registered++;
                counts.RegisteredBytes += blob.Size;
                if (blob is { Sha256: null, IsReadable: false })
                {
                    counts.Unhashed.Add(blob.Name);
                }

                Item(blob, "register", "orphan");
                break;
            case ChangeOutcome.Skipped when change.Detail == "empty":
                Ignored(blob);
                break;
            case ChangeOutcome.Skipped:
                counts.InFlight += change.Detail == "inFlight" ? 1 : 0;
                Item(blob, "keep", change.Detail);
                break;
            case ChangeOutcome.Failed:
                Fail($"{blob.Name} could not be registered", change.Detail);
                Item(blob, "keep", "failed");
                break;
        }
    }

    public void Repaired(CheckedRecord record, Change change)
    {
        var marking = record.Verdict == RecordVerdict.Missing;
        switch (change.Outcome)
        {
            case ChangeOutcome.Applied when record.IsPruned:
                Item(record, "mark", OperationStatus.Pruned);
                break;
            case ChangeOutcome.Applied when marking:
                counts.Missing++;
                Item(record, "mark", "missing");
                break;
            case ChangeOutcome.Applied:
                counts.Healed++;
                if (change.Detail == ReturnedRecords.Replaced)
                {
                    counts.Replaced.Add($"{record.Target}, {record.BlobName}");
                }

                Item(record, "heal", change.Detail == ReturnedRecords.Replaced ? ReturnedRecords.Replaced : "returned");
                break;
            case ChangeOutcome.Skipped:
                Item(record, "keep", change.Detail);
                break;
            case ChangeOutcome.Failed:
                Fail($"{record.Target}, for {record.BlobName}, could not be {(marking ? "marked as missing" : "healed")}", change.Detail);
                Item(record, "keep", "failed");
                break;
        }
    }

    /// <summary>Reports a missing record that is not marked, because there are too many.</summary>
    public void NotMarked(CheckedRecord record) => Item(record, "report", "missing");

    /// <summary>Reports the blobs with correct records. Call it last.</summary>
    public void ListUnchanged()
    {
        foreach (var blob in recorded.Values.OrderBy(blob => blob.Name, StringComparer.Ordinal))
        {
            Item(blob, "keep", "unchanged");
        }
    }

    /// <param name="refusal">Why no records were marked as missing; null if that was not refused.</param>
    public TaskResult ToResult(string? refusal) => new()
    {
        Outcome = refusal is not null ? Outcome.Failed : counts.Failed > 0 ? Outcome.Partial : Outcome.Completed,
        Failure = refusal is not null ? FailureKind.TooManyMissing : null,
        Counts =
        [
            new("blobs", counts.Blobs), new("records", counts.Records), new("registered", counts.Registered), new("missing", counts.Missing),
            new("healed", counts.Healed), new("mismatched", counts.Mismatched), new("inFlight", counts.InFlight), new("ignored", counts.Ignored),
            new("failed", counts.Failed),
        ],
        Bytes = [new("registered", counts.RegisteredBytes)],
        Error = refusal ?? (counts.Failed > 0
            ? $"{counts.Failed} backups could not be processed; the next run tries again: {Problems.List(counts.Failures)}"
            : null),
        Warnings =
        [
            .. counts.Warnings, .. UnknownPartitions.Warnings(counts.UnknownPartitions),
            .. counts.Empty.Each(), .. counts.Unread.Each(), .. counts.Unclear.Each(), .. unclearBlobs.Each(),
            .. counts.Respelled.Summary(
                "A record has another spelling of its blob's name, which was recognized; write the name as a path from the container's root:",
                "records have another spelling of their blobs' names, which was recognized; write the names as paths from the container's root. The first:"),
            .. counts.Replaced.Summary(
                "A record of a pruned or missing backup now describes a new one with the same name:",
                "records of pruned or missing backups now describe new ones with the same names. The first:"),
            .. counts.Unhashed.Summary(
                "A backup was registered without a checksum, because it can't be read "
                + "(archive tier, customer-provided key, or too large for one run):",
                "backups were registered without a checksum, because they can't be read "
                + "(archive tier, customer-provided key, or too large for one run). The first:"),
        ],
    };

    private static string Empty(long size) => size == 0 ? "is empty (0 bytes)" : $"is an archive without content ({size} bytes)";

    private void Fail(string what, string why)
    {
        counts.Failed++;
        counts.Failures.Add($"{what}: {why}");
        counts.Warnings.Add($"{what}: {why}");
    }

    private void Item(BackupBlob blob, string decision, string reason) =>
        Item(blob.Name, blob.Age(now).TotalHours, blob.Size, 1, decision, reason);

    private void Item(CheckedRecord record, string decision, string reason)
    {
        recorded.TryRemove(record.BlobName, out var blob);
        Item(record.BlobName, blob?.Age(now).TotalHours, record.BlobSize ?? 0, record.BlobSize is null ? 0 : 1, decision, reason);
    }

    private void Item(string blobName, double? ageHours, long bytes, long count, string decision, string reason)
    {
        var area = blobName.IndexOf('/', StringComparison.Ordinal);
        items?.Invoke(new TaskItem(blobName[(area + 1)..], blobName[..Math.Max(area, 0)], ageHours, bytes, count, decision, reason));
    }
}
