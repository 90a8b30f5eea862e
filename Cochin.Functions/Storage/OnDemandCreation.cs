using System.Buffers;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Cochin.Functions.Storage;

/// <summary>
/// Creates containers and tables when a write finds them missing. A normal write thus needs only one request, and a dry run creates
/// nothing.
/// </summary>
internal static class OnDemandCreation
{
    private const int BadRequest = 400;

    private static readonly SearchValues<char> InvalidKeyCharacters =
        SearchValues.Create(['/', '\\', '#', '?', .. Enumerable.Range(0, 160).Select(code => (char)code).Where(char.IsControl)]);

    /// <summary>Writes to <paramref name="table"/>, creating it if it does not exist.</summary>
    public static async Task<T> WriteAsync<T>(this TableClient table, Func<TableClient, Task<T>> write, CancellationToken cancellationToken)
    {
        try
        {
            return await write(table).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.TableNotFound)
        {
            await table.CreateIfNotExistsAsync(cancellationToken).ConfigureAwait(false);
            return await write(table).ConfigureAwait(false);
        }
    }

    /// <summary>Writes to <paramref name="container"/>, creating it if it does not exist.</summary>
    public static async Task<T> WriteAsync<T>(this BlobContainerClient container, Func<BlobContainerClient, Task<T>> write, CancellationToken cancellationToken)
    {
        try
        {
            return await write(container).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            return await write(container).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Reads the matching rows in key order (all rows for an empty filter); empty if the table does not exist. Other failures are thrown.
    /// </summary>
    /// <remarks>Not for a table whose rows forbid something: here a missing table looks like an empty one. See <see cref="TablePages"/>.</remarks>
    public static async IAsyncEnumerable<TableEntity> ReadAsync(
        this TableClient table,
        string filter,
        IEnumerable<string>? columns = null,
        int? pageSize = null,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var rows = table.QueryAsync<TableEntity>(filter.Length == 0 ? null : filter, pageSize, columns, cancellationToken);
        var pages = rows.AsPages().GetAsyncEnumerator(cancellationToken);
        await using (pages.ConfigureAwait(false))
        {
            for (var isFirst = true; ; isFirst = false)
            {
                try
                {
                    if (!await pages.MoveNextAsync().ConfigureAwait(false))
                    {
                        yield break;
                    }
                }
                catch (RequestFailedException e) when (isFirst && MissingTable.Is(e))
                {
                    yield break; // A table that disappears later was not read to its end: that is a failure.
                }

                foreach (var row in pages.Current.Values)
                {
                    yield return row;
                }
            }
        }
    }

    /// <summary>Like <see cref="FindAsync"/>, for a key that a person or another program wrote: null as well if it is not valid as a key.</summary>
    public static async Task<TableEntity?> FindWrittenAsync(this TableClient table, string partitionKey, string rowKey, CancellationToken cancellationToken)
    {
        if (rowKey.Length == 0 || rowKey.AsSpan().ContainsAny(InvalidKeyCharacters))
        {
            return null; // Services respond differently to such keys.
        }

        try
        {
            return await table.FindAsync(partitionKey, rowKey, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.Status == BadRequest)
        {
            return null; // For example, it is too long.
        }
    }

    /// <summary>Returns a row, or null if the row or its table does not exist.</summary>
    public static async Task<TableEntity?> FindAsync(this TableClient table, string partitionKey, string rowKey, CancellationToken cancellationToken)
    {
        try
        {
            var found = await table.GetEntityIfExistsAsync<TableEntity>(partitionKey, rowKey, cancellationToken: cancellationToken).ConfigureAwait(false);
            return found.HasValue ? found.Value : null;
        }
        catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.TableNotFound)
        {
            return null;
        }
    }
}
