using System.Collections.Concurrent;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>Counts what was found and done, and puts it into words.</summary>
/// <param name="counts">What was counted so far, by earlier runs too.</param>
internal sealed class RebuildReport(RebuildCounts counts, Action<TaskItem>? items, DateTimeOffset now)
{
    private const string NameIt = "Write the blob's name from the container's root, storage/….";

    // Recorded blobs, until it is known whether their record is right. Only for those who want the list.
    private readonly ConcurrentDictionary<string, BackupBlob> recorded = [];

    // Each run of a work meets all of these, so they are not kept from one to the next.
    private readonly Finding unclearBlobs = new();

    public bool IsMassMissing => Judge.IsMassMissing(counts.Gone, counts.Completed);

    /// <summary>A blob, for those who want to see each. The item of an orphan comes when it is registered or left.</summary>
    public void Listing(BackupBlob blob, BlobVerdict verdict)
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

    /// <summary>A row of a backup, or of another operation in progress, as it is read.</summary>
    public void Reading(Operation row)
    {
        if (row.UnreadableBlobNameType is { } type && (row.Kind == OperationKind.Backup || !row.HasEnded))
        {
            counts.Unread.Add(
                $"{row.Kind}/{row.Id}: its BlobName is not text ({type}), so its blob is unknown, and backups that may be its are not registered. {NameIt}");
        }

        if (row is { Kind: OperationKind.Backup, UnreadableSizeType: { } sizeType, Status: OperationStatus.Completed or OperationStatus.FileMissing })
        {
            counts.Unread.Add($"{row.Kind}/{row.Id}: its SizeBytes can't be read ({sizeType}) and was not compared. Write a whole number of bytes.");
        }
    }

    /// <summary>A blob that no record names exactly, and that is not registered either.</summary>
    /// <param name="verdict">What it is instead of an orphan.</param>
    public void PassingOver(BackupBlob blob, BlobVerdict verdict)
    {
        counts.InFlight += verdict == BlobVerdict.InFlight ? 1 : 0;
        if (verdict == BlobVerdict.Unclear)
        {
            unclearBlobs.Add($"{blob.Name} was not registered: a row whose BlobName is spelled in another way, or can't be read, may mean it. Correct that BlobName.");
        }

        var reason = verdict switch { BlobVerdict.InFlight => "inFlight", BlobVerdict.Unclear => "unclear", _ => "recorded" };
        Item(blob, verdict == BlobVerdict.Unclear ? "report" : "keep", reason);
    }

    /// <summary>Something under a backup's name that is none: a blob without content, or the entry of a folder.</summary>
    public void Ignoring(BackupBlob blob)
    {
        counts.Ignored++;
        if (!blob.IsFolder)
        {
            counts.Empty.Add($"{blob.Name} {Empty(blob.Size)}: it is not a backup and was not registered. Check how it was made, and delete it.");
        }

        Item(blob, blob.IsFolder ? "keep" : "report", blob.IsFolder ? "ignored" : "empty");
    }

    /// <summary>A record that was held against the complete listing.</summary>
    public void Looking(JudgedRecord record)
    {
        if (record.Problem is not null)
        {
            counts.Completed -= record.Record.Status == OperationStatus.Completed ? 1 : 0;
            Fail($"{record.Target}: its blob {Problems.Quote(record.BlobName)} could not be looked for", record.Problem);
            return;
        }

        if (record.Doubt is not null)
        {
            counts.Completed -= record.Record.Status == OperationStatus.Completed ? 1 : 0;
            counts.Unclear.Add($"{record.Target}: its BlobName {Problems.Quote(record.BlobName)} {record.Doubt}; it was left as it is. {NameIt}");
            Item(record, "report", "unclear");
            return;
        }

        if (record.Meant is not null)
        {
            counts.Respelled.Add($"{record.Target}, {Problems.Quote(BlobNameReading.Shown(record.Record.BlobName!))} for {record.BlobName}");
        }

        counts.Gone += record.Verdict == RecordVerdict.Missing && !record.IsPruned ? 1 : 0;
        if (record.SizeDiffers)
        {
            counts.Mismatched++;
            counts.Warnings.Add($"{record.Target}: {record.BlobName} has {record.BlobSize} bytes, its record says {record.Record.SizeBytes}; neither was changed.");
            Item(record, "report", "mismatch");
        }
        else if (record.BlobSize is { } size && EmptyArchive.HasSizeOf(record.BlobName, size))
        {
            counts.Empty.Add($"{record.Target}: its blob {record.BlobName} {Empty(size)}, so it is not a backup. Nothing was changed.");
            Item(record, "report", "empty");
        }
    }

