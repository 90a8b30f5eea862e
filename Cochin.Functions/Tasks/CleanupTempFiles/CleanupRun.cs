namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>What the two listings of one run share, and how far they are.</summary>
internal sealed class CleanupRun(CleanupTempFilesOptions options, TaskContext context, LiveOperations live, CleanupState? soFar)
{
    private long pages = soFar?.Pages ?? 0;

    public CleanupTempFilesOptions Options { get; } = options;

    public TaskContext Context { get; } = context;

    /// <summary>As they were when this run began.</summary>
    public LiveOperations Live { get; } = live;

    public CleanupTally Tally { get; } = new(soFar);

    public UnitReport Report { get; } = new(context.Items);

    public DateTimeOffset? ServiceTime { get; set; } = soFar?.ServiceTime;

    public TimeSpan Age { get; } = TimeSpan.FromHours(options.AgeHours);

    /// <summary>Whether the first listing is complete.</summary>
    public bool IsProven { get; private set; } = soFar?.IsProven ?? false;

    public ListingPosition Position { get; private set; } = soFar?.Position ?? ListingPosition.Start;

    /// <summary>Units that this run or the one before left in the middle.</summary>
    public List<UnitFacts> Suspended { get; } = [.. soFar?.Suspended ?? []];

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

    /// <summary>Keeps how far the work is, for the run that goes on.</summary>
    public async Task<TaskResult> StopAsync(CancellationToken cancellationToken)
    {
        var state = new CleanupState
        {
            ServiceTime = ServiceTime!.Value,
            IsProven = IsProven,
            Position = Position,
            Pages = pages,
            Suspended = Suspended,
            Areas = Tally.Areas,
            Warnings = Tally.Warnings,
            Failures = Tally.Failures,
        };
        var progress = pages + Tally.BlobsDeleted + Suspended.Sum(unit => unit.BlobsDeleted);
        await Context.Checkpoint.KeepAsync(progress, [state.ToBytes()], cancellationToken).ConfigureAwait(false);
        return Tally.ToResult().Unfinished();
    }
}
