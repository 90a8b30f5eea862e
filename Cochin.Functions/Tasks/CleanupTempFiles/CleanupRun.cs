using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>The shared state of the two listings of one run, and their progress.</summary>
/// <param name="saved">The checkpoint that the run continues; null for new work.</param>
internal sealed class CleanupRun(IReadOnlyList<string> areas, CleanupTempFilesOptions options, TaskContext context, LiveOperations live, CleanupState? saved)
{
    private readonly HashSet<string> seen = [.. saved?.Seen ?? []];
    private readonly List<(long Page, string Path)> handled = [];
    private long pages = saved?.Pages ?? 0;
    private PageStart? resumeFrom;

    public CleanupTempFilesOptions Options { get; } = options;

    public TaskContext Context { get; } = context;

    /// <summary>The live operations at the start of this run.</summary>
    public LiveOperations Live { get; } = live;

    public CleanupTally Tally { get; } = new(areas, saved);

    public UnitReport Report { get; } = new(context.Items);

    public DateTimeOffset? ServiceTime { get; set; } = saved?.ServiceTime;

    /// <summary>The duration of a small request, measured before the first delete; zero if unknown.</summary>
    public TimeSpan ResponseTime { get; set; }

    public TimeSpan Age { get; } = TimeSpan.FromHours(options.AgeHours);

    /// <summary>Whether the first listing is complete.</summary>
    public bool IsProven { get; private set; } = saved?.IsProven ?? false;

    public ListingPosition Position { get; private set; } = saved?.Position ?? ListingPosition.Start(areas);

    /// <summary>Whether all areas have been listed.</summary>
    public bool IsAtEnd => Position.Parts.Count == 0;

    /// <summary>The prefixes of the parts in which the first listing found old units, with their areas.</summary>
    public SortedDictionary<string, string> PrefixesWithOld { get; } = new(saved?.PrefixesWithOld ?? [], StringComparer.Ordinal);

    /// <summary>Units that this run or the previous one deleted only in part.</summary>
    public List<UnitFacts> Suspended { get; } = [.. saved?.Suspended ?? []];

    /// <summary>The start of the current page.</summary>
    public PageStart Page => new(pages, Position);

    /// <summary>Whether the next run must list pages of this run again, because some of their units are left.</summary>
    public bool MustListAgain => resumeFrom is not null;

    /// <summary>Makes the next run list again from this page, or from an earlier one that was set before.</summary>
    public void ResumeFrom(PageStart page) => resumeFrom = resumeFrom?.Number <= page.Number ? resumeFrom : page;

    /// <summary>Records a handled unit that still exists, so that it is not handled twice if its page is listed again.</summary>
    public void MarkHandled(long page, TempUnit unit) => handled.Add((page, unit.Path));

    /// <summary>Whether an earlier run has handled a unit of a page that is listed again.</summary>
    public bool WasHandled(TempUnit unit)
    {
        if (!seen.Remove(unit.Path))
        {
            return false;
        }

        MarkHandled(pages, unit);
        return true;
    }

    /// <summary>Forgets the handled units of pages before this one, which are not listed again.</summary>
    public void ForgetHandled(PageStart before) => handled.RemoveAll(unit => unit.Page < before.Number);

    /// <summary>Call it when the first listing is complete. The second one lists only parts with old units.</summary>
    public void StartSecondListing()
    {
        IsProven = true;
        var parts = PrefixesWithOld.Select(part => new ListingPart(part.Value, part.Key, null, []));
        Position = new ListingPosition([.. areas.SelectMany(area => parts.Where(part => part.Area == area))]);
        PrefixesWithOld.Clear();
    }

    public void MoveTo(ListingPosition position)
    {
        Position = position;
        pages++;
    }

    /// <summary>Checks that the operations table has rows if earlier runs read some.</summary>
    /// <param name="missing">Set if the table has never existed.</param>
    /// <returns>Why nothing may be deleted; null if units may be deleted.</returns>
    public async Task<string?> CheckTableAsync(MissingTable? missing, CancellationToken cancellationToken)
    {
        var storage = Context.Storage;
        if (missing is not null)
        {
            Tally.Warn(missing.Message);
            return null;
        }

        if (!Live.IsEmpty)
        {
            Tally.Warn(await MissingTable.RememberAsync(storage, storage.Operations, Options.DryRun, cancellationToken).ConfigureAwait(false));
            return null;
        }

        return (await MissingTable.ExplainEmptyAsync(storage, storage.Operations, cancellationToken).ConfigureAwait(false))?.Refusal("deleted");
    }

    /// <summary>Saves the progress for the run that continues this one.</summary>
    public async Task<TaskResult> SaveAsync(CancellationToken cancellationToken)
    {
        if (ServiceTime is not { } serviceTime)
        {
            return Tally.ToResult().Unfinished(); // Out of time before the first page.
        }

        if (resumeFrom is not null)
        {
            (pages, Position) = (resumeFrom.Number, resumeFrom.Position);
        }

        var state = new CleanupState
        {
            ServiceTime = serviceTime,
            IsProven = IsProven,
            Position = Position,
            PrefixesWithOld = new(PrefixesWithOld),
            Pages = pages,
            Seen = [.. seen, .. handled.Where(unit => resumeFrom is not null && unit.Page >= resumeFrom.Number).Select(unit => unit.Path)],
            Suspended = Suspended,
            Areas = Tally.Areas,
            Warnings = Tally.Warnings,
            Failures = Tally.Failures,
        };
        var progress = pages + Tally.BlobsDeleted + Suspended.Sum(unit => unit.BlobsDeleted);
        await Context.Checkpoint.KeepAsync(progress, [state.ToBytes()], cancellationToken).ConfigureAwait(false);
        return Tally.ToResult(Suspended).Unfinished();
    }
}
