namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>Counts what a run finds and does.</summary>
/// <param name="soFar">What earlier runs of the same work counted; null where there were none.</param>
internal sealed class CleanupTally(IReadOnlyList<string> areas, CleanupState? soFar = null)
{
    private readonly AreaTally[] tallies = [.. soFar?.Areas ?? areas.Select(area => new AreaTally(area))];
    private readonly List<string> warnings = [.. soFar?.Warnings ?? []];
    private readonly List<string> failures = [.. soFar?.Failures ?? []];

    public IReadOnlyList<AreaTally> Areas => tallies;

    /// <inheritdoc cref="TaskResult.SawBackups"/>
    public bool SawBackups { get; set; } = soFar is not null;

    public IReadOnlyList<string> Warnings => warnings;

    public IReadOnlyList<string> Failures => failures;

    public long Scanned => tallies.Sum(area => area.Scanned);

    public long Old => tallies.Sum(area => area.Old);

    /// <summary>Whether the first listing found an old unit in an area.</summary>
    public bool HasOld(string area) => Array.Exists(tallies, tally => tally.Area == area && tally.Old > 0);

    /// <summary>How many old units the second listing has dealt with.</summary>
    public long Handled => tallies.Sum(Sum);

    public long BlobsDeleted => tallies.Sum(area => area.BlobsDeleted);

    public void Warn(string? warning)
    {
        // An earlier run may have said so.
        if (warning is not null && !warnings.Contains(warning))
        {
            warnings.Add(warning);
        }
    }

    /// <summary>Takes in a unit of the first listing.</summary>
    public void Found(TempUnit unit, UnitVerdict verdict)
    {
        var area = Area(unit);
        area.Scanned++;
        area.BytesScanned += unit.Bytes;
        area.Old += verdict == UnitVerdict.Fresh ? 0 : 1;
    }

    /// <summary>Takes in what became of a unit, or in a dry run would become of it.</summary>
    /// <param name="why">What the storage said, where the verdict is <see cref="UnitVerdict.Failed"/>.</param>
    public void Handle(TempUnit unit, UnitVerdict verdict, long blobsDeleted, long bytesFreed, string? why = null)
    {
        var area = Area(unit);
        area.BlobsDeleted += blobsDeleted;
        area.BytesFreed += bytesFreed;
        switch (verdict)
        {
            case UnitVerdict.Old:
                area.Deleted++;
                break;
            case UnitVerdict.InUse or UnitVerdict.Leased:
                area.InUse++;
                break;
            case UnitVerdict.Changed:
                area.Changed++;
                break;
            case UnitVerdict.Failed:
                area.Failed++;
                failures.Add($"{unit.Path}: {why}");
                warnings.Add($"{unit.Path}: {why}");
                break;
        }
    }

    /// <summary>
    /// Gives the old units that were not dealt with their place. After a whole second listing they must have been renewed or
    /// removed in between; where the run was broken off, they were not reached and count as failed.
    /// </summary>
    public void CloseBooks(bool isBrokenOff)
    {
        foreach (var area in tallies)
        {
            area.Old = Math.Max(area.Old, Sum(area));
            var rest = area.Old - Sum(area);
            area.Changed += isBrokenOff ? 0 : rest;
            area.Failed += isBrokenOff ? rest : 0;
        }
    }

    public TaskResult ToResult() => ToResult([]);

    /// <inheritdoc cref="ToResult()"/>
    /// <param name="suspended">Units that were begun and are left to the next run: what went of them is counted, they are not.</param>
    public TaskResult ToResult(IReadOnlyCollection<UnitFacts> suspended)
    {
        var failed = tallies.Sum(area => area.Failed);
        var blobsDeleted = BlobsDeleted + suspended.Sum(unit => unit.BlobsDeleted);
        var bytesFreed = tallies.Sum(area => area.BytesFreed) + suspended.Sum(unit => unit.BytesFreed);
        return new TaskResult
        {
            Outcome = failed > 0 ? Outcome.Partial : Outcome.Completed,
            Error = failed > 0 ? $"{failed} units could not be deleted: {Problems.List(failures)}" : null,
            Counts =
            [
                new("scanned", Scanned), new("old", Old), new("deleted", tallies.Sum(area => area.Deleted)), new("inUse", tallies.Sum(area => area.InUse)),
                new("changed", tallies.Sum(area => area.Changed)), new("failed", failed), new("blobsDeleted", blobsDeleted),
            ],
            Bytes = [new("scanned", tallies.Sum(area => area.BytesScanned)), new("freed", bytesFreed)],
            Warnings = warnings,
            SawBackups = SawBackups,
            Tables =
            [
                new ResultTable(
                    "areas",
                    "By area",
                    ["area", "units", "old", "deleted", "inUse", "changed", "failed", "blobsDeleted", "bytes", "bytesFreed"],
                    [.. tallies.Select(area => (IReadOnlyList<object?>)[
                        area.Area, area.Scanned, area.Old, area.Deleted, area.InUse, area.Changed, area.Failed, area.BlobsDeleted,
                        area.BytesScanned, area.BytesFreed])]),
            ],
        };
    }

    private static long Sum(AreaTally area) => area.Deleted + area.InUse + area.Changed + area.Failed;

    private AreaTally Area(TempUnit unit) => Array.Find(tallies, area => area.Area == unit.Area)!;
}
