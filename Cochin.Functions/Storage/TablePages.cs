using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;

namespace Cochin.Functions.Storage;

/// <summary>Reads tables by pages, so that a reader can stop after one and continue another day.</summary>
internal static class TablePages
{
    /// <summary>
    /// The rows that match (all of them for an empty filter), in key order and by pages. While a page is worked on, the next one is already asked for.
    /// </summary>
    /// <exception cref="RequestFailedException">Among others if there is no such table (<see cref="MissingTable.Is"/>): that is not an empty one.</exception>
    /// <param name="continuation">Where an earlier reader stopped (<see cref="Page{T}.ContinuationToken"/>); null for the beginning.</param>
    public static async IAsyncEnumerable<Page<TableEntity>> PagesAsync(
        this TableClient table,
        string filter,
        IEnumerable<string>? columns,
        string? continuation,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var rows = table.QueryAsync<TableEntity>(filter.Length == 0 ? null : filter, select: columns, cancellationToken: abandoned.Token);
        var pages = rows.AsPages(continuation).GetAsyncEnumerator(abandoned.Token);
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
            await abandoned.CancelAsync().ConfigureAwait(false);
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
