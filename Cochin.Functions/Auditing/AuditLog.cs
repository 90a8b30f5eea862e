using System.Text;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Auditing;

/// <summary>
/// The audit log: append blobs in the audit container (<see cref="AuditPart"/>), one JSON object per line. Several processes may append
/// concurrently; the lines of a batch stay together.
/// </summary>
/// <param name="rolloverBlocks">The number of blocks after which the next blob is used.</param>
internal sealed class AuditLog(CochinStorage storage, int rolloverBlocks = AuditPart.RolloverBlocks)
{
    // The limit of an append in all service versions. A line has a few hundred bytes.
    private const int MaxAppendBytes = 4 * 1024 * 1024;

    private static readonly string Writer = $"{Environment.UserName}@{Environment.MachineName}:{Environment.ProcessId}";

    // The part to append to. A new process starts with the first part of the day and moves on when it is full.
    private AuditPart last;

    /// <summary>Appends lines to the log of their day. All lines of a call must be of the same day.</summary>
    public Task AppendAsync(IReadOnlyList<AuditLine> lines, CancellationToken cancellationToken) => AppendAsync(storage, lines, cancellationToken);

    /// <inheritdoc cref="AppendAsync(IReadOnlyList{AuditLine}, CancellationToken)"/>
    /// <param name="clients">The clients of the run to write with.</param>
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

    /// <returns>The number of blocks in the blob.</returns>
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
