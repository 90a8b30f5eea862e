using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Core;

namespace Cochin.Functions.Storage;

/// <summary>
/// Lists the blobs of a container through the client's pipeline. The client's own method takes nearly twice as long
/// (docs/decisions/0010-listings-are-read-by-hand.md). The next page is prefetched while the caller processes the current one.
/// </summary>
/// <remarks>https://learn.microsoft.com/rest/api/storageservices/list-blobs</remarks>
internal sealed class BlobListing(BlobAccess access, Uri container)
{
    private const int Ok = 200;

    /// <summary>Lists all matching blobs by name. The listing is complete if no exception is thrown.</summary>
    /// <inheritdoc cref="PagesAsync" path="/exception"/>
    public async IAsyncEnumerable<ListedBlob> BlobsAsync(ListingQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in PagesAsync(query, cancellationToken).ConfigureAwait(false))
        {
            foreach (var blob in page.Blobs)
            {
                yield return blob;
            }
        }
    }

    /// <summary>Lists the matching blobs in pages. There is always at least one page.</summary>
    /// <exception cref="RequestFailedException">The service returned an error.</exception>
    /// <exception cref="InvalidDataException">A page is truncated or lacks required properties of a blob.</exception>
    public async IAsyncEnumerable<ListedPage> PagesAsync(ListingQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var prefetch = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var next = PageAsync(query, prefetch.Token);
        try
        {
            while (next is not null)
            {
                var page = await next.ConfigureAwait(false);
                next = page.Next is null ? null : PageAsync(query with { Marker = page.Next }, prefetch.Token);
                yield return page;
            }
        }
        finally
        {
            if (next is not null)
            {
                await prefetch.CancelAsync().ConfigureAwait(false);
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Reads one page.</summary>
    /// <inheritdoc cref="PagesAsync" path="/exception"/>
    public async Task<ListedPage> PageAsync(ListingQuery query, CancellationToken cancellationToken)
    {
        using var message = CreateMessage(query);
        await access.Pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
        var response = message.Response;
        if (response.Status != Ok)
        {
            throw new RequestFailedException(response);
        }

        var page = ListingReader.Read(response.ContentStream ?? Stream.Null, query) with { ServiceTime = response.Headers.Date };
        if (page.Next is not null && page.Next == query.Marker)
        {
            throw new InvalidDataException($"the listing of {query.Prefix} does not advance: the next marker of a page is its own.");
        }

        return page;
    }

    private HttpMessage CreateMessage(ListingQuery query)
    {
        var message = access.CreateMessage(RequestMethod.Get, container);
        var uri = message.Request.Uri;
        uri.AppendQuery("restype", "container", escapeValue: false);
        uri.AppendQuery("comp", "list", escapeValue: false);
        uri.AppendQuery("prefix", query.Prefix, escapeValue: true);
        if (query.Marker is not null)
        {
            uri.AppendQuery("marker", query.Marker, escapeValue: true);
        }

        if (query.IsFirstLevelOnly)
        {
            uri.AppendQuery("delimiter", "/", escapeValue: true);
        }

        if (query.PageSize is { } size)
        {
            uri.AppendQuery("maxresults", size.ToString(CultureInfo.InvariantCulture), escapeValue: false);
        }

        if (query.WithMetadata)
        {
            uri.AppendQuery("include", "metadata", escapeValue: false);
        }

        message.Request.Headers.Add(HttpHeader.Names.Accept, "application/xml");
        return message;
    }
}

/// <summary>Selects the blobs to list.</summary>
/// <param name="Prefix">The prefix of the names.</param>
/// <param name="PageSize">The number of blobs per page; null for the service's maximum (5,000).</param>
/// <param name="Marker">Where to continue; null to start at the beginning.</param>
/// <param name="IsFirstLevelOnly">Whether to return the folders after the prefix instead of the blobs in them.</param>
internal sealed record ListingQuery(string Prefix, int? PageSize = null, bool WithMetadata = false, string? Marker = null, bool IsFirstLevelOnly = false);

/// <summary>A page of a listing.</summary>
/// <param name="Folders">The folders after the prefix, with their slash; empty unless only the first level was requested.</param>
/// <param name="Next">The marker of the next page; null after the last page.</param>
/// <param name="ServiceTime">The time of the response on the service's clock; null if it is missing.</param>
internal sealed record ListedPage(IReadOnlyList<ListedBlob> Blobs, IReadOnlyList<string> Folders, string? Next, DateTimeOffset? ServiceTime = null);