    public void Registering(BackupBlob blob, Change change)
    {
        switch (change.Outcome)
        {
            case ChangeOutcome.Made:
                counts.Registered++;
                counts.RegisteredBytes += blob.Size;
                if (blob is { Sha256: null, IsReadable: false })
                {
                    counts.Unhashed.Add(blob.Name);
                }

                Item(blob, "register", "orphan");
                break;
            case ChangeOutcome.LeftAlone when change.Detail == "empty":
                Ignoring(blob);
                break;
            case ChangeOutcome.LeftAlone:
                counts.InFlight += change.Detail == "inFlight" ? 1 : 0;
                Item(blob, "keep", change.Detail);
                break;
            case ChangeOutcome.Failed:
                Fail($"{blob.Name} could not be registered", change.Detail);
                Item(blob, "keep", "failed");
                break;
        }
    }

    public void Repairing(JudgedRecord record, Change change)
    {
        var marking = record.Verdict == RecordVerdict.Missing;
        switch (change.Outcome)
        {
            case ChangeOutcome.Made when record.IsPruned:
                Item(record, "mark", OperationStatus.Pruned);
                break;
            case ChangeOutcome.Made when marking:
                counts.Missing++;
                Item(record, "mark", "missing");
                break;
            case ChangeOutcome.Made:
                counts.Healed++;
                Item(record, "heal", "returned");
                break;
            case ChangeOutcome.LeftAlone:
                Item(record, "keep", change.Detail);
                break;
            case ChangeOutcome.Failed:
                Fail($"{record.Target}, for {record.BlobName}, could not be {(marking ? "marked missing" : "healed")}", change.Detail);
                Item(record, "keep", "failed");
                break;
        }
    }

    /// <summary>A record that would be marked, were they not so many.</summary>
    public void Refusing(JudgedRecord record) => Item(record, "report", "missing");

    /// <summary>Lists the blobs whose records are right, once all others have been listed.</summary>
    public void ListUnchanged()
    {
        foreach (var blob in recorded.Values.OrderBy(blob => blob.Name, StringComparer.Ordinal))
        {
            Item(blob, "keep", "unchanged");
        }
    }

    /// <param name="refusal">Why records were not marked missing; null where that was not refused.</param>
    public TaskResult ToResult(string? refusal) => new()
    {
        Outcome = refusal is not null ? Outcome.Failed : counts.Failed > 0 ? Outcome.Partial : Outcome.Completed,
        Failure = refusal is not null ? FailureKind.TooManyMissing : null,
        Counts =
        [
            new("blobs", counts.Blobs), new("records", counts.Records), new("registered", counts.Registered), new("missing", counts.Missing), new("healed", counts.Healed),
            new("mismatched", counts.Mismatched), new("inFlight", counts.InFlight), new("ignored", counts.Ignored), new("failed", counts.Failed),
        ],
        Bytes = [new("registered", counts.RegisteredBytes)],
        Error = refusal ?? (counts.Failed > 0 ? $"{counts.Failed} of the backups could not be dealt with, and are tried again by the next run: {Problems.List(counts.Failures)}" : null),
        Warnings =
        [
            .. counts.Warnings, .. counts.Empty.Each(), .. counts.Unread.Each(), .. counts.Unclear.Each(), .. unclearBlobs.Each(),
            .. counts.Respelled.Summary(
                "A record names its blob in another form and was understood; write the blob's name from the container's root:",
                "records name their blobs in another form and were understood; write the blobs' names from the container's root. The first:"),
            .. counts.Unhashed.Summary(
                "A backup was registered without a checksum, as it can't be read (archive tier, a customer-provided key, or too large to be read within one run):",
                "backups were registered without a checksum, as they can't be read (archive tier, a customer-provided key, or too large to be read within one run). The first:"),
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

    private void Item(JudgedRecord record, string decision, string reason)
    {
        recorded.TryRemove(record.BlobName, out var blob);
        Item(record.BlobName, blob?.Age(now).TotalHours, record.BlobSize ?? 0, record.BlobSize is null ? 0 : 1, decision, reason);
    }

    private void Item(string blobName, double? ageHours, long bytes, long count, string decision, string reason)
    {
        if (items is not null)
        {
            var area = blobName.IndexOf('/', StringComparison.Ordinal);
            items(new TaskItem(blobName[(area + 1)..], blobName[..Math.Max(area, 0)], ageHours, bytes, count, decision, reason));
        }
    }
}
