namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>Decides whether a unit is deleted, from its listing, the live operations and the time alone.</summary>
internal static class UnitRule
{
    /// <param name="cutoff">A unit last written at or before this time is old.</param>
    public static UnitVerdict Evaluate(TempUnit unit, DateTimeOffset cutoff, LiveOperations live) =>
        unit.Newest > cutoff ? UnitVerdict.Fresh
        : live.IsInUse(unit) ? UnitVerdict.InUse
        : unit.IsLeased ? UnitVerdict.Leased
        : UnitVerdict.Old;
}

/// <summary>Why a unit is deleted or kept. The names, in camel case, are the <c>reason</c> of items.</summary>
internal enum UnitVerdict
{
    /// <summary>Old and unused: it is deleted.</summary>
    Old,

    Fresh,

    /// <summary>A live operation uses it.</summary>
    InUse,

    /// <summary>One of its blobs is leased.</summary>
    Leased,

    /// <summary>It was to be deleted, but has changed since it was listed.</summary>
    Changed,

    /// <summary>It was to be deleted, but the storage refused.</summary>
    Failed,
}
