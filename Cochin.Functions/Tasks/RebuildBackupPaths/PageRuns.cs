using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>Groups the pages to read again into runs of consecutive pages.</summary>
internal static class PageRuns
{
    /// <param name="pages">The pages to read. <see cref="BlobFacts.SeveralPages"/> means all pages.</param>
    /// <param name="count">The number of pages.</param>
    /// <param name="maxPercent">If more than this percentage of the pages is needed, all are read in one run.</param>
    public static IEnumerable<(int First, int Last)> Of(IEnumerable<int> pages, int count, int maxPercent)
    {
        var wanted = new SortedSet<int>(pages);
        if (wanted.Count == 0)
        {
            yield break;
        }

        if (wanted.Max >= count || wanted.Count * 100L > (long)count * maxPercent)
        {
            yield return (0, count - 1);
            yield break;
        }

        var first = wanted.Min;
        var last = first;
        foreach (var page in wanted.Skip(1))
        {
            if (page > last + 1)
            {
                yield return (first, last);
                first = page;
            }

            last = page;
        }

        yield return (first, last);
    }
}
