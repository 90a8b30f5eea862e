using System.Globalization;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Locking;

/// <summary>
/// Locks between processes: one blob per scope under <c>locks/</c> in the system container, leased while the lock is held. If the holder
/// dies, the lock is free when the lease expires.
/// </summary>
internal sealed class BlobLocks(CochinStorage storage, TimeProvider time)
{
    /// <summary>The longest time that the lock of a dead process stays held. The service allows 15 to 60 s.</summary>
    public static TimeSpan LeaseDuration { get; } = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan AcquireLimit = TimeSpan.FromSeconds(10);

    /// <summary>Takes the lock if it is free; does not wait for it.</summary>
    public async Task<LockAttempt> TryAcquireAsync(string scope, LockOwner owner, CancellationToken cancellationToken)
    {
        var blob = Blob(scope);
        var lease = blob.GetBlobLeaseClient();

        // Measured before the request: the lease can't have started earlier.
        var requestedAt = ClockReading.Of(time);
        try
        {
            // Without the caller's token: if the request were cancelled after the lease was granted, no one would release it.
            cancellationToken.ThrowIfCancellationRequested();
            using var limit = new CancellationTokenSource(AcquireLimit, time);
            await AcquireAsync(blob, lease, limit.Token).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.LeaseAlreadyPresent)
        {
            return new LockAttempt(null, await FindHolderAsync(scope, cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"the request for the lock of {scope} was not answered within {AcquireLimit.TotalSeconds:0} s");
        }

        var taken = new BlobLock(lease, LeaseDuration, requestedAt, time);
        try
        {
            await blob.SetMetadataAsync(Describe(owner), new BlobRequestConditions { LeaseId = lease.LeaseId }, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await taken.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return new LockAttempt(taken, null);
    }

    /// <summary>The holder of the lock of a scope; null if it is free.</summary>
    /// <remarks>Use it for messages only: right after a lock is acquired, the metadata still names the previous holder.</remarks>
    public async Task<LockOwner?> FindHolderAsync(string scope, CancellationToken cancellationToken)
    {
        try
        {
            var blob = await Blob(scope).GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            return blob.Value.LeaseStatus == LeaseStatus.Locked ? Read(blob.Value.Metadata) : null;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound || e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return null;
        }
    }

    /// <summary>Breaks the lease of a lock if it is still held by <paramref name="holder"/>. If that process is alive, it stops its run.</summary>
    /// <returns>False if the lock is free or has another holder by now.</returns>
    public async Task<bool> TryBreakAsync(string scope, LockOwner holder, CancellationToken cancellationToken)
    {
        try
        {
            var blob = Blob(scope);
            var found = await blob.GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            if (found.Value.LeaseStatus != LeaseStatus.Locked || Read(found.Value.Metadata) != holder)
            {
                return false;
            }

            // A new holder writes its metadata, which changes the ETag.
            var unchanged = new RequestConditions { IfMatch = found.Value.ETag };
            await blob.GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, unchanged, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ConditionNotMet
            || e.ErrorCode == BlobErrorCode.LeaseNotPresentWithLeaseOperation
            || e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return false;
        }
    }

    /// <summary>Whether a lock has an infinite lease. This program never takes one; it would block the jobs of the scope forever.</summary>
    public async Task<bool> HasInfiniteLeaseAsync(string scope, CancellationToken cancellationToken)
    {
        try
        {
            var blob = await Blob(scope).GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            return blob.Value is { LeaseStatus: LeaseStatus.Locked, LeaseDuration: LeaseDurationType.Infinite };
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound || e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return false;
        }
    }

    private BlobClient Blob(string scope) => storage.Locks.GetBlobClient("locks/" + scope);

    private async Task AcquireAsync(BlobClient blob, BlobLeaseClient lease, CancellationToken cancellationToken)
    {
        try
        {
            await lease.AcquireAsync(LeaseDuration, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound || e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            await storage.System.WriteAsync(_ => CreateAsync(blob, cancellationToken), cancellationToken).ConfigureAwait(false);
            await lease.AcquireAsync(LeaseDuration, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<bool> CreateAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            var options = new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
            await blob.UploadAsync(BinaryData.Empty, options, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobAlreadyExists || e.ErrorCode == BlobErrorCode.LeaseIdMissing)
        {
            // Another runner created it first. The lease request decides who gets the lock.
            return false;
        }
    }

    // Metadata is sent in headers, which are ASCII.
    private static Dictionary<string, string> Describe(LockOwner owner) => new()
    {
        ["holder"] = Uri.EscapeDataString(owner.Holder),
        ["job"] = owner.Job,
        ["run"] = owner.RunId,
        ["time"] = owner.Since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
    };

    private static LockOwner Read(IDictionary<string, string> metadata) => new(
        metadata.TryGetValue("holder", out var holder) ? Uri.UnescapeDataString(holder) : "an unknown process",
        metadata.TryGetValue("job", out var job) ? job : "unknown",
        metadata.TryGetValue("run", out var run) ? run : "",
        metadata.TryGetValue("time", out var since)
            && DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : default);
}

/// <summary>The result of trying to take a lock. Both are null if the lock was held and released meanwhile.</summary>
/// <param name="Lock">The lock, if it was free.</param>
/// <param name="HeldBy">The holder, if it was held.</param>
internal readonly record struct LockAttempt(BlobLock? Lock, LockOwner? HeldBy);

/// <summary>The holder of a lock, as stored in the metadata of its blob.</summary>
/// <param name="Holder">Machine and process id, e.g. <c>srv1:4711</c>.</param>
/// <param name="Job">The job's name, or the task's name for a typed task.</param>
internal sealed record LockOwner(string Holder, string Job, string RunId, DateTimeOffset Since);
