using System.Globalization;

namespace Cochin.Bench.Simulation;

/// <summary>Which blobs of a simulated store are gone.</summary>
internal sealed class DeletedBlobs(BlobSet blobs)
{
    private readonly bool[] isGone = new bool[blobs.Count];
    private int gone;
    private int again;

    public enum Verdict
    {
        Deleted,
        NotFound,
        Changed,
    }

    public int Count => gone;

    /// <summary>Deletes of blobs that were gone already, or never existed.</summary>
    public int Again => again;

    public bool Contains(long index) => Volatile.Read(ref isGone[index]);

    /// <param name="ifMatch">The ETag that the blob must have; null or <c>*</c> for any.</param>
    public Verdict Delete(string name, string? ifMatch)
    {
        var index = blobs.FirstFrom(name);
        var isThere = index < blobs.Count && blobs.Name(index) == name;
        if (isThere
            && ifMatch is not (null or "*")
            && ifMatch.Trim('"') != BlobPages.ETagStart + BlobPages.ETagNumber(index).ToString(CultureInfo.InvariantCulture))
        {
            return Verdict.Changed;
        }

        if (!isThere || Interlocked.Exchange(ref isGone[index], true))
        {
            Interlocked.Increment(ref again);
            return Verdict.NotFound;
        }

        Interlocked.Increment(ref gone);
        return Verdict.Deleted;
    }
}
