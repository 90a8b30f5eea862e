using Azure;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>Checks whether the blob of a record exists.</summary>
internal static class BlobExistence
{
    // https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
    private const int MaxNameLength = 1_024;
    private const string OtherSpelling = "is spelled differently from the blob that it may refer to";

    /// <param name="record">The record with its timestamp, read after the listing was complete.</param>
    /// <param name="index">The complete index.</param>
    /// <param name="startedAt">The service's time before the listing started.</param>
    public static async Task<CheckedRecord> CheckAsync(
        Operation record, RecordIndex index, BackupInventory inventory, DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        var name = record.BlobName!;
        var problem = inventory.Unreachable(name);
        var facts = index.Of(name);
        if (record.Status == OperationStatus.Pruned && facts.Is(BlobFlags.Completed | BlobFlags.Claimed))
        {
            return NotChecked(record); // The blob belongs to a newer backup that has taken over the name.
        }

        if (facts.Is(BlobFlags.Listed))
        {
            return problem is null
                ? new(record, ReconciliationRule.EvaluateRecord(record, facts.Size), facts.Size)
                : NotChecked(record) with { Problem = problem };
        }

        try
        {
            // The exact name comes first. For a record that was written during the listing, the listing proves nothing.
            var isOld = record.Timestamp < startedAt - BackupInventory.ClockMargin;
            var isCovered = isOld && name.StartsWith(BackupBlob.Root, StringComparison.Ordinal);
            if (problem is null && !isCovered && name.Length <= MaxNameLength
                && await inventory.FindSizeAsync(name, cancellationToken).ConfigureAwait(false) is { } size)
            {
                return new(record, ReconciliationRule.EvaluateRecord(record, size), size);
            }

            var reading = index.Read(name);
            var meaning = index.Meaning(reading);
            return meaning switch
            {
                { Certainty: BlobCertainty.Certain, BlobName: { } meant } when facts.IsCheckable =>
                    new(record, ReconciliationRule.EvaluateRecord(record, meaning.Size), meaning.Size) { Meant = meant, Names = [meant] },
                { Certainty: BlobCertainty.Gone } when reading.Outside.Count > 0 =>
                    await CheckOutsideAsync(record, reading, isOld, index, inventory, cancellationToken).ConfigureAwait(false),
                { Certainty: BlobCertainty.Gone } when problem is not null && reading.Spellings.All(spelling => spelling == name) =>
                    NotChecked(record) with { Problem = problem },
                { Certainty: BlobCertainty.Gone } => await CheckMissingAsync(record, reading, isOld, inventory, cancellationToken).ConfigureAwait(false),
                { Certainty: BlobCertainty.Unclear } when facts.IsCheckable => NotChecked(record) with { Doubt = Doubt(reading, meaning) },
                _ => NotChecked(record), // It was written while the sides were read: the next run checks it.
            };
        }
        catch (RequestFailedException e) when (Change.IsRefusal(e))
        {
            return NotChecked(record) with { Problem = Change.Failed(e).Detail };
        }
    }

    private static async Task<CheckedRecord> CheckMissingAsync(
        Operation record, BlobNameReading reading, bool isOld, BackupInventory inventory, CancellationToken cancellationToken)
    {
        string[] others = [.. reading.Spellings.Where(spelling => spelling != record.BlobName)];
        return !isOld && await inventory.FindSizeAsync(others, cancellationToken).ConfigureAwait(false) is not null
            ? NotChecked(record)
            : new(record, ReconciliationRule.EvaluateRecord(record, blobSize: null), null) { Names = [record.BlobName!, .. others] };
    }

    /// <summary>Checks a record whose blob is outside <c>storage/</c> and does not exist with exactly this name.</summary>
    private static async Task<CheckedRecord> CheckOutsideAsync(
        Operation record, BlobNameReading reading, bool isOld, RecordIndex index, BackupInventory inventory, CancellationToken cancellationToken)
    {
        var near = await inventory.Outside.FindAsync(reading.Outside[0], isNew: !isOld, cancellationToken).ConfigureAwait(false);
        return near switch
        {
            [] => new(record, ReconciliationRule.EvaluateRecord(record, blobSize: null), null) { Names = [record.BlobName!, .. reading.Outside] },
            _ when !index.Of(record.BlobName!).IsCheckable => NotChecked(record),
            [var only] when reading.Outside.Contains(only.Name) && index.IsOnlyRow(reading, only.Name) =>
                new(record, ReconciliationRule.EvaluateRecord(record, only.Bytes), only.Bytes) { Meant = only.Name, Names = [only.Name] },
            _ => NotChecked(record) with { Doubt = OtherSpelling },
        };
    }

    private static string Doubt(BlobNameReading reading, BlobMeaning meaning) =>
        meaning.BlobName is { } maybe ? $"may refer to {maybe}, which another record refers to or which has several spellings"
        : reading.IsPlaced ? OtherSpelling
        : "is not the name of a blob in this container";

    private static CheckedRecord NotChecked(Operation record) => new(record, RecordVerdict.NotChecked, null);
}
