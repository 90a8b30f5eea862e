namespace Cochin.Functions.Storage;

/// <summary>A page of a listing.</summary>
/// <param name="ServiceTime">The service's clock when it made the page; null where it does not tell.</param>
/// <param name="Marker">What to list from to get this page again; null for the first one.</param>
/// <param name="Next">What to list from to get the next page; null where this is the last one.</param>
internal sealed record ListedPage(IReadOnlyList<ListedBlob> Blobs, DateTimeOffset? ServiceTime, string? Marker, string? Next);
