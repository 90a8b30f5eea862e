namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>What the two listings of one run share, and how far they are.</summary>
internal sealed class CleanupRun(IReadOnlyList<string> areas, CleanupTempFilesOptions options, TaskContext context, LiveOperations live, CleanupState? soFar)
{
    private readonly HashSet<string> seen = [.. soFar?.Seen ?? []];
    private readonly List<(long Page, string Path)> handled = [];
    private long pages = soFar?.Pages ?? 0;
    private PageStart? left;

    /// <summary>The areas that this run cleans, without a slash at the end.</summary>
    public IReadOnlyList<string> Areas { get; } = areas;

    public CleanupTempFilesOptions Options { get; } = options;

    public TaskContext Context { get; } = context;

    /// <summary>As they were when this run began.</summary>
    public LiveOperations Live { get; } = live;

    public CleanupTally Tally { get; } = new(areas, soFar);

    public UnitReport Report { get; } = new(context.Items);

    public DateTimeOffset? ServiceTime { get; set; } = soFar?.ServiceTime;

    /// <summary>How long the storage takes to answer a small request, as far as it is known before the first delete.</summary>
    public TimeSpan AnswerTook { get; set; }

    public TimeSpan Age { get; } = TimeSpan.FromHours(options.AgeHours);

    /// <summary>Whether the first listing is complete.</summary>
    public bool IsProven { get; private set; } = soFar?.IsProven ?? false;

    public ListingPosition Position { get; private set; } = soFar?.Position ?? ListingPosition.Start;

    /// <summary>Whether the listing has gone through all areas.</summary>
    public bool IsAtEnd => Position.Area >= Areas.Count;

    /// <summary>Units that this run or the one before left in the middle.</summary>
    public List<UnitFacts> Suspended { get; } = [.. soFar?.Suspended ?? []];

    /// <summary>Where the page that is gone through begins.</summary>
    public PageStart Page => new(pages, Position);

    /// <summary>Whether something is left that the next run has to find by a listing of its own.</summary>
    public bool HasLeft => left is not null;

    /// <summary>The next run lists again from this page on, or from an earlier one.</summary>
    public void LeaveFrom(PageStart page) => left = left?.Number <= page.Number ? left : page;

    /// <summary>Notes a unit that was handled and is still there: should its page be listed again, it is not handled twice.</summary>
    public void Handled(long page, TempUnit unit) => handled.Add((page, unit.Path));

    /// <summary>Whether an earlier run has handled a unit of a page that is listed again.</summary>
    public bool WasHandled(TempUnit unit)
    {
        if (!seen.Remove(unit.Path))
        {
            return false;
        }

        Handled(pages, unit);
        return true;
    }

    /// <summary>The pages before this one will not be listed again.</summary>
    public void Forget(PageStart before) => handled.RemoveAll(unit => unit.Page < before.Number);

    /// <summary>The first listing has come to its end; the second one begins.</summary>
    public void Proven()
    {
        IsProven = true;
        Position = ListingPosition.Start;
    }

    public void MoveTo(ListingPosition position)
    {
        Position = position;
        pages++;
    }

    /// <summary>Keeps how far the work is, for the run that continues it.</summary>
    public async Task<TaskResult> StopAsync(CancellationToken cancellationToken)
    {
        if (ServiceTime is not { } serviceTime)
        {
            return Tally.ToResult().Unfinished(); // There was no time for a single page.
        }

        if (left is not null)
        {
            (pages, Position) = (left.Number, left.Position);
        }

        var state = new CleanupState
        {
            ServiceTime = serviceTime,
            IsProven = IsProven,
            Position = Position,
            Pages = pages,
            Seen = [.. seen, .. handled.Where(unit => left is not null && unit.Page >= left.Number).Select(unit => unit.Path)],
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
