using Cochin.Functions.Storage;
using Cochin.Functions.Storage.Batch;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>How much a clean-up reads, holds in memory and sends at once.</summary>
internal sealed record CleanupLimits
{
    /// <summary>Blobs in a page of a listing; the service returns at most this many.</summary>
    public int PageSize { get; init; } = 5_000;

    /// <summary>Blobs kept in memory of a unit, and of a group of units that are deleted together. A larger unit is listed again when it is deleted.</summary>
    public int BlobsToKeep { get; init; } = 8 * BlobBatchClient.MaxParts;

    /// <summary>Groups of units that are deleted at once.</summary>
    public int GroupsAtOnce { get; init; } = 3;

    public int PartsInBatch { get; init; } = BlobBatchClient.MaxParts;

    /// <summary>Made for each run: it decides by the storage's answers how many batches may be under way.</summary>
    public Func<AdaptiveConcurrency> Concurrency { get; init; } = static () => new AdaptiveConcurrency(16, start: 1);
}
