namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>What is left of a listing of the areas between two of its pages.</summary>
/// <param name="Parts">The parts that are left; empty at the end.</param>
internal sealed record ListingPosition(IReadOnlyList<ListingPart> Parts)
{
    public static ListingPosition Start(IEnumerable<string> areas) => new([.. areas.Select(area => new ListingPart(area, area + "/", null, []))]);
}

/// <summary>A part of an area.</summary>
/// <param name="Prefix">The prefix of its blobs. All blobs of a unit are in the same part.</param>
/// <param name="Marker">The marker of the next page; null at the start.</param>
/// <param name="Open">The units that started before the marker and may have more blobs after it, outermost first.</param>
internal sealed record ListingPart(string Area, string Prefix, string? Marker, IReadOnlyList<UnitFacts> Open);

/// <summary>The start of a page.</summary>
/// <param name="Number">The number of the page, counted over all runs of the work.</param>
internal sealed record PageStart(long Number, ListingPosition Position);
