using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>How far the deletion of one unit is; written to by several deletes at once.</summary>
internal sealed class UnitDeletion(TempUnit unit)
{
    private readonly Lock writing = new();
    private long blobs;
    private long bytes;
    private bool isGone;
    private volatile int verdict = (int)UnitVerdict.Old;

    public TempUnit Unit { get; } = unit;

    /// <summary><see cref="UnitVerdict.Old"/> as long as everything went well.</summary>
    public UnitVerdict Verdict => (UnitVerdict)verdict;

    public string? Why { get; private set; }

    public long BlobsDeleted => Interlocked.Read(ref blobs);

    public long BytesFreed => Interlocked.Read(ref bytes);

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

    /// <summary>Nothing more will be done. A unit that was begun and is not gone has failed.</summary>
    public void Close()
    {
        if (!isGone && BlobsDeleted < Unit.BlobCount && Verdict == UnitVerdict.Old)
        {
            Stop(UnitVerdict.Failed, "the run ended in the middle of it; the next one goes on.");
        }
    }
}
