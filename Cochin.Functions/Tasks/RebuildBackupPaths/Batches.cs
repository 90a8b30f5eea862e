namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>Runs work in parallel, in batches. Each batch of writes is announced in the audit log before it is made.</summary>
internal static class Batches
{
    public const int Size = 100;

    private const int Parallelism = 8;

    /// <summary>Runs the work for all items, several at a time.</summary>
    /// <returns>The results, in the order of the items.</returns>
    public static async Task<TResult[]> ForAllAsync<T, TResult>(
        IReadOnlyList<T> items,
        Func<T, CancellationToken, Task<TResult>> work,
        CancellationToken cancellationToken)
    {
        var results = new TResult[items.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel
            .ForAsync(0, items.Count, options, async (i, token) => results[i] = await work(items[i], token).ConfigureAwait(false))
            .ConfigureAwait(false);
        return results;
    }
}
