using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>
/// Makes units out of a listing as it streams by. A listing is in the order of names, so all names that begin alike stand
/// together; yet between <c>x</c> and <c>x/…</c> may come <c>x-1</c> and <c>x.txt</c>. Hence a stack: a unit stays open while the
/// names that come still begin with its own.
/// </summary>
/// <param name="blobsToKeep">How many blobs the open units may keep in all; a unit that would exceed it keeps none.</param>
/// <param name="begun">Units that an earlier part of the listing has begun, the outermost first.</param>
internal sealed class UnitGrouper(string area, int blobsToKeep, IEnumerable<TempUnit>? begun = null)
{
    private readonly Stack<TempUnit> open = new(begun ?? []);
    private int kept;

    /// <summary>The units that may get more blobs, the outermost first.</summary>
    public IEnumerable<TempUnit> Open => open.Reverse();

    /// <summary>Takes the next blob of the listing; gives the units that are complete now.</summary>
    public IEnumerable<TempUnit> Add(ListedBlob blob)
    {
        var name = blob.Name.AsMemory(area.Length + 1);
        while (open.TryPeek(out var last) && !name.Span.StartsWith(last.Name, StringComparison.Ordinal))
        {
            yield return Close();
        }

        // A blob named like the area itself is the folder's marker, not something in it.
        if (name.Length > 0)
        {
            Put(blob, name.Span);
        }
    }

    /// <summary>Gives the units that are still open when the listing has ended.</summary>
    public IEnumerable<TempUnit> Finish()
    {
        while (open.Count > 0)
        {
            yield return Close();
        }
    }

    private void Put(ListedBlob blob, ReadOnlySpan<char> name)
    {
        if (!open.TryPeek(out var unit) || !unit.Owns(name))
        {
            var slash = name.IndexOf('/');
            unit = new TempUnit(area, (slash < 0 ? name : name[..slash]).ToString());
            open.Push(unit);
        }

        var before = Kept(unit);
        unit.Add(blob, keep: kept < blobsToKeep);
        kept += Kept(unit) - before;
    }

    private TempUnit Close()
    {
        var unit = open.Pop();
        kept -= Kept(unit);
        return unit;
    }

    private static int Kept(TempUnit unit) => unit.Blobs?.Count ?? 0;
}
