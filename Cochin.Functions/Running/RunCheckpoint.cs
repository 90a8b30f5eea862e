using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Running;

/// <summary>
/// The checkpoint of one run's work (docs/decisions/0007-work-in-parts.md). It is written under the task's lock, all or nothing: a reader
/// doesn't see staged blocks until they are committed, so a crash leaves what was there before.
/// </summary>
internal sealed class RunCheckpoint(CochinStorage storage, JobStates states, Run run, TimeProvider time, ILogger logger) : Checkpoint
{
    private const int LongestHeader = 16 * 1024;

    private static readonly TimeSpan ClocksMayDiffer = TimeSpan.FromHours(1);

    private readonly BlockBlobClient blob = storage.System.GetBlockBlobClient(BlobName(run));
    private readonly List<string> warnings = [];
    private CheckpointHeader? found;
    private CheckpointHeader? kept;
    private ETag? version;
    private int blocks;

    /// <summary>How long after its first run began a work may be gone on with: what was seen then is old.</summary>
    public static TimeSpan MaxAge { get; } = TimeSpan.FromHours(24);

    /// <summary>What was dropped, and why.</summary>
    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>Where the checkpoint of a run's work is. A task that is typed has its own, beside that of the job of the same name.</summary>
    public static string BlobName(Run run) => "checkpoints/" + (run.Definition is { } job ? job.Name : "typed-" + run.Options.Task);

    public override async Task<T?> FindAsync<T>(Func<Stream, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
        where T : class
    {
        CheckpointHeader? header = null;
        try
        {
            var download = await blob.DownloadStreamingAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            version = download.Value.Details.ETag;
            using var content = download.Value;
            var pipe = PipeReader.Create(content.Content);
            header = await ReadHeaderAsync(pipe, cancellationToken).ConfigureAwait(false);
            if (await IsDoneWithAsync(header, cancellationToken).ConfigureAwait(false))
            {
                return null; // A crash came between the end of the work and the deletion.
            }

            if (WhyNot(header) is { } why)
            {
                Drop(header, why);
                return null;
            }

            var state = await read(pipe.AsStream(), cancellationToken).ConfigureAwait(false);
            await pipe.CompleteAsync().ConfigureAwait(false);
            found = header;
            run.Continues = header.Occurrence;
            return state;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound || e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or EndOfStreamException)
        {
            Drop(header, "can't be read");
            return null;
        }
    }

    public override async Task KeepAsync(long progress, IEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var header = new CheckpointHeader
        {
            Version = CheckpointHeader.CurrentVersion,
            Task = run.Options.Task,
            Options = Options,
            Place = Place,
            Occurrence = run.Occurrence ?? run.Continues,
            BegunAt = found?.BegunAt ?? run.StartedAt,
            KeptBy = run.Id,
            KeptAt = now,
            Parts = (found?.Parts ?? 0) + 1,
            Progress = progress,
        };

        var staged = new List<string>();
        ReadOnlyMemory<byte> line = JsonSerializer.SerializeToUtf8Bytes(header, RunJson.Default.CheckpointHeader).Append((byte)'\n').ToArray();
        foreach (var piece in content.Where(piece => !piece.IsEmpty).Prepend(line))
        {
            // Named by the run: a process that was paused, and has lost the lock, can't slip a block of its own in.
            var id = Convert.ToBase64String(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{run.Id}-{blocks++:D8}")));
            await blob.StageBlockAsync(id, BinaryData.FromBytes(piece).ToStream(), cancellationToken: cancellationToken).ConfigureAwait(false);
            staged.Add(id);
        }

        while (!await TryCommitAsync(staged, cancellationToken).ConfigureAwait(false))
        {
            // We hold the lock, so what came in between is our own commit, whose answer got lost, or the late word of a run that has lost it.
            version = await FindVersionAsync(cancellationToken).ConfigureAwait(false);
        }

        kept = header;
    }

    /// <summary>Says in words what a result means for the work as a whole, and deletes the checkpoint of work that is done.</summary>
    public async Task<TaskResult> EndAsync(TaskResult result, CancellationToken cancellationToken)
    {
        if (result.Reason != SkipReason.Unfinished)
        {
            await DeleteAsync(cancellationToken).ConfigureAwait(false);
            return result;
        }

        if (kept is null || kept.Progress <= (found?.Progress ?? 0))
        {
            run.ErrorType = "no_headway";
            return result with { Outcome = Outcome.Failed, Reason = null, Error = RunReasons.NoProgress(run.Elapsed) };
        }

        return result with { Error = RunReasons.Unfinished(run, kept.Parts, kept.BegunAt, result.Error) };
    }

    // Records write down all their values.
    private string Options => run.Options.ToString();

    private string Place => $"{storage.Backups.AccountName}/{storage.Backups.Name}, {storage.Operations.Name}";

    private static async Task<CheckpointHeader> ReadHeaderAsync(PipeReader pipe, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var header = JsonSerializer.Deserialize(read.Buffer.Slice(0, end).ToArray(), RunJson.Default.CheckpointHeader);
                pipe.AdvanceTo(read.Buffer.GetPosition(1, end));
                return header ?? throw new InvalidDataException();
            }

            if (read.IsCompleted || read.Buffer.Length > LongestHeader)
            {
                throw new InvalidDataException();
            }

            pipe.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private async Task<bool> IsDoneWithAsync(CheckpointHeader header, CancellationToken cancellationToken) =>
        run.Definition is { } job
        && header.Occurrence is { } occurrence
        && (await states.GetAsync(job.Name, cancellationToken).ConfigureAwait(false)).SettledOccurrence >= occurrence;

    private string? WhyNot(CheckpointHeader header) =>
        header.Version != CheckpointHeader.CurrentVersion ? "was written by another version of the program"
        : header.Task != run.Options.Task || header.Options != Options ? "is of other options"
        : header.Place != Place ? $"is of another storage ({header.Place})"
        : header.BegunAt - time.GetUtcNow() > ClocksMayDiffer ? "is of work that begins only in the future"
        : time.GetUtcNow() - header.BegunAt > MaxAge ? $"is of work begun more than {MaxAge.TotalHours:0} h ago"
        : null;

    private void Drop(CheckpointHeader? header, string why) =>
        warnings.Add($"The checkpoint {blob.Name}{(header is null ? "" : $", kept at {header.KeptAt:u} by run {header.KeptBy},")} {why}: it was dropped, and the work begins anew.");

    private async Task<bool> TryCommitAsync(List<string> staged, CancellationToken cancellationToken)
    {
        try
        {
            var conditions = version is { } seen ? new BlobRequestConditions { IfMatch = seen } : new BlobRequestConditions { IfNoneMatch = ETag.All };
            version = (await blob.CommitBlockListAsync(staged, new CommitBlockListOptions { Conditions = conditions }, cancellationToken).ConfigureAwait(false)).Value.ETag;
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ConditionNotMet || e.ErrorCode == BlobErrorCode.BlobAlreadyExists)
        {
            return false;
        }
    }

    private async Task<ETag?> FindVersionAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await blob.GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false)).Value.ETag;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
    }

    private async Task DeleteAsync(CancellationToken cancellationToken)
    {
        if (version is not { } seen)
        {
            return;
        }

        try
        {
            await blob.DeleteAsync(conditions: new BlobRequestConditions { IfMatch = seen }, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or OperationCanceledException or RunStoppedException)
        {
            // The work is done all the same. Of a due time the next run sees that it is settled; other work is then gone on with once more.
            logger.CheckpointStays(e, run.Label, run.Id);
        }
    }
}
