namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>How far the deletion of one unit is; written to by several deletes at once.</summary>
internal sealed class UnitDeletion(TempUnit unit)
{
    private long blobs;
    private long bytes;
    private volatile int verdict = (int)UnitVerdict.Old;

    public TempUnit Unit { get; } = unit;

    /// <summary><see cref="UnitVerdict.Old"/> as long as everything went well.</summary>
    public UnitVerdict Verdict => (UnitVerdict)verdict;

    public string? Why { get; private set; }

    public long BlobsDeleted => Interlocked.Read(ref blobs);

    public long BytesFreed => Interlocked.Read(ref bytes);

    public void Deleted(BlobVersion blob)
    {
        Interlocked.Increment(ref blobs);
        Interlocked.Add(ref bytes, blob.Bytes);
    }

    /// <summary>Leaves the rest of the unit alone.</summary>
    public void Stop(UnitVerdict because, string? why = null)
    {
        Why ??= why;
        verdict = (int)because;
    }
}
