using System.Runtime.CompilerServices;

namespace Cochin.Functions.Storage;

/// <summary>
/// Reads several parts of a listing or table concurrently. The pages of a part are returned in order; those of different parts in the order in
/// which they arrive.
/// </summary>
/// <param name="concurrency">The number of pages to request at once. With 1, the parts are read in order, and the next page is prefetched.</param>
/// <param name="read">Reads the first page of a part.</param>
internal sealed class PartialReads<TPart, TPage>(
    IEnumerable<TPart> parts,
    int concurrency,
    Func<TPart, CancellationToken, Task<PartPage<TPart, TPage>>> read)
    where TPart : notnull
{
    private readonly List<TPart> left = [.. parts];

    /// <summary>The parts that are left after the pages returned so far. Nothing is left when all parts have been read.</summary>
    public IReadOnlyList<TPart> Left => left;

    /// <summary>Returns all pages. Call it once. The listing is complete if no exception is thrown.</summary>
    public async IAsyncEnumerable<PartPage<TPart, TPage>> PagesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = new Stack<TPart>(left.AsEnumerable().Reverse());
        var reads = new List<Task<PartPage<TPart, TPage>>>(concurrency);
        try
        {
            for (Request(); reads.Count > 0;)
            {
                var first = await Task.WhenAny(reads).ConfigureAwait(false);
                reads.Remove(first);
                var page = await first.ConfigureAwait(false);
                var place = left.IndexOf(page.Part);
                left.RemoveAt(place);
                left.InsertRange(place, page.Rest);
                foreach (var part in page.Rest.Reverse())
                {
                    waiting.Push(part);
                }

                Request();
                yield return page;
            }
        }
        finally
        {
            await reading.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(reads)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        void Request()
        {
            while (reads.Count < concurrency && waiting.TryPop(out var part))
            {
                reads.Add(read(part, reading.Token));
            }
        }
    }
}

/// <summary>The first page of a part.</summary>
/// <param name="Rest">The parts that the rest of the part consists of; empty after its last page.</param>
internal sealed record PartPage<TPart, TPage>(TPart Part, TPage Page, IReadOnlyList<TPart> Rest);
