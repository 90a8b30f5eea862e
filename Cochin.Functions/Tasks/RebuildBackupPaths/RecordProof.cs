using Azure;
using Cochin.Functions.Storage;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>Finds out whether the blob of a record exists.</summary>
internal static class RecordProof
{
    // The blob service's clock names the time, the table service's stamps the rows.
    public static TimeSpan ClockMargin { get; } = TimeSpan.FromMinutes(1);

    /// <param name="record">As read after the listing was complete, with its time stamp.</param>
    /// <param name="facts">What the complete listing says of its blob.</param>
    /// <param name="begun">The service's time before the listing began.</param>
    public static async Task<JudgedRecord> JudgeAsync(Operation record, BlobFacts facts, BackupInventory inventory, DateTimeOffset begun, CancellationToken cancellationToken)
    {
        if (record.BlobName is { Length: > 0 } name && inventory.Unreachable(name) is { } problem)
        {
            return new(record, RecordVerdict.NotJudged, null) { Problem = problem };
        }

        var size = facts.Is(BlobKnown.Seen) ? facts.Size : null;
        if (size is null && !IsProven(record, begun))
        {
            try
            {
                size = await inventory.FindSizeAsync(record.BlobName!, cancellationToken).ConfigureAwait(false);
            }
            catch (RequestFailedException e) when (Change.IsRefusal(e))
            {
                return new(record, RecordVerdict.NotJudged, null) { Problem = Change.Failed(e).Detail };
            }
        }

        return new(record, Judge.Record(record, size), size);
    }

    /// <summary>
    /// Whether a listing that does not show the blob proves that it is gone: it covers the name, and the record has said so since before
    /// the listing began. A record that came or changed while the listing ran is never judged by it.
    /// </summary>
    private static bool IsProven(Operation record, DateTimeOffset begun) =>
        record.Timestamp < begun - ClockMargin && record.BlobName!.StartsWith(BackupBlob.Root, StringComparison.Ordinal);
}
