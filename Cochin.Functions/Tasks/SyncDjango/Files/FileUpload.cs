using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.SyncDjango.Files;

/// <summary>
/// Uploads a file in one pass: reads it, computes its SHA-256 and sends its blocks, several at once. The blob changes only at the end, when all
/// blocks are sent and the file is known not to have changed. The blocks of an interrupted upload stay with the storage for a week, and the
/// next upload of the same file does not send them again.
/// </summary>
/// <param name="replaced">The version of the blob to overwrite; null if there is none.</param>
/// <param name="sent">Called with a number of bytes once the storage has them.</param>
internal sealed class FileUpload(TaskContext context, BufferPool buffers, OpenedFile file, string blobName, StoredVersion? replaced, Action<long> sent)
{
    /// <summary>
    /// Whether a small file is sent as a block, too. The storage may refuse to create a blob in one request while it has blocks of an interrupted
    /// upload under this name.
    /// </summary>
    public bool AlwaysInBlocks { get; init; }

    private readonly BlockBlobClient blob = context.Storage.Backups.GetBlockBlobClient(blobName);
    private readonly BlockPlan plan = new(file.Size);

    private BlobRequestConditions Conditions => replaced?.IsCurrent ?? new BlobRequestConditions { IfNoneMatch = ETag.All };

    /// <returns>The SHA-256 of the file, in lower-case hex; null if the run was out of time.</returns>
    /// <exception cref="FileProblemException">The file changed or can't be read. The blob was not changed.</exception>
    /// <exception cref="RequestFailedException"><c>ConditionNotMet</c> or <c>BlobAlreadyExists</c>: another program changed the blob.</exception>
    public Task<string?> RunAsync(CancellationToken cancellationToken) =>
        plan.Count <= 1 && !AlwaysInBlocks ? PutAsync(cancellationToken) : PutBlocksAsync(cancellationToken);

    private async Task<string?> PutAsync(CancellationToken cancellationToken)
    {
        using var buffer = await buffers.RentAsync((int)file.Size, cancellationToken).ConfigureAwait(false);
        await file.ReadAsync(buffer.Bytes, 0, cancellationToken).ConfigureAwait(false);
        file.EnsureUnchanged();
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(buffer.Bytes.Span));
        var options = new BlobUploadOptions { Metadata = MetadataWith(sha256), Conditions = Conditions };
        using var content = buffer.OpenStream();
        await CommitAsync(() => blob.UploadAsync(content, options, cancellationToken), sha256, cancellationToken).ConfigureAwait(false);
        sent(file.Size);
        return sha256;
    }

    private async Task<string?> PutBlocksAsync(CancellationToken cancellationToken)
    {
        var ids = new string[plan.Count];
        if (await StageAllAsync(ids, cancellationToken).ConfigureAwait(false) is not { } sha256)
        {
            return null;
        }

        file.EnsureUnchanged();
        var options = new CommitBlockListOptions { Metadata = MetadataWith(sha256), Conditions = Conditions };
        await CommitAsync(() => blob.CommitBlockListAsync(ids, options, cancellationToken), sha256, cancellationToken).ConfigureAwait(false);
        return sha256;
    }

    private async Task<string?> StageAllAsync(string[] ids, CancellationToken cancellationToken)
    {
        var known = await FindStagedAsync(cancellationToken).ConfigureAwait(false);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<Task>();
        try
        {
            for (var i = 0; i < ids.Length; i++)
            {
                var buffer = await buffers.RentAsync(plan.LengthOf(i), stop.Token).ConfigureAwait(false);
                running.RemoveAll(task => task.IsCompletedSuccessfully);
                if (context.IsOutOfTime() || running.Exists(task => task.IsFaulted || task.IsCanceled))
                {
                    buffer.Dispose();
                    await Task.WhenAll(running).ConfigureAwait(false);
                    return null;
                }

                running.Add(await ReadAndStageAsync(i, buffer).ConfigureAwait(false));
            }

            await Task.WhenAll(running).ConfigureAwait(false);
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // Reads in order. The result is the task that sends the block.
        async Task<Task> ReadAndStageAsync(int index, BlockBuffer buffer)
        {
            try
            {
                await file.ReadAsync(buffer.Bytes, plan.OffsetOf(index), stop.Token).ConfigureAwait(false);
                hash.AppendData(buffer.Bytes.Span);
            }
            catch
            {
                buffer.Dispose();
                throw;
            }

            return Task.Run(() => StageAsync(index, buffer), CancellationToken.None);
        }

        async Task StageAsync(int index, BlockBuffer buffer)
        {
            using (buffer)
            {
                ids[index] = BlockPlan.IdOf(index, buffer.Bytes.Span);
                if (!known.Contains(ids[index]))
                {
                    using var content = buffer.OpenStream();
                    await blob.StageBlockAsync(ids[index], content, cancellationToken: stop.Token).ConfigureAwait(false);
                }

                sent(buffer.Bytes.Length);
            }
        }
    }

    /// <summary>Finds the blocks that an earlier upload sent without completing the blob.</summary>
    private async Task<HashSet<string>> FindStagedAsync(CancellationToken cancellationToken)
    {
        try
        {
            var list = await blob.GetBlockListAsync(BlockListTypes.Uncommitted, cancellationToken: cancellationToken).ConfigureAwait(false);
            return [.. list.Value.UncommittedBlocks.Select(block => block.Name)];
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return [];
        }
    }

    private async Task CommitAsync(Func<Task> commit, string sha256, CancellationToken cancellationToken)
    {
        try
        {
            await commit().ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (StoredVersion.IsOutdated(e))
        {
            // If the response to the first attempt was lost, the client's second attempt is refused.
            var current = await StoredVersion.FindAsync(context.Storage.Backups, blobName, cancellationToken).ConfigureAwait(false);
            if (current?.Sha256 != sha256 || current.Size != file.Size || current.FileModifiedAt != file.ModifiedAt)
            {
                throw;
            }
        }
    }

    private Dictionary<string, string> MetadataWith(string sha256) =>
        FileMetadata.With(replaced?.Metadata ?? new Dictionary<string, string>(), sha256, file.ModifiedAt);
}
