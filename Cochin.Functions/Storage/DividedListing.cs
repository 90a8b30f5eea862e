namespace Cochin.Functions.Storage;

/// <summary>
/// Reads a listing in parts, several pages at once. A large folder is divided by prefixes, which a listing of its first level finds. See
/// docs/decisions/0014-listings-are-divided.md.
/// </summary>
/// <param name="mayDivide">Selects the folders to divide, by their prefix (with its slash).</param>
/// <param name="keepsItems">
/// If true, each item of the folder's first level is in one part: a blob, a folder, or both if they have the same name.
/// </param>
internal sealed class DividedListing(BlobListing listing, Func<string, bool> mayDivide, bool keepsItems)
{
    /// <summary>The default number of pages to request at once.</summary>
    public const int Concurrency = 6;

    // Below this, the listing of the first level takes too many pages itself.
    private const int MinBlobsPerItem = 4;
    private const int PagesPerPart = 8;
    private const int MinParts = 16;

    /// <param name="left">The queries to read. The prefix of none may start with that of another.</param>
    /// <param name="concurrency">With 1, nothing is divided, and all blobs are returned in the order of the queries.</param>
    public PartialReads<ListingQuery, ListedPage> Read(IEnumerable<ListingQuery> left, int concurrency = Concurrency) =>
        new(left, concurrency, concurrency == 1 ? ReadPageAsync : ReadAsync);

    private async Task<PartPage<ListingQuery, ListedPage>> ReadPageAsync(ListingQuery query, CancellationToken cancellationToken)
    {
        var page = await listing.PageAsync(query, cancellationToken).ConfigureAwait(false);
        return new(query, page, page.Next is null ? [] : [query with { Marker = page.Next }]);
    }

    private async Task<PartPage<ListingQuery, ListedPage>> ReadAsync(ListingQuery query, CancellationToken cancellationToken)
    {
        var read = await ReadPageAsync(query, cancellationToken).ConfigureAwait(false);
        if (query.Marker is not null || read.Rest.Count == 0 || !mayDivide(query.Prefix))
        {
            return read;
        }

        var blobsPerItem = read.Page.Blobs.Count / Math.Max(1, read.Page.Blobs.Select(blob => ItemOf(blob.Name, query.Prefix)).Distinct().Count());
        if (blobsPerItem < MinBlobsPerItem)
        {
            return read;
        }

        var itemsPerPart = PagesPerPart * read.Page.Blobs.Count / blobsPerItem;
        if (await DivideAsync(query, itemsPerPart, cancellationToken).ConfigureAwait(false) is not { } prefixes)
        {
            return read;
        }

        // The parts contain the blobs of this page again, except for the entry of the folder itself.
        var page = read.Page with { Blobs = [.. read.Page.Blobs.Where(blob => blob.Name == query.Prefix)], Next = null };
        return new(query, page, [.. prefixes.Select(prefix => query with { Prefix = prefix })]);
    }

    /// <param name="size">The number of items per part.</param>
    /// <returns>The prefixes that the folder consists of; null if it can't be divided.</returns>
    private async Task<IReadOnlyList<string>?> DivideAsync(ListingQuery query, int size, CancellationToken cancellationToken)
    {
        CommonPrefixes? groups = null;
        await foreach (var page in listing.PagesAsync(query with { IsFirstLevelOnly = true, WithMetadata = false }, cancellationToken).ConfigureAwait(false))
        {
            var blobs = page.Blobs.Select(blob => blob.Name).Where(name => name != query.Prefix);
            string[] names = [.. blobs.Concat(page.Folders.Select(folder => keepsItems ? folder[..^1] : folder)).Order(StringComparer.Ordinal)];
            if (names is [var only] && only.EndsWith('/') && groups is null && page.Next is null)
            {
                return names; // This folder is divided next.
            }

            groups ??= new CommonPrefixes(query.Prefix, page.Next is null ? Math.Min(size, Math.Max(1, names.Length / MinParts)) : size);
            foreach (var name in names)
            {
                groups.Add(name);
            }
        }

        return groups?.Finish() is { Count: > 1 } found ? found : null;
    }

    private static string ItemOf(string name, string folder) => name.IndexOf('/', folder.Length) is > 0 and var slash ? name[..slash] : name;
}
