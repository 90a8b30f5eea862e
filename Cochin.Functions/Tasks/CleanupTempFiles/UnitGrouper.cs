using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>
/// Groups the blobs of a streamed listing into units. A listing is sorted by name, so names with the same prefix are consecutive, but
/// <c>x-1</c> and <c>x.txt</c> may come between <c>x</c> and <c>x/…</c>. Hence the stack: a unit stays open while the names start with its own.
/// </summary>
/// <param name="blobsToKeep">The number of blobs that the open units may keep in total. A unit that would exceed it keeps none.</param>
/// <param name="started">Units that started in an earlier part of the listing, outermost first.</param>
internal sealed class UnitGrouper(string area, int blobsToKeep, IEnumerable<TempUnit>? started = null)
{
    private readonly Stack<TempUnit> open = new(started ?? []);
    private int kept;

    /// <summary>The units that may get more blobs, outermost first.</summary>
    public IReadOnlyList<UnitFacts> Open => [.. open.Reverse().Select(unit => unit.Facts)];

    /// <summary>Adds the next blob of the listing. Returns the units that are complete now.</summary>
    public IEnumerable<TempUnit> Add(ListedBlob blob)
    {
        var name = blob.Name.AsMemory(area.Length + 1);
        while (open.TryPeek(out var last) && !name.Span.StartsWith(last.Name, StringComparison.Ordinal))
        {
            yield return Close();
        }

        // A blob with the name of the area is the marker of the folder, not its content.
        if (name.Length > 0)
        {
            Put(blob, name.Span);
        }
    }

    /// <summary>Returns the units that are still open at the end of the listing.</summary>
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
