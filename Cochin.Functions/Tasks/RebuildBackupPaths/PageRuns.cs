namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>Which pages to read again, as runs of consecutive ones.</summary>
internal static class PageRuns
{
    /// <param name="pages">The pages that are wanted; <see cref="BlobFacts.SeveralPages"/> among them wants all.</param>
    /// <param name="count">How many pages there are.</param>
    /// <param name="mostInHundred">Above that many wanted of a hundred, all are read in one run.</param>
    public static IEnumerable<(int First, int Last)> Of(IEnumerable<int> pages, int count, int mostInHundred)
    {
        var wanted = new SortedSet<int>(pages);
        if (wanted.Count == 0)
        {
            yield break;
        }

        if (wanted.Max >= count || wanted.Count * 100L > (long)count * mostInHundred)
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
