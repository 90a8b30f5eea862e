using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>How far the deletion of one unit is; written to by several deletes at once.</summary>
/// <param name="blobsDeleted">How many of its blobs an earlier run deleted.</param>
/// <param name="page">The page of the listing that showed it; null if an earlier run has begun it.</param>
internal sealed class UnitDeletion(TempUnit unit, long blobsDeleted = 0, long bytesFreed = 0, PageStart? page = null, bool unanswered = false)
{
    private readonly Lock writing = new();
    private List<ListedBlob> left = [];
    private long blobs = blobsDeleted;
    private long bytes = bytesFreed;
    private bool isGone;
    private volatile bool hasUnanswered = unanswered;
    private volatile int verdict = (int)UnitVerdict.Old;

    public TempUnit Unit { get; } = unit;

    /// <summary><see cref="UnitVerdict.Old"/> as long as everything went well.</summary>
    public UnitVerdict Verdict => (UnitVerdict)verdict;

    public string? Why { get; private set; }

    public long BlobsDeleted => Interlocked.Read(ref blobs);

    public long BytesFreed => Interlocked.Read(ref bytes);

    /// <summary>Whether the time was used up before all of it was deleted: the next run continues.</summary>
    public bool IsSuspended { get; private set; }

    /// <summary>What the next run needs to continue.</summary>
    public UnitFacts Facts => Unit.Facts with { BlobsDeleted = BlobsDeleted, BytesFreed = BytesFreed, HasUnanswered = hasUnanswered };

    /// <summary>The page of the second listing that showed it; null if an earlier run has begun it.</summary>
    public PageStart? Page { get; } = page;

    /// <summary>Whether nothing was done about the unit yet, nor found out.</summary>
    public bool IsUntouched => Verdict == UnitVerdict.Old && BlobsDeleted == 0 && !isGone && !hasUnanswered;

    private bool IsDone => isGone || Verdict != UnitVerdict.Old || (Unit.Blobs is not null && BlobsDeleted >= Unit.BlobCount);

    public void Deleted(ListedBlob blob)
    {
        Interlocked.Increment(ref blobs);
        Interlocked.Add(ref bytes, blob.Bytes);
    }

    /// <summary>A folder's entry has to be tried again: something was below it, or it was changed by the deletion of what was below it.</summary>
    public void Leave(ListedBlob folder)
    {
        lock (writing)
        {
            left.Add(folder);
        }
    }

    /// <summary>The entries that have to be tried again, each once.</summary>
    public IReadOnlyList<ListedBlob> TakeLeft()
    {
        lock (writing)
        {
            var taken = left;
            left = [];
            return taken;
        }
    }

    /// <summary>Leaves the rest of the unit alone. The first reason counts, but a failure is never hidden by another one.</summary>
    public void Stop(UnitVerdict because, string? why = null)
    {
        lock (writing)
        {
            if (Verdict == UnitVerdict.Old || (because == UnitVerdict.Failed && Verdict != UnitVerdict.Failed))
            {
                Why = why;
                verdict = (int)because;
            }
        }
    }

    /// <summary>A delete of it was sent and not answered: it may have been done.</summary>
    public void Unanswered() => hasUnanswered = true;

    /// <summary>All that was left of the unit has been deleted, however many blobs that were.</summary>
    public void Gone()
    {
        isGone = true;
        if (hasUnanswered && BlobsDeleted < Unit.BlobCount)
        {
            // What is missing went with the deletes that were not answered.
            Interlocked.Exchange(ref blobs, Unit.BlobCount);
            Interlocked.Exchange(ref bytes, Unit.Bytes);
        }
    }

    /// <summary>The time is used up; what is left of the unit, if anything, is for the next run.</summary>
    public void Suspend() => IsSuspended |= !IsDone;

    /// <summary>Nothing more will be done. A unit that was begun and is not gone has failed.</summary>
    public void Close()
    {
        if (!isGone && !IsSuspended && BlobsDeleted < Unit.BlobCount && Verdict == UnitVerdict.Old)
        {
            Stop(UnitVerdict.Failed, "the run ended in the middle of it; the next one goes on.");
        }
    }
}
