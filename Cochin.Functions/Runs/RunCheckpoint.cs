using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Jobs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Runs;

/// <summary>
/// The checkpoint of a run (docs/decisions/0007-work-in-parts.md). It is written under the task's lock, and atomically: staged blocks are
/// not visible until they are committed, so a crash leaves the previous checkpoint.
/// </summary>
internal sealed class RunCheckpoint(CochinStorage storage, JobStates states, Run run, TimeProvider time, ILogger logger) : Checkpoint
{
    private const int MaxHeaderBytes = 16 * 1024;

    private static readonly TimeSpan MaxClockSkew = TimeSpan.FromHours(1);

    private readonly BlockBlobClient blob = storage.System.GetBlockBlobClient(BlobName(run));
    private readonly List<string> warnings = [];
    private CheckpointHeader? loaded;
    private CheckpointHeader? saved;
    private ETag? version;
    private int blocks;

    /// <summary>Checkpoints that were discarded, and why.</summary>
    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>The blob of a run's checkpoint. A typed task has its own, even if a job has the same name.</summary>
    public static string BlobName(Run run) => "checkpoints/" + (run.Definition is { } job ? job.Name : "typed-" + run.Options.Task);

    public override async Task<T?> FindAsync<T>(Func<Stream, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
        where T : class
    {
        if (!run.MayContinue)
        {
            return null;
        }

        CheckpointHeader? header = null;
        try
        {
            var download = await blob.DownloadStreamingAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            version = download.Value.Details.ETag;
            using var content = download.Value;
            var pipe = PipeReader.Create(content.Content);
            header = await ReadHeaderAsync(pipe, cancellationToken).ConfigureAwait(false);
            if (await IsSettledAsync(header, cancellationToken).ConfigureAwait(false))
            {
                return null; // The work is done, but its checkpoint was not deleted.
            }

            if (FindMismatch(header) is { } why)
            {
                Discard(header, why);
                return null;
            }

            var state = await read(pipe.AsStream(), cancellationToken).ConfigureAwait(false);
            await pipe.CompleteAsync().ConfigureAwait(false);
            loaded = header;
            run.Continues = header.Occurrence;
            return state;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound || e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or EndOfStreamException)
        {
            Discard(header, "can't be read");
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
            BegunAt = loaded?.BegunAt ?? run.StartedAt,
            KeptBy = run.Id,
            KeptAt = now,
            Parts = (loaded?.Parts ?? 0) + 1,
            Progress = progress,
        };

        var staged = new List<string>();
        ReadOnlyMemory<byte> line = JsonSerializer.SerializeToUtf8Bytes(header, CheckpointJson.Default.CheckpointHeader).Append((byte)'\n').ToArray();
        foreach (var piece in content.Where(piece => !piece.IsEmpty).Prepend(line))
        {
            // The id contains the run, so that a paused process that lost the lock can't add a block to another run's checkpoint.
            var id = Convert.ToBase64String(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{run.Id}-{blocks++:D8}")));
            await blob.StageBlockAsync(id, BinaryData.FromBytes(piece).ToStream(), cancellationToken: cancellationToken).ConfigureAwait(false);
            staged.Add(id);
        }

        while (!await TryCommitAsync(staged, cancellationToken).ConfigureAwait(false))
        {
            // This run holds the lock. The other version is its own commit, whose response was lost, or a late write of a run that lost the lock.
            version = await FindVersionAsync(cancellationToken).ConfigureAwait(false);
        }

        saved = header;
    }

    /// <summary>Deletes the checkpoint if the work is done. Otherwise adds to the result how it will continue, or fails a run without progress.</summary>
    public async Task<TaskResult> EndAsync(TaskResult result, CancellationToken cancellationToken)
    {
        if (result.Reason != SkipReason.Unfinished)
        {
            await DeleteAsync(cancellationToken).ConfigureAwait(false);
            return result;
        }

        if (saved is null || saved.Progress <= (loaded?.Progress ?? 0))
        {
            run.ErrorType = "no_headway";
            return result with
            {
                Outcome = Outcome.Failed, Reason = null, Error = RunReasons.NoProgress(run.Elapsed), Failure = FailureKind.NoProgress,
            };
        }

        return result with { Error = RunReasons.Unfinished(run, saved.Parts, saved.BegunAt, result.Error) };
    }

    // The text of a record contains all its values.
    private string Options => run.Options.ToString();

    private string Place => $"{storage.Backups.AccountName}/{storage.Backups.Name}, {storage.Operations.Name}";

    private static async Task<CheckpointHeader> ReadHeaderAsync(PipeReader pipe, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var header = JsonSerializer.Deserialize(read.Buffer.Slice(0, end).ToArray(), CheckpointJson.Default.CheckpointHeader);
                pipe.AdvanceTo(read.Buffer.GetPosition(1, end));
                return header ?? throw new InvalidDataException();
            }

            if (read.IsCompleted || read.Buffer.Length > MaxHeaderBytes)
            {
                throw new InvalidDataException();
            }

            pipe.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private async Task<bool> IsSettledAsync(CheckpointHeader header, CancellationToken cancellationToken) =>
        run.Definition is { } job
        && header.Occurrence is { } occurrence
        && (await states.GetAsync(job.Name, cancellationToken).ConfigureAwait(false)).SettledOccurrence >= occurrence;

    private string? FindMismatch(CheckpointHeader header) =>
        header.Version != CheckpointHeader.CurrentVersion ? "was written by another version of the program"
        : header.Task != run.Options.Task || header.Options != Options ? "was written with other options"
        : header.Place != Place ? $"belongs to another storage ({header.Place})"
        : header.BegunAt - time.GetUtcNow() > MaxClockSkew ? "has a start time in the future"
        : time.GetUtcNow() - header.BegunAt > OccurrenceRule.MaxWorkAge
            ? $"belongs to work that started more than {OccurrenceRule.MaxWorkAge.TotalHours:0} h ago"
        : null;

    private void Discard(CheckpointHeader? header, string why) => warnings.Add(
        $"The checkpoint {blob.Name}{(header is null ? "" : $", saved at {header.KeptAt:u} by run {header.KeptBy},")} {why}. "
        + "It was discarded, and the work starts over.");

    private async Task<bool> TryCommitAsync(List<string> staged, CancellationToken cancellationToken)
    {
        try
        {
            var conditions = version is { } known ? new BlobRequestConditions { IfMatch = known } : new BlobRequestConditions { IfNoneMatch = ETag.All };
            var options = new CommitBlockListOptions { Conditions = conditions };
            var committed = await blob.CommitBlockListAsync(staged, options, cancellationToken).ConfigureAwait(false);
            version = committed.Value.ETag;
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
        if (version is not { } known)
        {
            return;
        }

        try
        {
            await blob.DeleteAsync(conditions: new BlobRequestConditions { IfMatch = known }, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or OperationCanceledException or RunStoppedException)
        {
            // The work is done anyway. A scheduled run finds the occurrence settled; a manual run continues from the old checkpoint once more.
            logger.CheckpointStays(e, run.Label, run.Id);
        }
    }
}
