using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace Cochin.Functions.Storage;

/// <summary>Reads tables by pages, so that a reader can stop after one and go on another day.</summary>
internal static class TablePages
{
    /// <summary>
    /// The rows that match (all of them for an empty filter), in key order and by pages; none where the table does not exist. While a page is worked on, the next one is
    /// already asked for.
    /// </summary>
    /// <param name="continuation">Where an earlier reader stopped (<see cref="Page{T}.ContinuationToken"/>); null for the beginning.</param>
    public static async IAsyncEnumerable<Page<TableEntity>> PagesAsync(
        this TableClient table,
        string filter,
        IEnumerable<string> columns,
        string? continuation,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var rows = table.QueryAsync<TableEntity>(filter.Length == 0 ? null : filter, select: columns, cancellationToken: abandoned.Token);
        var pages = rows.AsPages(continuation).GetAsyncEnumerator(abandoned.Token);
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
            await abandoned.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await pages.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<Page<TableEntity>?> ReadAsync(IAsyncEnumerator<Page<TableEntity>> pages) =>
        await pages.MoveNextAsync().ConfigureAwait(false) ? pages.Current : null;

    // Only the first page: a table that disappears while it is read was not read to its end.
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
