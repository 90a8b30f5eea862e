namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>Judges units, on nothing but what was listed, the operations and the time.</summary>
internal static class UnitRule
{
    /// <param name="cutoff">What was last written then or before is old.</param>
    public static UnitVerdict Judge(TempUnit unit, DateTimeOffset cutoff, LiveOperations live) =>
        unit.Newest > cutoff ? UnitVerdict.Fresh
        : live.Use(unit) ? UnitVerdict.InUse
        : unit.IsLeased ? UnitVerdict.Leased
        : UnitVerdict.Old;
}
