namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>A page of the listing of all areas.</summary>
/// <param name="Units">The units that it makes complete: made while they are gone through, once, before the next page is asked for.</param>
/// <param name="Next">The place after this page, once its units were gone through.</param>
internal sealed record TempPage(IEnumerable<TempUnit> Units, Func<ListingPosition> Next);
