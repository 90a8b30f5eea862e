using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;

namespace Cochin.Functions.Storage;

/// <summary>Reads tables in pages, so that a caller can stop after a page and continue later.</summary>
internal static class TablePages
{
    /// <summary>
    /// Reads the matching rows in key order (all rows for an empty filter). The next page is prefetched while the caller processes the
    /// current one.
    /// </summary>
    /// <exception cref="RequestFailedException">The read failed; a missing table is not an empty one (<see cref="MissingTable.Is"/>).</exception>
    /// <param name="continuation">The <see cref="Page{T}.ContinuationToken"/> to continue from; null to start at the beginning.</param>
    public static async IAsyncEnumerable<Page<TableEntity>> PagesAsync(
        this TableClient table,
        string filter,
        IEnumerable<string>? columns,
        string? continuation,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var prefetch = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var rows = table.QueryAsync<TableEntity>(filter.Length == 0 ? null : filter, select: columns, cancellationToken: prefetch.Token);
        var pages = rows.AsPages(continuation).GetAsyncEnumerator(prefetch.Token);
        var next = ReadAsync(pages);
        try
        {
            while (await next.ConfigureAwait(false) is { } page)
            {
                next = ReadAsync(pages);
                yield return page;
            }
        }
        finally
        {
            await prefetch.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await pages.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The same rows one by one.</summary>
    /// <inheritdoc cref="PagesAsync" path="/exception"/>
    public static IAsyncEnumerable<TableEntity> RowsAsync(
        this TableClient table, string filter, IEnumerable<string>? columns, CancellationToken cancellationToken) =>
        table.PagesAsync(filter, columns, continuation: null, cancellationToken).SelectMany(page => page.Values);

    private static async Task<Page<TableEntity>?> ReadAsync(IAsyncEnumerator<Page<TableEntity>> pages) =>
        await pages.MoveNextAsync().ConfigureAwait(false) ? pages.Current : null;
}
