namespace Cochin.Bench.Simulation;

/// <summary>Which blobs of a simulated store are gone.</summary>
internal sealed class DeletedBlobs(BlobSet blobs)
{
    private readonly bool[] isGone = new bool[blobs.Count];
    private int gone;
    private int again;

    public int Count => gone;

    /// <summary>Deletes of what was gone already, or never was.</summary>
    public int Again => again;

    public bool Contains(long index) => Volatile.Read(ref isGone[index]);

    /// <returns>False where there is no such blob.</returns>
    public bool Delete(string name)
    {
        var index = blobs.FirstFrom(name);
        if (index == blobs.Count || blobs.Name(index) != name || Interlocked.Exchange(ref isGone[index], true))
        {
            Interlocked.Increment(ref again);
            return false;
        }

        Interlocked.Increment(ref gone);
        return true;
    }
}
