using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace Cochin.Functions.Storage;

/// <summary>Reads tables in pages, so that a caller can stop after a page and continue later.</summary>
internal static class TablePages
{
    /// <summary>
    /// Reads the matching rows in key order (all rows for an empty filter); empty if the table does not exist. The next page is prefetched
    /// while the caller processes the current one.
    /// </summary>
    /// <param name="continuation">The <see cref="Page{T}.ContinuationToken"/> to continue from; null to start at the beginning.</param>
    public static async IAsyncEnumerable<Page<TableEntity>> PagesAsync(
        this TableClient table,
        string filter,
        IEnumerable<string> columns,
        string? continuation,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var prefetch = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var rows = table.QueryAsync<TableEntity>(filter.Length == 0 ? null : filter, select: columns, cancellationToken: prefetch.Token);
        var pages = rows.AsPages(continuation).GetAsyncEnumerator(prefetch.Token);
        var next = ReadFirstAsync(pages);
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

    private static async Task<Page<TableEntity>?> ReadAsync(IAsyncEnumerator<Page<TableEntity>> pages) =>
        await pages.MoveNextAsync().ConfigureAwait(false) ? pages.Current : null;

    // Only for the first page: a table that disappears while it is read is an error.
    private static async Task<Page<TableEntity>?> ReadFirstAsync(IAsyncEnumerator<Page<TableEntity>> pages)
    {
        try
        {
            return await ReadAsync(pages).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.TableNotFound)
        {
            return null;
        }
    }
}
