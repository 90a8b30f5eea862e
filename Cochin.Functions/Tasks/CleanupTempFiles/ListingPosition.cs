namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>A place between two pages of the listing of all areas.</summary>
/// <param name="Area">The number of the area; their count where all are gone through.</param>
/// <param name="Marker">What its listing goes on from; null for its beginning.</param>
/// <param name="Open">The units of which the pages before showed blobs and those after may show more, the outermost first.</param>
internal sealed record ListingPosition(int Area, string? Marker, IReadOnlyList<UnitFacts> Open)
{
    public static ListingPosition Start { get; } = new(0, null, []);
}

/// <summary>Where a page begins.</summary>
/// <param name="Number">Of all pages gone through by the runs of one work.</param>
internal sealed record PageStart(long Number, ListingPosition Position);
