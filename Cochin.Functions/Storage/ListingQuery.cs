namespace Cochin.Functions.Storage;

/// <summary>What to list.</summary>
/// <param name="Prefix">What the names begin with.</param>
/// <param name="PageSize">Blobs in a page; null for as many as the service gives (5,000).</param>
/// <param name="Marker">Where to go on; null for the beginning.</param>
internal sealed record ListingQuery(string Prefix, int? PageSize = null, bool WithMetadata = false, string? Marker = null);
