using Azure;
using Cochin.Functions.Storage;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>Finds out whether the blob of a record exists.</summary>
internal static class RecordProof
{
    // https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
    private const int LongestName = 1_024;
    private const string OtherSpelling = "is spelled otherwise than the blob that it may mean";

    // The blob service's clock names the time, the table service's stamps the rows.
    public static TimeSpan ClockMargin { get; } = TimeSpan.FromMinutes(1);

    /// <param name="record">As read after the listing was complete, with its time stamp.</param>
    /// <param name="index">What the complete listing and all rows say.</param>
    /// <param name="begun">The service's time before the listing began.</param>
    public static async Task<JudgedRecord> JudgeAsync(
        Operation record, RecordIndex index, BackupInventory inventory, DateTimeOffset begun, CancellationToken cancellationToken)
    {
        var name = record.BlobName!;
        var problem = inventory.Unreachable(name);
        var facts = index.Of(name);
        if (record.Status == OperationStatus.Pruned && facts.Is(BlobKnown.Completed | BlobKnown.Claimed))
        {
            return Unjudged(record); // The blob is a newer backup's, which took over the name.
        }

        if (facts.Is(BlobKnown.Seen))
        {
            return problem is null ? new(record, Judge.Record(record, facts.Size), facts.Size) : Unjudged(record) with { Problem = problem };
        }

        try
        {
            // What stands there exactly comes first. A record that came or changed while the listing ran is never judged by it.
            var isOld = record.Timestamp < begun - ClockMargin;
            var isCovered = isOld && name.StartsWith(BackupBlob.Root, StringComparison.Ordinal);
            if (problem is null && !isCovered && name.Length <= LongestName
                && await inventory.FindSizeAsync(name, cancellationToken).ConfigureAwait(false) is { } size)
            {
                return new(record, Judge.Record(record, size), size);
            }

            var reading = index.Read(name);
            var meaning = index.Meaning(reading);
            return meaning switch
            {
                { Certainty: BlobCertainty.Certain, BlobName: { } meant } when facts.IsJudged =>
                    new(record, Judge.Record(record, meaning.Size), meaning.Size) { Meant = meant, Names = [meant] },
                { Certainty: BlobCertainty.Gone } when reading.Outside.Count > 0 =>
                    await JudgeOutsideAsync(record, reading, isOld, index, inventory, cancellationToken).ConfigureAwait(false),
                { Certainty: BlobCertainty.Gone } when problem is not null && reading.Spellings.All(spelling => spelling == name) =>
                    Unjudged(record) with { Problem = problem },
                { Certainty: BlobCertainty.Gone } => await JudgeGoneAsync(record, reading, isOld, inventory, cancellationToken).ConfigureAwait(false),
                { Certainty: BlobCertainty.Unclear } when facts.IsJudged => Unjudged(record) with { Doubt = Doubt(reading, meaning) },
                _ => Unjudged(record), // It was written while the sides were read: the next run judges it.
            };
        }
        catch (RequestFailedException e) when (Change.IsRefusal(e))
        {
            return Unjudged(record) with { Problem = Change.Failed(e).Detail };
        }
    }

    private static async Task<JudgedRecord> JudgeGoneAsync(
        Operation record, BlobNameReading reading, bool isOld, BackupInventory inventory, CancellationToken cancellationToken)
    {
        string[] others = [.. reading.Spellings.Where(spelling => spelling != record.BlobName)];
        return !isOld && await inventory.FindSizeAsync(others, cancellationToken).ConfigureAwait(false) is not null
            ? Unjudged(record)
            : new(record, Judge.Record(record, blobSize: null), null) { Names = [record.BlobName!, .. others] };
    }

    /// <summary>A blob outside <c>storage/</c>, of which there is none with exactly the record's name.</summary>
    private static async Task<JudgedRecord> JudgeOutsideAsync(
        Operation record, BlobNameReading reading, bool isOld, RecordIndex index, BackupInventory inventory, CancellationToken cancellationToken)
    {
        var near = await inventory.Outside.FindAsync(reading.Outside[0], isNew: !isOld, cancellationToken).ConfigureAwait(false);
        return near switch
        {
            [] => new(record, Judge.Record(record, blobSize: null), null) { Names = [record.BlobName!, .. reading.Outside] },
            _ when !index.Of(record.BlobName!).IsJudged => Unjudged(record),
            [var only] when reading.Outside.Contains(only.Name) && index.IsOnlyRow(reading, only.Name) =>
                new(record, Judge.Record(record, only.Bytes), only.Bytes) { Meant = only.Name, Names = [only.Name] },
            _ => Unjudged(record) with { Doubt = OtherSpelling },
        };
    }

    private static string Doubt(BlobNameReading reading, BlobMeaning meaning) =>
        meaning.BlobName is { } maybe ? $"may mean {maybe}, which another record has, or of which there are several spellings"
        : reading.IsPlaced ? OtherSpelling
        : "is not the name of a blob in this container";

    private static JudgedRecord Unjudged(Operation record) => new(record, RecordVerdict.NotJudged, null);
}
