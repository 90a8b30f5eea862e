using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>How far the deletion of one unit is; written to by several deletes at once.</summary>
/// <param name="blobsDeleted">How many of its blobs an earlier run deleted.</param>
internal sealed class UnitDeletion(TempUnit unit, long blobsDeleted = 0, long bytesFreed = 0)
{
    private readonly Lock writing = new();
    private long blobs = blobsDeleted;
    private long bytes = bytesFreed;
    private bool isGone;
    private volatile int verdict = (int)UnitVerdict.Old;

    public TempUnit Unit { get; } = unit;

    /// <summary><see cref="UnitVerdict.Old"/> as long as everything went well.</summary>
    public UnitVerdict Verdict => (UnitVerdict)verdict;

    public string? Why { get; private set; }

    public long BlobsDeleted => Interlocked.Read(ref blobs);

    public long BytesFreed => Interlocked.Read(ref bytes);

    /// <summary>Whether the time was used up in the middle of it: the next run goes on.</summary>
    public bool IsSuspended { get; private set; }

    /// <summary>What the next run needs to go on.</summary>
    public UnitFacts Facts => Unit.Facts with { BlobsDeleted = BlobsDeleted, BytesFreed = BytesFreed };

    /// <summary>Whether nothing was done about the unit yet, nor found out.</summary>
    public bool IsUntouched => Verdict == UnitVerdict.Old && BlobsDeleted == 0 && !isGone;

    public void Deleted(ListedBlob blob)
    {
        Interlocked.Increment(ref blobs);
        Interlocked.Add(ref bytes, blob.Bytes);
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

    /// <summary>All that was left of the unit has been deleted, however many blobs that were.</summary>
    public void Gone() => isGone = true;

    public void Suspend() => IsSuspended = true;

    /// <summary>Nothing more will be done. A unit that was begun and is not gone has failed.</summary>
    public void Close()
    {
        if (!isGone && !IsSuspended && BlobsDeleted < Unit.BlobCount && Verdict == UnitVerdict.Old)
        {
            Stop(UnitVerdict.Failed, "the run ended in the middle of it; the next one goes on.");
        }
    }
}
