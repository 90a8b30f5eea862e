using System.Collections.Concurrent;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>Counts what was found and done, and puts it into words.</summary>
internal sealed class RebuildReport(Action<TaskItem>? items, DateTimeOffset now)
{
    private readonly List<string> warnings = [];
    private readonly List<string> failures = [];

    // Recorded blobs, until it is known whether their record is right. Only for those who want the list.
    private readonly ConcurrentDictionary<string, BackupBlob> recorded = [];
    private long blobs;
    private long registered;
    private long registeredBytes;
    private long missing;
    private long healed;
    private long mismatched;
    private long inFlight;
    private long ignored;
    private long failed;

    /// <summary>Rows of backups.</summary>
    public long Records { get; set; }

    /// <summary>Found in the survey: backups without a record.</summary>
    public long Orphans { get; private set; }

    /// <summary>Found in the survey: completed records that name a blob.</summary>
    public long Completed { get; private set; }

    /// <summary>Found in the survey: completed records whose blob is gone.</summary>
    public long Gone { get; private set; }

    /// <summary>Found in the survey: records marked missing whose blob is there.</summary>
    public long Returned { get; private set; }

    public bool IsMassMissing => Judge.IsMassMissing(Gone, Completed);

    public void Surveyed(BackupBlob blob, BlobVerdict verdict)
    {
        blobs++;
        switch (verdict)
        {
            case BlobVerdict.Ignored:
                ignored++;
                Item(blob, "keep", "ignored");
                break;
            case BlobVerdict.InFlight:
                inFlight++;
                Item(blob, "keep", "inFlight");
                break;
            case BlobVerdict.Recorded:
                if (items is not null)
                {
                    recorded[blob.Name] = blob;
                }

                break;
            case BlobVerdict.Orphan:
                // Its item comes when it is registered or left.
                Orphans++;
                break;
        }
    }

    public void Surveyed(JudgedRecord record)
    {
        if (record.Problem is not null)
        {
            Fail($"{record.Target}: its blob {Problems.Quote(record.BlobName)} could not be looked for", record.Problem);
            return;
        }

        Completed += record.Record.Status == OperationStatus.Completed ? 1 : 0;
        Gone += record.Verdict == RecordVerdict.Missing ? 1 : 0;
        Returned += record.Verdict == RecordVerdict.Returned ? 1 : 0;

        if (record.SizeDiffers)
        {
            mismatched++;
            warnings.Add($"{record.Target}: {record.BlobName} has {record.BlobSize} bytes, its record says {record.Record.SizeBytes}; neither was changed.");
            Item(record, "report", "mismatch");
        }
    }

    public void Registering(BackupBlob blob, Change change)
    {
        switch (change.Outcome)
        {
            case ChangeOutcome.Made:
                registered++;
                registeredBytes += blob.Size;
                Item(blob, "register", "orphan");
                break;
            case ChangeOutcome.LeftAlone:
                inFlight += change.Detail == "inFlight" ? 1 : 0;
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
            case ChangeOutcome.Made when marking:
                missing++;
                Item(record, "mark", "missing");
                break;
            case ChangeOutcome.Made:
                healed++;
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
        Outcome = refusal is not null ? Outcome.Failed : failed > 0 ? Outcome.Partial : Outcome.Completed,
        Counts =
        [
            new("blobs", blobs), new("records", Records), new("registered", registered), new("missing", missing), new("healed", healed),
            new("mismatched", mismatched), new("inFlight", inFlight), new("ignored", ignored), new("failed", failed),
        ],
        Bytes = [new("registered", registeredBytes)],
        Error = refusal ?? (failed > 0 ? $"{failed} of the backups could not be dealt with, and are tried again by the next run: {Problems.List(failures)}" : null),
        Warnings = warnings,
    };

    private void Fail(string what, string why)
    {
        failed++;
        failures.Add($"{what}: {why}");
        warnings.Add($"{what}: {why}");
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
