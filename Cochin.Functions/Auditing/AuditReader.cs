using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Auditing;

/// <summary>Reads the audit log, and goes on reading while it grows.</summary>
/// <param name="rolloverBlocks">From how many blocks on a blob may have a successor.</param>
internal sealed class AuditReader(CochinStorage storage, TimeProvider time, int rolloverBlocks = AuditPart.RolloverBlocks)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // A writer whose clock or request was slow may still append to a day that is over.
    private static readonly TimeSpan Straggling = TimeSpan.FromMinutes(1);

    /// <summary>The lines from a time on, in the order in which they were written; none where there is no log.</summary>
    /// <param name="follow">Wait for more, over the end of days too, until the token fires.</param>
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

    /// <summary>The lines of a day. With <paramref name="follow"/>, those that come until it is over.</summary>
    private async IAsyncEnumerable<AuditLine> ReadDayAsync(AuditPart first, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parts = new List<Reading> { new(first) };
        while (true)
        {
            var isOver = AuditPart.FirstOf(time.GetUtcNow() - Straggling).Day > first.Day;
            for (var i = 0; i < parts.Count; i++)
            {
                await foreach (var line in ReadNewsAsync(parts[i], cancellationToken).ConfigureAwait(false))
                {
                    yield return line;
                }

                if (i == parts.Count - 1 && parts[i].Blocks >= rolloverBlocks)
                {
                    parts.Add(new Reading(parts[i].Part.Next()));
                }
            }

            if (isOver || !follow)
            {
                yield break;
            }

            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async IAsyncEnumerable<AuditLine> ReadNewsAsync(Reading reading, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await OpenAsync(reading, cancellationToken).ConfigureAwait(false) is not { } news)
        {
            yield break;
        }

        using (news)
        {
            using var lines = new StreamReader(news.Content);
            while (await lines.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                if (line.Length > 0)
                {
                    yield return AuditLine.Parse(line);
                }
            }
        }

        reading.Position += news.Details.ContentLength;
        reading.Blocks = news.Details.BlobCommittedBlockCount;
    }

    private async Task<BlobDownloadStreamingResult?> OpenAsync(Reading reading, CancellationToken cancellationToken)
    {
        try
        {
            var options = new BlobDownloadOptions { Range = new HttpRange(reading.Position) };
            return await storage.Audit.GetBlobClient(reading.Part.BlobName).DownloadStreamingAsync(options, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound || e.ErrorCode == BlobErrorCode.ContainerNotFound || e.ErrorCode == BlobErrorCode.InvalidRange)
        {
            // No line that day, or none since.
            return null;
        }
    }

    /// <summary>How far a part has been read.</summary>
    private sealed class Reading(AuditPart part)
    {
        public AuditPart Part { get; } = part;

        public long Position { get; set; }

        public int Blocks { get; set; }
    }
}
