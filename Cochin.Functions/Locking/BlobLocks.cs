using System.Globalization;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Locking;

/// <summary>
/// Locks between processes: one blob a scope under <c>locks/</c> in the system container, leased while the lock is held. A
/// holder that dies holds it until its lease runs out.
/// </summary>
internal sealed class BlobLocks(CochinStorage storage, TimeProvider time)
{
    /// <summary>How long a lock outlives its dead holder at most. The service allows 15 to 60 s.</summary>
    public static TimeSpan LeaseDuration { get; } = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan AcquireLimit = TimeSpan.FromSeconds(10);

    /// <summary>Takes the lock if it is free; does not wait for it.</summary>
    public async Task<LockAttempt> TryAcquireAsync(string scope, LockOwner owner, CancellationToken cancellationToken)
    {
        var blob = Blob(scope);
        var lease = blob.GetBlobLeaseClient();

        // Counted from before the request: the lease can't have begun earlier.
        var begun = time.GetTimestamp();
        try
        {
            // Not under the caller's token: a lease that was granted while the caller gave up would be nobody's to release.
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
            throw new TimeoutException($"the lock of {scope} was not answered within {AcquireLimit.TotalSeconds:0} s");
        }

        var taken = new BlobLock(lease, LeaseDuration, begun, time);
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

    /// <summary>Who holds the lock of a scope; null while it is free.</summary>
    /// <remarks>
    /// Between a lease and its metadata lies one request, in which the previous holder's name is still there: good enough
    /// for a message, and for nothing else.
    /// </remarks>
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

    /// <summary>Takes the lock from whoever was found to hold it, and from nobody else. A holder that lives loses its lease, and stops.</summary>
    /// <returns>False where somebody else holds it by now, or nobody.</returns>
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

            // A new holder writes its name, which makes a new version.
            await blob.GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, new RequestConditions { IfMatch = found.Value.ETag }, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ConditionNotMet || e.ErrorCode == BlobErrorCode.LeaseNotPresentWithLeaseOperation || e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return false;
        }
    }

    /// <summary>Whether a lock is leased without an end, which no lock of ours ever is: it would keep its jobs from running for good.</summary>
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
            await blob.UploadAsync(BinaryData.Empty, new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } }, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobAlreadyExists || e.ErrorCode == BlobErrorCode.LeaseIdMissing)
        {
            // Another runner made it first; who gets the lease is decided by the lease.
            return false;
        }
    }

    // Metadata travels in headers, which are ASCII.
    private static Dictionary<string, string> Describe(LockOwner owner) => new()
    {
        ["holder"] = Uri.EscapeDataString(owner.Holder),
        ["job"] = owner.Job,
        ["run"] = owner.RunId,
        ["time"] = owner.Since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
    };

    private static LockOwner Read(IDictionary<string, string> metadata) => new(
        metadata.TryGetValue("holder", out var holder) ? Uri.UnescapeDataString(holder) : "an unnamed holder",
        metadata.TryGetValue("job", out var job) ? job : "an unnamed job",
        metadata.TryGetValue("run", out var run) ? run : "",
        metadata.TryGetValue("time", out var since) && DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : default);
}

/// <summary>The result of trying to take a lock: exactly one of the two is set, unless the holder can't be read.</summary>
/// <param name="Lock">The lock, if it was free.</param>
/// <param name="HeldBy">The holder, if it was not.</param>
internal readonly record struct LockAttempt(BlobLock? Lock, LockOwner? HeldBy);

/// <summary>Who holds a lock, as its blob's metadata tells it to the others.</summary>
/// <param name="Holder">Host and process, e.g. <c>srv1:4711</c>.</param>
/// <param name="Job">The job, or the task where a person typed the task.</param>
internal sealed record LockOwner(string Holder, string Job, string RunId, DateTimeOffset Since);
