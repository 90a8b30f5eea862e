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

    // The lines that were read last. The blobs of earlier days rarely change.
    private IReadOnlyDictionary<Blob, IReadOnlyList<AuditLine>> known = new Dictionary<Blob, IReadOnlyList<AuditLine>>();

    /// <summary>The newest lines of this month and the last, newest first; empty if there is no log.</summary>
    /// <param name="count">The maximum number of lines. Fewer are returned if they are spread over many parts.</param>
    public async Task<IReadOnlyList<AuditLine>> ReadAsync(int count, CancellationToken cancellationToken)
    {
        var lines = new List<AuditLine>();
        var ends = new Dictionary<Blob, IReadOnlyList<AuditLine>>();
        var today = AuditPart.FirstOf(time.GetUtcNow()).Day;
        foreach (var month in new[] { today, today.AddMonths(-1) })
        {
            foreach (var blob in await BlobsAsync(month, cancellationToken).ConfigureAwait(false))
            {
                var end = known.GetValueOrDefault(blob) ?? await ReadEndAsync(blob, cancellationToken).ConfigureAwait(false);
                lines.AddRange(end);
                ends[blob] = end;
                if (lines.Count >= count || ends.Count == MaxChunks)
                {
                    known = ends;
                    return [.. lines.Take(count)];
                }
            }
        }

        known = ends;
        return lines;
    }

    /// <summary>The blobs of a month, newest first.</summary>
    private async Task<IEnumerable<Blob>> BlobsAsync(DateOnly month, CancellationToken cancellationToken)
    {
        var found = new List<Blob>();
        try
        {
            var blobs = storage.Audit.GetBlobsAsync(BlobTraits.None, BlobStates.None, AuditPart.Folder(month), cancellationToken);
            await foreach (var blob in blobs.ConfigureAwait(false))
            {
                if (AuditPart.FromBlobName(blob.Name) is { } part)
                {
                    found.Add(new Blob(part, blob.Properties.ContentLength ?? 0, blob.Properties.ETag));
                }
            }
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            // Nothing has been logged yet.
        }

        return found.OrderByDescending(blob => blob.Part.Day).ThenByDescending(blob => blob.Part.Number);
    }

    private async Task<IReadOnlyList<AuditLine>> ReadEndAsync(Blob blob, CancellationToken cancellationToken)
    {
        if (blob.Length == 0)
        {
            return [];
        }

        var from = Math.Max(0, blob.Length - ChunkBytes);
        var options = new BlobDownloadOptions { Range = new HttpRange(from, blob.Length - from) };
        var end = await storage.Audit.GetBlobClient(blob.Part.BlobName).DownloadContentAsync(options, cancellationToken).ConfigureAwait(false);
        var lines = Encoding.UTF8.GetString(end.Value.Content).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Skip(from == 0 ? 0 : 1).Select(AuditLine.Parse).Reverse()]; // The first line of the chunk may be incomplete.
    }

    private sealed record Blob(AuditPart Part, long Length, ETag? Version);
}
