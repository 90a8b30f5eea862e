using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.Operations;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>
/// Deletes old and unused units in the temporary areas. The first listing (<see cref="ScanPass"/>) is complete, reads the service's time and
/// counts. The second one (<see cref="DeletePass"/>) deletes what it lists (docs/decisions/0003-two-listings-instead-of-a-kept-plan.md).
/// </summary>
/// <param name="limits">Null for the defaults.</param>
internal sealed class CleanupTempFilesTask(TempSettings settings, TimeProvider time, CleanupLimits? limits = null) : MaintenanceTask<CleanupTempFilesOptions>
{
    private readonly CleanupLimits limits = limits ?? new CleanupLimits();

    public override string Name => CleanupTempFilesDescription.Name;

    protected override async Task<TaskResult> RunAsync(CleanupTempFilesOptions options, TaskContext context, CancellationToken cancellationToken)
    {
        var areas = (options.Areas ?? settings.Areas).Names;
        var saved = await context.Checkpoint
            .FindAsync((content, token) => CleanupState.ReadAsync(content, areas, token), cancellationToken)
            .ConfigureAwait(false);
        var storage = context.Storage;
        var live = await LiveOperations.ReadAsync(storage, settings.Areas, cancellationToken).ConfigureAwait(false);
        var missing = live.IsTableMissing ? await MissingTable.ExplainAsync(storage, storage.Operations, cancellationToken).ConfigureAwait(false) : null;
        var run = new CleanupRun(areas, options, context, live, saved);
        if (missing is { ExistedBefore: true })
        {
            return run.Tally.ToResult(run.Suspended) with { Outcome = Outcome.Failed, Error = $"{missing.Finding} Nothing was deleted. {missing.Hint}" };
        }

        if (saved is not null)
        {
            var asked = time.GetTimestamp();
            if (await NowAsync(storage, cancellationToken).ConfigureAwait(false) is var now && !(now >= run.ServiceTime))
            {
                // The service's time is earlier than in the checkpoint, so the checkpoint does not prove any age.
                run.ServiceTime = now;
            }

            run.ResponseTime = time.GetElapsedTime(asked);
        }

        context.PartialResult = () =>
        {
            run.Tally.CountUnhandled(wasInterrupted: true);
            return run.Tally.ToResult(run.Suspended);
        };
        foreach (var warning in live.Warnings)
        {
            run.Tally.Warn(warning);
        }

        if (!run.IsProven && await new ScanPass(run, limits, time).RunAsync(missing, cancellationToken).ConfigureAwait(false) is { } end)
        {
            return end;
        }

        // The rows may have been lost since the run that this one continues.
        if (saved is { IsProven: true } && missing is null && await run.CheckTableAsync(missing: null, cancellationToken).ConfigureAwait(false) is { } problem)
        {
            return run.Tally.ToResult(run.Suspended) with { Outcome = Outcome.Failed, Error = problem };
        }

        return run.ServiceTime is { } serviceTime
            ? await new DeletePass(run, limits, time).RunAsync(serviceTime, cancellationToken).ConfigureAwait(false)
            : run.Tally.WithoutServiceTime();
    }

    /// <summary>The service's time. A run that continues another may have no page left to list.</summary>
    private static async Task<DateTimeOffset?> NowAsync(CochinStorage storage, CancellationToken cancellationToken) =>
        (await storage.Backups.GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false)).GetRawResponse().Headers.Date;
}
