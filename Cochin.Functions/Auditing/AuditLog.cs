using System.Globalization;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Auditing;

/// <summary>
/// The audit log: <c>audit/{yyyy}/{MM}/{dd}.jsonl</c> in the audit container, append blobs, one JSON object a line, by UTC
/// day. Several writers may append at once; each batch of lines stays together.
/// </summary>
internal sealed class AuditLog(CochinStorage storage)
{
    // An append takes at most 4 MiB in every service version; a line is a few hundred bytes.
    private const int MaxAppendBytes = 4 * 1024 * 1024;

    public static string BlobName(DateTimeOffset day) =>
        "audit/" + day.UtcDateTime.ToString("yyyy'/'MM'/'dd", CultureInfo.InvariantCulture) + ".jsonl";

    /// <summary>Appends lines to the log of their day. The lines of one call are all of one day.</summary>
    public async Task AppendAsync(IReadOnlyList<AuditLine> lines, CancellationToken cancellationToken)
    {
        if (lines.Count == 0)
        {
            return;
        }

        var blobName = BlobName(lines[0].Time);
        using var batch = new MemoryStream();
        foreach (var line in lines)
        {
            var json = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(line, AuditJson.Default.AuditLine) + "\n");
            if (batch.Length + json.Length > MaxAppendBytes)
            {
                await AppendAsync(blobName, batch, cancellationToken).ConfigureAwait(false);
            }

            batch.Write(json);
        }

        await AppendAsync(blobName, batch, cancellationToken).ConfigureAwait(false);
    }

    private async Task AppendAsync(string blobName, MemoryStream batch, CancellationToken cancellationToken)
    {
        await storage.Audit.WriteAsync(
            async container =>
            {
                var blob = container.GetAppendBlobClient(blobName);
                batch.Position = 0;
                try
                {
                    return await blob.AppendBlockAsync(batch, cancellationToken: cancellationToken).ConfigureAwait(false);
                }
                catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
                {
                    await blob.CreateIfNotExistsAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
                    batch.Position = 0;
                    return await blob.AppendBlockAsync(batch, cancellationToken: cancellationToken).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
        batch.SetLength(0);
    }
}
