using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Azure;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.SyncDjango.Files;

/// <summary>Compares the files of a folder with the blobs and uploads what is absent or different.</summary>
internal sealed class FileSync(TaskContext context, StorageFolder folder)
{
    private const int MaxParallelFiles = 8;

    // After this many consecutive failures, the storage is assumed to be unavailable.
    private const int MaxFailuresInARow = 5;

    private long pendingBytes;
    private long handledBytes;
    private int failuresInARow;
    private BlobIndex? blobs;

    /// <summary>The number of bytes that were compared or sent: the progress of a run that ran out of time, for its checkpoint.</summary>
    public long HandledBytes => Interlocked.Read(ref handledBytes);

    /// <summary>Whether the run was out of time before all files were handled. The next run continues.</summary>
    public bool IsUnfinished { get; private set; }

    /// <summary>Returns the name of the blob for a file name; null if there was certainly none when the blobs were listed.</summary>
    public string? FindBlob(string name) => blobs is null ? name : blobs.FindName(name);

    /// <summary>What is recorded about the content of a file, by the name of its blob.</summary>
    public Func<string, RecordedContent> RecordOf { get; init; } = static _ => default;

    /// <summary>Whether a hidden file or folder is reported as skipped, because it is a backup or has one in it, by the name of its blob.</summary>
    public Func<string, bool> IsNeeded { get; init; } = static _ => false;

    /// <summary>Handles all files, several at a time, in any order. Problems of single files or folders are among the results.</summary>
    /// <param name="isPrunedHere">Whether a file must not be uploaded, by the name of its blob.</param>
    /// <exception cref="RequestFailedException">The storage can't be reached, or its container was there before and is gone.</exception>
    public async IAsyncEnumerable<FileState> RunAsync(
        Func<string, bool> isPrunedHere, bool dryRun, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var index = blobs = await BlobIndex.ReadAsync(context.Storage, ShowListed, cancellationToken).ConfigureAwait(false);
        if (index.IsContainerMissing && !dryRun)
        {
            await context.Storage.Backups.CreateIfNotExistsAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        }

        pendingBytes = folder.FindAll().Sum(found => found.File is { } file && index.FindUnchanged(file) is null ? file.Size : 0);
        var comparison = new FileComparison(context, AddHandled) { RecordOf = RecordOf, DryRun = dryRun };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, context.LastMoment);
        var results = Channel.CreateBounded<FileState>(MaxParallelFiles);
        var work = HandleAllAsync();
        try
        {
            await foreach (var state in results.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return state;
            }

            await work.ConfigureAwait(false);
            await comparison.EndAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // If the caller stops early, or on an error.
            await stop.CancelAsync().ConfigureAwait(false);
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task HandleAllAsync()
        {
            try
            {
                var options = new ParallelOptions { MaxDegreeOfParallelism = MaxParallelFiles, CancellationToken = stop.Token };
                await Parallel.ForEachAsync(folder.FindAll(IsNeeded), options, HandleAsync).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (context.LastMoment.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                IsUnfinished = true;
            }
            finally
            {
                results.Writer.Complete();
            }
        }

        async ValueTask HandleAsync(FoundFile found, CancellationToken token)
        {
            var state = found.Problem ?? await FindStateAsync(found.File!, token).ConfigureAwait(false);
            if (state is not null)
            {
                await results.Writer.WriteAsync(state, token).ConfigureAwait(false);
            }
        }

        async Task<FileState?> FindStateAsync(SourceFile file, CancellationToken token)
        {
            if (index.FindUnchanged(file) is { } sha256)
            {
                return new(file.BlobName, file.Size, sha256, FileOutcome.Unchanged, null);
            }

            if (isPrunedHere(file.BlobName))
            {
                return new(file.BlobName, file.Size, null, FileOutcome.Withheld, null);
            }

            var state = await TryHandleAsync(file, comparison, index.MayHave(file.BlobName), token).ConfigureAwait(false);
            IsUnfinished |= state is null;
            return state;
        }
    }

    /// <returns>Null if the run was out of time.</returns>
    private async Task<FileState?> TryHandleAsync(SourceFile file, FileComparison comparison, bool mayExist, CancellationToken cancellationToken)
    {
        try
        {
            var state = context.IsOutOfTime() ? null : await comparison.HandleAsync(file, mayExist, cancellationToken).ConfigureAwait(false);
            failuresInARow = 0;
            return state;
        }
        catch (FileProblemException e)
        {
            return new(file.BlobName, file.Size, null, e.Outcome, e.Message);
        }
        catch (Exception e) when (!IsFatal(e, cancellationToken))
        {
            return new(file.BlobName, file.Size, null, FileOutcome.Failed, Describe(e));
        }
    }

    private bool IsFatal(Exception e, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
        || context.IsStopped()
        || StorageProblem.Explain(e) is not { Kind: not StorageProblemKind.Unreachable }
        || e is RequestFailedException refused && refused.ErrorCode == BlobErrorCode.ContainerNotFound
        || (!IsOfOneBlob(e) && Interlocked.Increment(ref failuresInARow) >= MaxFailuresInARow);

    // Leased, immutable or archived, for example.
    private static bool IsOfOneBlob(Exception e) => e is RequestFailedException { Status: 400 or 404 or 409 or 412 };

    private static string Describe(Exception e) => (e as RequestFailedException)?.ErrorCode switch
    {
        "LeaseIdMissing" => "was not uploaded, because another program holds a lease on its blob; the next run tries again",
        "BlobImmutableDueToPolicy" => "was not uploaded, because an immutability policy protects its blob; upload it under another name",
        "BlobArchived" or "BlobBeingRehydrated" => "could not be compared, because its blob is in the archive tier and has no sha256 in its metadata",
        "InvalidBlobOrBlock" => "was not uploaded, because another program left an unfinished upload of it; the storage discards that after a week",
        _ => $"was not uploaded: {StorageProblem.Explain(e)!.Message.TrimEnd('.')}",
    };

    private void ShowListed(long count) => context.Progress(new TaskProgress("listing storage/", count, null));

    private void AddHandled(long bytes) =>
        context.Progress(new TaskProgress("uploading", Interlocked.Add(ref handledBytes, bytes), pendingBytes) { IsBytes = true });
}
