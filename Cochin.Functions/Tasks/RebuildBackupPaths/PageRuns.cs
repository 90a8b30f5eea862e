using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>Finds the fewest queries for the pages to read again: one for each run of consecutive pages.</summary>
internal static class PageRuns
{
    // Above this percentage, reading all pages in one run is cheaper.
    private const int MaxPercent = 25;

    /// <param name="wanted">The numbers of the pages to read. <see cref="BlobFacts.SeveralPages"/> means all pages.</param>
    /// <param name="pages">All pages. Those of a part are in order, but those of other parts may be between them.</param>
    public static IEnumerable<PageRun> OfBlobs(HashSet<int> wanted, IReadOnlyList<BlobPage> pages)
    {
        if (NeedsAll(wanted, pages.Count))
        {
            return [new PageRun(new ListingQuery(BackupBlob.Root), Pages: null, pages.Sum(page => (long)page.Blobs))];
        }

        var ordered = pages.Index()
            .GroupBy(page => page.Item.Prefix)
            .SelectMany(part => part.Index().Select(page => (Place: page.Index, Number: page.Item.Index, Page: page.Item.Item)))
            .Where(page => wanted.Contains(page.Number));
        return Of(ordered, (page, next) => next.Page.Prefix == page.Page.Prefix && next.Place == page.Place + 1)
            .Select(run => new PageRun(
                new ListingQuery(run[0].Page.Prefix, Marker: run[0].Page.Marker),
                run.Select(page => page.Number).ToHashSet(),
                run.Sum(page => (long)page.Page.Blobs)));
    }

    /// <inheritdoc cref="OfBlobs"/>
    public static IReadOnlyList<RowRange> OfRows(HashSet<int> wanted, IReadOnlyList<RowRange> pages)
    {
        if (NeedsAll(wanted, pages.Count))
        {
            return [default];
        }

        var ordered = pages.Where((_, number) => wanted.Contains(number)).OrderBy(page => page.After, StringComparer.Ordinal);
        return [.. Of(ordered, (page, next) => page.UpTo == next.After).Select(run => run[0] with { UpTo = run[^1].UpTo })];
    }

    private static bool NeedsAll(HashSet<int> wanted, int count) => wanted.Any(page => page >= count) || wanted.Count * 100L > (long)count * MaxPercent;

    private static IEnumerable<IReadOnlyList<T>> Of<T>(IEnumerable<T> pages, Func<T, T, bool> follows)
    {
        var run = new List<T>();
        foreach (var page in pages)
        {
            if (run.Count > 0 && !follows(run[^1], page))
            {
                yield return run;
                run = [];
            }

            run.Add(page);
        }

        if (run.Count > 0)
        {
            yield return run;
        }
    }
}

/// <summary>Consecutive pages of a listing.</summary>
/// <param name="Query">Starts with the first page.</param>
/// <param name="Pages">The numbers of the pages; null for all.</param>
/// <param name="Blobs">The number of blobs on them.</param>
internal sealed record PageRun(ListingQuery Query, IReadOnlySet<int>? Pages, long Blobs)
{
    public bool Contains(int page) => Pages is null || Pages.Contains(page);
}
