using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>The progress of the deletion of one unit. Thread-safe.</summary>
/// <param name="blobsDeleted">The number of blobs that an earlier run deleted.</param>
/// <param name="page">The page of the listing with the unit; null if an earlier run started the deletion.</param>
internal sealed class UnitDeletion(TempUnit unit, long blobsDeleted = 0, long bytesFreed = 0, PageStart? page = null, bool hasUnanswered = false)
{
    private readonly Lock sync = new();
    private List<ListedBlob> retries = [];
    private long blobs = blobsDeleted;
    private long bytes = bytesFreed;
    private bool isGone;
    private volatile bool hasUnanswered = hasUnanswered;
    private volatile int verdict = (int)UnitVerdict.Old;

    public TempUnit Unit { get; } = unit;

    /// <summary><see cref="UnitVerdict.Old"/> unless the deletion was stopped.</summary>
    public UnitVerdict Verdict => (UnitVerdict)verdict;

    public string? Error { get; private set; }

    public long BlobsDeleted => Interlocked.Read(ref blobs);

    public long BytesFreed => Interlocked.Read(ref bytes);

    /// <summary>Whether the run was out of time before the unit was deleted. The next run continues.</summary>
    public bool IsSuspended { get; private set; }

    /// <summary>The data that the next run needs to continue.</summary>
    public UnitFacts Facts => Unit.Facts with { BlobsDeleted = BlobsDeleted, BytesFreed = BytesFreed, HasUnanswered = hasUnanswered };

    /// <summary>The page of the second listing with the unit; null if an earlier run started the deletion.</summary>
    public PageStart? Page { get; } = page;

    /// <summary>Whether nothing has happened to the unit yet.</summary>
    public bool IsUntouched => Verdict == UnitVerdict.Old && BlobsDeleted == 0 && !isGone && !hasUnanswered;

    private bool IsDone => isGone || Verdict != UnitVerdict.Old || (Unit.Blobs is not null && BlobsDeleted >= Unit.BlobCount);

    public void Deleted(ListedBlob blob)
    {
        Interlocked.Increment(ref blobs);
        Interlocked.Add(ref bytes, blob.Bytes);
    }

    /// <summary>Schedules another attempt for a folder entry that was not empty, or was changed when its content was deleted.</summary>
    public void RetryLater(ListedBlob folder)
    {
        lock (sync)
        {
            retries.Add(folder);
        }
    }

    /// <summary>Returns the folder entries to retry, and clears the list.</summary>
    public IReadOnlyList<ListedBlob> TakeRetries()
    {
        lock (sync)
        {
            var taken = retries;
            retries = [];
            return taken;
        }
    }

    /// <summary>Stops the deletion. The first reason counts, but a failure replaces any other reason.</summary>
    public void Stop(UnitVerdict reason, string? error = null)
    {
        lock (sync)
        {
            if (Verdict == UnitVerdict.Old || (reason == UnitVerdict.Failed && Verdict != UnitVerdict.Failed))
            {
                Error = error;
                verdict = (int)reason;
            }
        }
    }

    /// <summary>Records that a delete got no response, so that its blob may be gone.</summary>
    public void MarkUnanswered() => hasUnanswered = true;

    /// <summary>Records that the rest of the unit has been deleted, however many blobs that were.</summary>
    public void MarkGone()
    {
        isGone = true;
        if (hasUnanswered && BlobsDeleted < Unit.BlobCount)
        {
            // The uncounted blobs were deleted by the requests without a response.
            Interlocked.Exchange(ref blobs, Unit.BlobCount);
            Interlocked.Exchange(ref bytes, Unit.Bytes);
        }
    }

    /// <summary>Leaves the rest of the unit to the next run. Has no effect if the deletion is done.</summary>
    public void Suspend() => IsSuspended |= !IsDone;

    /// <summary>Ends the deletion. A unit that is not suspended and not deleted completely has failed.</summary>
    public void Close()
    {
        if (!isGone && !IsSuspended && BlobsDeleted < Unit.BlobCount && Verdict == UnitVerdict.Old)
        {
            Stop(UnitVerdict.Failed, "the run ended before all of its blobs were deleted; the next run continues.");
        }
    }
}

/// <summary>A blob of a unit that is to be deleted.</summary>
/// <param name="Address">The request URL.</param>
internal readonly record struct PendingDelete(UnitDeletion Deletion, ListedBlob Blob, Uri Address);
