using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Auditing;

/// <summary>Reads the audit log, and can follow it as it grows.</summary>
/// <param name="rolloverBlocks">The number of blocks after which there may be a next blob.</param>
internal sealed class AuditReader(CochinStorage storage, TimeProvider time, int rolloverBlocks = AuditPart.RolloverBlocks)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    // A process with a slow clock or request may still append to the previous day.
    private static readonly TimeSpan LateWriteWindow = TimeSpan.FromMinutes(1);

    /// <summary>The lines from a time on, in the order in which they were written; empty if there is no log.</summary>
    /// <param name="follow">Whether to wait for new lines, also across midnight, until the token fires.</param>
    public async IAsyncEnumerable<AuditLine> ReadAsync(DateTimeOffset since, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var part = AuditPart.FirstOf(since); ; part = new AuditPart(part.Day.AddDays(1), 1))
        {
            await foreach (var line in ReadDayAsync(part, follow, cancellationToken).ConfigureAwait(false))
            {
                if (line.Time >= since)
                {
                    yield return line;
                }
            }

            if (AuditPart.FirstOf(time.GetUtcNow()).Day <= part.Day)
            {
                yield break;
            }
        }
    }

    /// <summary>The lines of a day. With <paramref name="follow"/>, also new ones until the day is over.</summary>
    private async IAsyncEnumerable<AuditLine> ReadDayAsync(AuditPart first, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parts = new List<PartCursor> { new(first) };
        while (true)
        {
            var isOver = AuditPart.FirstOf(time.GetUtcNow() - LateWriteWindow).Day > first.Day;
            for (var i = 0; i < parts.Count; i++)
            {
                await foreach (var line in ReadNewLinesAsync(parts[i], cancellationToken).ConfigureAwait(false))
                {
                    yield return line;
                }

                if (i == parts.Count - 1 && parts[i].Blocks >= rolloverBlocks)
                {
                    parts.Add(new PartCursor(parts[i].Part.Next()));
                }
            }

            if (isOver || !follow)
            {
                yield break;
            }

            await Task.Delay(PollInterval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async IAsyncEnumerable<AuditLine> ReadNewLinesAsync(PartCursor cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await OpenAsync(cursor, cancellationToken).ConfigureAwait(false) is not { } download)
        {
            yield break;
        }

        using (download)
        {
            using var lines = new StreamReader(download.Content);
            while (await lines.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                if (line.Length > 0)
                {
                    yield return AuditLine.Parse(line);
                }
            }
        }

        cursor.Position += download.Details.ContentLength;
        cursor.Blocks = download.Details.BlobCommittedBlockCount;
    }

    private async Task<BlobDownloadStreamingResult?> OpenAsync(PartCursor cursor, CancellationToken cancellationToken)
    {
        try
        {
            var options = new BlobDownloadOptions { Range = new HttpRange(cursor.Position) };
            return await storage.Audit.GetBlobClient(cursor.Part.BlobName).DownloadStreamingAsync(options, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound
            || e.ErrorCode == BlobErrorCode.ContainerNotFound
            || e.ErrorCode == BlobErrorCode.InvalidRange)
        {
            // No lines on that day, or no new ones.
            return null;
        }
    }

    /// <summary>How far a part has been read.</summary>
    private sealed class PartCursor(AuditPart part)
    {
        public AuditPart Part { get; } = part;

        public long Position { get; set; }

        public int Blocks { get; set; }
    }
}
