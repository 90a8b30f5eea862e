namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>A position between two pages of the listing of all areas.</summary>
/// <param name="Area">The index of the area; the number of areas at the end.</param>
/// <param name="Marker">The marker of the next page; null for the first page of the area.</param>
/// <param name="Open">The units that started before this position and may have more blobs after it, outermost first.</param>
internal sealed record ListingPosition(int Area, string? Marker, IReadOnlyList<UnitFacts> Open)
{
    public static ListingPosition Start { get; } = new(0, null, []);
}

/// <summary>The start of a page.</summary>
/// <param name="Number">The number of the page, counted over all runs of the work.</param>
internal sealed record PageStart(long Number, ListingPosition Position);
