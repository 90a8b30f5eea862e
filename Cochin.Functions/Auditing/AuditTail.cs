using System.Text;
using Azure;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Auditing;

/// <summary>Reads the newest lines of the audit log with a few small requests, however long the log is.</summary>
internal sealed class AuditTail(CochinStorage storage, TimeProvider time)
{
    // Enough for two to three hundred lines of typical length.
    private const int ChunkBytes = 64 * 1024;
    private const int MaxChunks = 3;

    /// <summary>The newest lines of this month and the last, newest first; empty if there is no log.</summary>
    /// <param name="count">The maximum number of lines. Fewer are returned if they are spread over many parts.</param>
    public async Task<IReadOnlyList<AuditLine>> ReadAsync(int count, CancellationToken cancellationToken)
    {
        var lines = new List<AuditLine>();
        var chunks = 0;
        var today = AuditPart.FirstOf(time.GetUtcNow()).Day;
        foreach (var month in new[] { today, today.AddMonths(-1) })
        {
            foreach (var (name, length) in await PartsAsync(month, cancellationToken).ConfigureAwait(false))
            {
                lines.AddRange(await ReadEndAsync(name, length, cancellationToken).ConfigureAwait(false));
                if (lines.Count >= count || ++chunks == MaxChunks)
                {
                    return [.. lines.Take(count)];
                }
            }
        }

        return lines;
    }

    /// <summary>The blobs of a month with their lengths, newest first.</summary>
    private async Task<IEnumerable<(string Name, long Length)>> PartsAsync(DateOnly month, CancellationToken cancellationToken)
    {
        var parts = new List<(AuditPart Part, long Length)>();
        try
        {
            var blobs = storage.Audit.GetBlobsAsync(BlobTraits.None, BlobStates.None, AuditPart.Folder(month), cancellationToken);
            await foreach (var blob in blobs.ConfigureAwait(false))
            {
                if (AuditPart.FromBlobName(blob.Name) is { } part)
                {
                    parts.Add((part, blob.Properties.ContentLength ?? 0));
                }
            }
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            // Nothing has been logged yet.
        }

        return parts
            .OrderByDescending(blob => blob.Part.Day)
            .ThenByDescending(blob => blob.Part.Number)
            .Select(blob => (blob.Part.BlobName, blob.Length));
    }

    private async Task<IEnumerable<AuditLine>> ReadEndAsync(string name, long length, CancellationToken cancellationToken)
    {
        if (length == 0)
        {
            return [];
        }

        var from = Math.Max(0, length - ChunkBytes);
        var options = new BlobDownloadOptions { Range = new HttpRange(from, length - from) };
        var end = await storage.Audit.GetBlobClient(name).DownloadContentAsync(options, cancellationToken).ConfigureAwait(false);
        var lines = Encoding.UTF8.GetString(end.Value.Content).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Skip(from == 0 ? 0 : 1).Select(AuditLine.Parse).Reverse(); // The first line of the chunk may be incomplete.
    }
}
