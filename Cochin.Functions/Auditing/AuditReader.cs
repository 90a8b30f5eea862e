using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Auditing;

/// <summary>Reads the audit log, and goes on reading while it grows.</summary>
internal sealed class AuditReader(CochinStorage storage, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>The lines from a time on, in the order in which they were written; none where there is no log.</summary>
    /// <param name="follow">Wait for more, over the end of days too, until the token fires.</param>
    public async IAsyncEnumerable<AuditLine> ReadAsync(DateTimeOffset since, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var day = new DateTimeOffset(since.UtcDateTime.Date, TimeSpan.Zero);
        long position = 0;
        while (true)
        {
            var isOver = day.AddDays(1) <= time.GetUtcNow();
            var (text, end) = await ReadFromAsync(AuditLog.BlobName(day), position, cancellationToken).ConfigureAwait(false);
            position = end;
            foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse).Where(line => line.Time >= since))
            {
                yield return line;
            }

            if (isOver)
            {
                day = day.AddDays(1);
                position = 0;
            }
            else if (follow)
            {
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                yield break;
            }
        }
    }

    private async Task<(string Text, long End)> ReadFromAsync(string blobName, long position, CancellationToken cancellationToken)
    {
        try
        {
            var options = new BlobDownloadOptions { Range = new HttpRange(position) };
            var rest = await storage.Audit.GetBlobClient(blobName).DownloadContentAsync(options, cancellationToken).ConfigureAwait(false);
            var bytes = rest.Value.Content.ToMemory();
            return (Encoding.UTF8.GetString(bytes.Span), position + bytes.Length);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound || e.ErrorCode == BlobErrorCode.ContainerNotFound || e.ErrorCode == BlobErrorCode.InvalidRange)
        {
            // No line that day, or none since.
            return ("", position);
        }
    }

    private static AuditLine Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, AuditJson.Default.AuditLine) ?? Unreadable(line);
        }
        catch (JsonException)
        {
            return Unreadable(line);
        }
    }

    // Shown rather than hidden: somebody else wrote to the log.
    private static AuditLine Unreadable(string line) => new(DateTimeOffset.MaxValue, "", "", "unreadable", line, "");
}
