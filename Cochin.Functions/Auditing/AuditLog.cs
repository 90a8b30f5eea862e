using System.Text;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Auditing;

/// <summary>
/// The audit log: append blobs in the audit container (<see cref="AuditPart"/>), one JSON object a line. Several writers may
/// append at once; each batch of lines stays together.
/// </summary>
/// <param name="rolloverBlocks">The number of blocks from which a blob gets a successor.</param>
internal sealed class AuditLog(CochinStorage storage, int rolloverBlocks = AuditPart.RolloverBlocks)
{
    // An append takes at most 4 MiB in every service version; a line is a few hundred bytes.
    private const int MaxAppendBytes = 4 * 1024 * 1024;

    private static readonly string Writer = $"{Environment.UserName}@{Environment.MachineName}:{Environment.ProcessId}";

    // The part that took the last lines; forgotten with the process, which then finds it again by trying.
    private AuditPart last;

    /// <summary>Appends lines to the log of their day. The lines of one call are all of one day.</summary>
    public Task AppendAsync(IReadOnlyList<AuditLine> lines, CancellationToken cancellationToken) => AppendAsync(storage, lines, cancellationToken);

    /// <inheritdoc cref="AppendAsync(IReadOnlyList{AuditLine}, CancellationToken)"/>
    /// <param name="clients">The clients to write with, those of a run.</param>
    public async Task AppendAsync(CochinStorage clients, IReadOnlyList<AuditLine> lines, CancellationToken cancellationToken)
    {
        if (lines.Count == 0)
        {
            return;
        }

        using var batch = new MemoryStream();
        foreach (var line in lines)
        {
            var json = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(line with { Who = Writer }, AuditJson.Default.AuditLine) + "\n");
            if (batch.Length + json.Length > MaxAppendBytes)
            {
                await AppendAsync(clients, lines[0].Time, batch, cancellationToken).ConfigureAwait(false);
            }

            batch.Write(json);
        }

        await AppendAsync(clients, lines[0].Time, batch, cancellationToken).ConfigureAwait(false);
    }

    private async Task AppendAsync(CochinStorage clients, DateTimeOffset day, MemoryStream batch, CancellationToken cancellationToken)
    {
        var part = AuditPart.FirstOf(day) is var first && first.Day == last.Day ? last : first;
        while (true)
        {
            try
            {
                var blocks = await AppendAsync(clients, part.BlobName, batch, cancellationToken).ConfigureAwait(false);
                last = blocks < rolloverBlocks ? part : part.Next();
                batch.SetLength(0);
                return;
            }
            catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlockCountExceedsLimit)
            {
                part = part.Next();
            }
        }
    }

    /// <returns>How many blocks the blob has now.</returns>
    private static Task<int> AppendAsync(CochinStorage clients, string blobName, MemoryStream batch, CancellationToken cancellationToken) =>
        clients.Audit.WriteAsync(
            async container =>
            {
                var blob = container.GetAppendBlobClient(blobName);
                batch.Position = 0;
                try
                {
                    return (await blob.AppendBlockAsync(batch, cancellationToken: cancellationToken).ConfigureAwait(false)).Value.BlobCommittedBlockCount;
                }
                catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
                {
                    await blob.CreateIfNotExistsAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
                    batch.Position = 0;
                    return (await blob.AppendBlockAsync(batch, cancellationToken: cancellationToken).ConfigureAwait(false)).Value.BlobCommittedBlockCount;
                }
            },
            cancellationToken);
}
