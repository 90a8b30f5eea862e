namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>Counts the units that a run finds and handles.</summary>
/// <param name="saved">The checkpoint with the counts of earlier runs; null for new work.</param>
internal sealed class CleanupTally(IReadOnlyList<string> areas, CleanupState? saved = null)
{
    private readonly AreaTally[] tallies = [.. saved?.Areas ?? areas.Select(area => new AreaTally(area))];
    private readonly List<string> warnings = [.. saved?.Warnings ?? []];
    private readonly List<string> failures = [.. saved?.Failures ?? []];

    public IReadOnlyList<AreaTally> Areas => tallies;

    /// <inheritdoc cref="TaskResult.SawBackups"/>
    public bool SawBackups { get; set; } = saved is not null;

    public IReadOnlyList<string> Warnings => warnings;

    public IReadOnlyList<string> Failures => failures;

    public long Scanned => tallies.Sum(area => area.Scanned);

    public long Old => tallies.Sum(area => area.Old);

    /// <summary>The number of old units that the second listing has handled.</summary>
    public long Handled => tallies.Sum(HandledOf);

    public long BlobsDeleted => tallies.Sum(area => area.BlobsDeleted);

    public void Warn(string? warning)
    {
        // An earlier run may have added it.
        if (warning is not null && !warnings.Contains(warning))
        {
            warnings.Add(warning);
        }
    }

    /// <summary>Counts a unit of the first listing.</summary>
    public void Found(TempUnit unit, UnitVerdict verdict)
    {
        var area = Area(unit);
        area.Scanned++;
        area.BytesScanned += unit.Bytes;
        area.Old += verdict == UnitVerdict.Fresh ? 0 : 1;
    }

    /// <summary>Counts a handled unit, or, in a dry run, one that would be handled.</summary>
    /// <param name="error">The error if the verdict is <see cref="UnitVerdict.Failed"/>.</param>
    public void Handle(TempUnit unit, UnitVerdict verdict, long blobsDeleted, long bytesFreed, string? error = null)
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
                failures.Add($"{unit.Path}: {error}");
                warnings.Add($"{unit.Path}: {error}");
                break;
        }
    }

    /// <summary>
    /// Counts the old units that were not handled. After a complete second listing, they have changed or been deleted since the first one.
    /// If the run was interrupted, they count as failed.
    /// </summary>
    public void CountUnhandled(bool wasInterrupted)
    {
        foreach (var area in tallies)
        {
            area.Old = Math.Max(area.Old, HandledOf(area));
            var rest = area.Old - HandledOf(area);
            area.Changed += wasInterrupted ? 0 : rest;
            area.Failed += wasInterrupted ? rest : 0;
        }
    }

    public TaskResult ToResult() => ToResult([]);

    /// <inheritdoc cref="ToResult()"/>
    /// <param name="suspended">Units that the next run continues. Their deleted blobs are counted, the units are not.</param>
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

    /// <summary>The failed result of a run that does not know the service's time.</summary>
    public TaskResult WithoutServiceTime() => ToResult() with
    {
        Outcome = Outcome.Failed,
        Error = "The storage did not report its time (a response without a Date header), so no age is certain and nothing was deleted. Try again.",
        Failure = FailureKind.NoServiceTime,
    };

    private static long HandledOf(AreaTally area) => area.Deleted + area.InUse + area.Changed + area.Failed;

    private AreaTally Area(TempUnit unit) => Array.Find(tallies, area => area.Area == unit.Area)!;
}

/// <summary>The counts of one area, in units unless the name contains blobs or bytes.</summary>
internal sealed class AreaTally(string area)
{
    public string Area { get; } = area;

    public long Scanned { get; set; }

    public long Old { get; set; }

    public long Deleted { get; set; }

    public long InUse { get; set; }

    public long Changed { get; set; }

    public long Failed { get; set; }

    public long BlobsDeleted { get; set; }

    public long BytesScanned { get; set; }

    public long BytesFreed { get; set; }
}
