using Cochin.Functions.Storage;
using Cochin.Functions.Storage.Batch;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>Limits of a clean-up: page size, memory and concurrency.</summary>
internal sealed record CleanupLimits
{
    /// <summary>The number of blobs per page of a listing. 5,000 is the maximum of the service.</summary>
    public int PageSize { get; init; } = 5_000;

    /// <summary>The number of pages that the first listing requests at once.</summary>
    public int ConcurrentPages { get; init; } = DividedListing.Concurrency;

    /// <summary>The number of blobs kept in memory for a unit, and for a group of units. A larger unit is listed again for its deletion.</summary>
    public int BlobsToKeep { get; init; } = 8 * BlobBatchClient.MaxParts;

    /// <summary>The number of groups of units that are deleted concurrently.</summary>
    public int ConcurrentGroups { get; init; } = 3;

    public int MaxBatchSize { get; init; } = BlobBatchClient.MaxParts;

    /// <summary>Creates the concurrency limit of a run. It adapts the number of concurrent batches to the responses of the storage.</summary>
    public Func<AdaptiveConcurrency> Concurrency { get; init; } = static () => new AdaptiveConcurrency(16, start: 1);
}
