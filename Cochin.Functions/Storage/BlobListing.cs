using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Core;

namespace Cochin.Functions.Storage;

/// <summary>
/// Lists the blobs of a container through the client's own pipeline, but not with its own method, which takes nearly twice as long
/// (docs/decisions/0010-listings-are-read-by-hand.md). While a page is worked on, the next one is already requested.
/// </summary>
/// <remarks>https://learn.microsoft.com/rest/api/storageservices/list-blobs</remarks>
internal sealed class BlobListing(BlobAccess access, Uri container)
{
    private const int Ok = 200;

    /// <summary>All blobs that match, in the order of their names. What ends without an exception is complete.</summary>
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

    /// <summary>The same by pages, of which there is at least one.</summary>
    /// <exception cref="RequestFailedException">The service refuses a page.</exception>
    /// <exception cref="InvalidDataException">A page broke off, or does not tell what is needed of each blob.</exception>
    public async IAsyncEnumerable<ListedPage> PagesAsync(ListingQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var next = ReadAsync(query, abandoned.Token);
        try
        {
            while (next is not null)
            {
                var page = await next.ConfigureAwait(false);
                next = page.Next is null ? null : ReadAsync(query with { Marker = page.Next }, abandoned.Token);
                yield return page;
            }
        }
        finally
        {
            if (next is not null)
            {
                await abandoned.CancelAsync().ConfigureAwait(false);
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<ListedPage> ReadAsync(ListingQuery query, CancellationToken cancellationToken)
    {
        using var message = CreateMessage(query);
        await access.Pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
        var answer = message.Response;
        if (answer.Status != Ok)
        {
            throw new RequestFailedException(answer);
        }

        var (blobs, next) = ListingReader.Read(answer.ContentStream ?? Stream.Null, query);
        if (next is not null && next == query.Marker)
        {
            throw new InvalidDataException($"the listing of {query.Prefix} goes round in circles: a page names itself as the next one.");
        }

        return new ListedPage(blobs, answer.Headers.Date, query.Marker, next);
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
