using Azure;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Cochin.Functions.Storage.Batch;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>
/// Removes what was left in the temporary areas. The first listing proves: it is complete, tells the service's time and counts. The
/// second one acts on what it sees itself (docs/decisions/0003-two-listings-instead-of-a-kept-plan.md).
/// </summary>
/// <param name="limits">Null for those of production.</param>
internal sealed class CleanupTempFilesTask(TempSettings settings, TimeProvider time, CleanupLimits? limits = null) : MaintenanceTask<CleanupTempFilesOptions>
{
    private static readonly TimeSpan ClockSkewTolerance = TimeSpan.FromMinutes(5);

    private readonly CleanupLimits limits = limits ?? new CleanupLimits();

    public override string Name => CleanupTempFilesDescription.Name;

    protected override async Task<TaskResult> RunAsync(CleanupTempFilesOptions options, TaskContext context, CancellationToken cancellationToken)
    {
        var areas = (options.Areas ?? settings.Areas).Names;
        var soFar = await context.Checkpoint
            .FindAsync((content, token) => CleanupState.ReadAsync(content, areas, token), cancellationToken)
            .ConfigureAwait(false);
        var storage = context.Storage;
        var live = await LiveOperations.ReadAsync(storage, settings.Areas, cancellationToken).ConfigureAwait(false);
        var missing = live.IsTableMissing ? await MissingTable.ExplainAsync(storage, storage.Operations, cancellationToken).ConfigureAwait(false) : null;
        var run = new CleanupRun(areas, options, context, live, soFar);
        if (missing is { WasSeen: true })
        {
            return run.Tally.ToResult(run.Suspended) with { Outcome = Outcome.Failed, Error = $"{missing.Found} Nothing was deleted. {missing.Next}" };
        }

        if (soFar is not null)
        {
            var asked = time.GetTimestamp();
            if (await NowAsync(storage, cancellationToken).ConfigureAwait(false) is var now && !(now >= run.ServiceTime))
            {
                // What was kept is no proof that so much time has passed.
                run.ServiceTime = now;
            }

            run.AnswerTook = time.GetElapsedTime(asked);
        }

        context.PartialResult = () =>
        {
            run.Tally.CloseBooks(isBrokenOff: true);
            return run.Tally.ToResult(run.Suspended);
        };
        foreach (var warning in live.Warnings)
        {
            run.Tally.Warn(warning);
        }

        if (!run.IsProven && await ProveAsync(run, missing, cancellationToken).ConfigureAwait(false) is { } end)
        {
            return end;
        }

        // The rows may have been lost since the run that this one continues.
        if (soFar is { IsProven: true } && missing is null && await CheckTableAsync(run, noTable: null, cancellationToken).ConfigureAwait(false) is { } problem)
        {
            return run.Tally.ToResult(run.Suspended) with { Outcome = Outcome.Failed, Error = problem };
        }

        return run.ServiceTime is { } serviceTime ? await DeleteAsync(run, serviceTime, cancellationToken).ConfigureAwait(false) : NoTime(run.Tally);
    }

    /// <summary>The first listing.</summary>
    /// <returns>How the run ends, where nothing is left to be done in it.</returns>
    /// <param name="noTable">Set if there is no table of operations, nor ever was.</param>
    private async Task<TaskResult?> ProveAsync(CleanupRun run, MissingTable? noTable, CancellationToken cancellationToken)
    {
        var storage = run.Context.Storage;
        var listing = new TempListing(storage.BackupListing, run.Areas, limits.PageSize, time);
        try
        {
            var pages = run.Context.UntilOutOfTimeAsync(token => listing.PagesAsync(run.Position, blobsToKeep: 0, token), cancellationToken);
            await foreach (var page in pages.ConfigureAwait(false))
            {
                run.ServiceTime ??= listing.ServiceTime;
                run.Tally.SawBackups = true;
                foreach (var unit in page.Units)
                {
                    if (run.ServiceTime is not { } now)
                    {
                        return NoTime(run.Tally);
                    }

                    Found(unit, now, run);
                }

                run.MoveTo(page.Next());
                if (run is { ServiceTime: not null, IsAtEnd: false } && run.Context.IsOutOfTime())
                {
                    return await run.StopAsync(cancellationToken).ConfigureAwait(false);
                }
            }

            if (!run.IsAtEnd)
            {
                return await run.StopAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            var missing = run.Tally.SawBackups
                ? MissingContainer.Gone(storage.Names.BackupContainer, "it was there when this work began")
                : await MissingContainer.ExplainAsync(storage, cancellationToken).ConfigureAwait(false);
            run.Tally.SawBackups = missing.ExistedBefore;
            if (missing.ExistedBefore)
            {
                return run.Tally.ToResult() with { Outcome = Outcome.Failed, Error = missing.Message, Failure = FailureKind.BackupsGone };
            }

            run.Tally.Warn(missing.Message);
        }

        if (run.ServiceTime is { } serviceTime)
        {
            WarnOfClock(serviceTime, run.Tally);
        }

        // If there is nothing to delete, the state of the table makes no difference and is not worth a request.
        if (run.Tally.Old > 0 && await CheckTableAsync(run, noTable, cancellationToken).ConfigureAwait(false) is { } problem)
        {
            return run.Tally.ToResult() with { Outcome = Outcome.Failed, Error = problem };
        }

        run.AnswerTook = listing.AnswerTook;

        if (run.ServiceTime is null || run.Tally.Old == 0 || run.Options.DryRun)
        {
            return run.Tally.ToResult();
        }

        run.Proven();
        return run.Context.IsOutOfTime() ? await run.StopAsync(cancellationToken).ConfigureAwait(false) : null;
    }

    /// <returns>Why nothing may be deleted: the table is empty, although earlier runs read operations. Otherwise null.</returns>
    private static async Task<string?> CheckTableAsync(CleanupRun run, MissingTable? noTable, CancellationToken cancellationToken)
    {
        var storage = run.Context.Storage;
        if (noTable is not null)
        {
            run.Tally.Warn(noTable.Message);
            return null;
        }

        if (!run.Live.IsEmpty)
        {
            run.Tally.Warn(await MissingTable.RememberAsync(storage, storage.Operations, run.Options.DryRun, cancellationToken).ConfigureAwait(false));
            return null;
        }

        return await MissingTable.FindTraceAsync(storage, storage.Operations, cancellationToken).ConfigureAwait(false) is { } trace
            ? $"The table '{storage.Operations.Name}' is empty, although earlier runs read operations, so nothing was deleted. Check Cochin__Storage__TablePrefix. "
                + $"If the table really is to be empty, delete the blob {trace} in the container '{storage.Names.SystemContainer}'."
            : null;
    }

    private static void Found(TempUnit unit, DateTimeOffset now, CleanupRun run)
    {
        var verdict = UnitRule.Judge(unit, now - run.Age, run.Live);
        run.Tally.Found(unit, verdict);
        run.Context.Progress(new TaskProgress($"listing {unit.Area}/", run.Tally.Scanned, null));
        run.Report.Found(unit, verdict, now, isFinal: run.Options.DryRun);
        if (run.Options.DryRun)
        {
            run.Tally.Handle(unit, verdict, verdict == UnitVerdict.Old ? unit.BlobCount : 0, verdict == UnitVerdict.Old ? unit.Bytes : 0);
        }
    }

    /// <summary>The second listing.</summary>
    private async Task<TaskResult> DeleteAsync(CleanupRun run, DateTimeOffset serviceTime, CancellationToken cancellationToken)
    {
        var cutoff = serviceTime - run.Age;
        var storage = run.Context.Storage;
        var listing = new TempListing(storage.BackupListing, run.Areas, limits.PageSize, time) { IsWanted = run.Tally.HasOld };
        using var operations = new OperationsWatch(storage, run.Live, time);
        using var deletes = new BatchedDeletes(
            storage.BlobService,
            storage.Backups.Uri,
            new DeletionGate(storage.Backups, operations, run.Context),
            limits.Concurrency(),
            limits.PartsInBatch,
            run.AnswerTook,
            time);
        var deleter = new UnitDeleter(storage.Backups, listing, deletes, run.Context, cutoff);
        var queue = new DeletionQueue(deleter, deletion => Handle(deletion, run), limits.BlobsToKeep, limits.GroupsAtOnce, cancellationToken);
        await using (queue.ConfigureAwait(false))
        {
            UnitFacts[] suspended = [.. run.Suspended];
            run.Suspended.Clear();
            foreach (var unit in suspended)
            {
                var deletion = new UnitDeletion(new TempUnit(unit), unit.BlobsDeleted, unit.BytesFreed, unanswered: unit.HasUnanswered);
                await queue.AddAsync(deletion).ConfigureAwait(false);
            }

            var pages = run.Context.UntilOutOfTimeAsync(token => listing.PagesAsync(run.Position, limits.BlobsToKeep, token), cancellationToken);
            await foreach (var page in pages.ConfigureAwait(false))
            {
                var start = run.Page;
                run.Forget(before: queue.OldestPage ?? start);
                foreach (var unit in page.Units.TakeWhile(_ => !deletes.IsOutOfTime).Where(unit => !run.WasHandled(unit)))
                {
                    // What was in use at first stays so for this run; what is in use since, the deleter sees.
                    var verdict = UnitRule.Judge(unit, cutoff, run.Live);
                    if (verdict == UnitVerdict.Old)
                    {
                        await queue.AddAsync(new UnitDeletion(unit, page: start)).ConfigureAwait(false);
                    }
                    else if (verdict != UnitVerdict.Fresh)
                    {
                        Handle(unit, verdict, run);
                        run.Handled(start.Number, unit);
                    }
                }

                if (deletes.IsOutOfTime)
                {
                    run.LeaveFrom(start);
                    break;
                }

                run.MoveTo(page.Next());
                if (!run.IsAtEnd && run.Context.IsOutOfTime())
                {
                    break;
                }
            }

            await queue.FinishAsync().ConfigureAwait(false);
        }

        if (!run.IsAtEnd || run.Suspended.Count > 0 || run.HasLeft)
        {
            return await run.StopAsync(cancellationToken).ConfigureAwait(false);
        }

        run.Tally.CloseBooks(isBrokenOff: false);
        run.Report.Close(serviceTime);
        return run.Tally.ToResult();
    }

    private static void Handle(UnitDeletion deletion, CleanupRun run)
    {
        if (deletion is { IsSuspended: true, IsUntouched: true, Page: { } listed })
        {
            run.LeaveFrom(listed);
            return;
        }

        if (deletion.IsSuspended && deletion.Verdict == UnitVerdict.Old)
        {
            run.Suspended.Add(deletion.Facts);
        }
        else
        {
            Handle(deletion.Unit, deletion.Verdict, run, deletion.BlobsDeleted, deletion.BytesFreed, deletion.Why);
        }

        if (deletion is { Page: { } page } && (deletion.IsSuspended || deletion.Verdict != UnitVerdict.Old))
        {
            run.Handled(page.Number, deletion.Unit);
        }
    }

    private static void Handle(TempUnit unit, UnitVerdict verdict, CleanupRun run, long blobsDeleted = 0, long bytesFreed = 0, string? why = null)
    {
        run.Tally.Handle(unit, verdict, blobsDeleted, bytesFreed, why);
        run.Report.Handled(unit, verdict, run.ServiceTime!.Value);
        run.Context.Progress(new TaskProgress("deleting", run.Tally.Handled, run.Tally.Old));
    }

    /// <summary>The service's time, for a run that may have no page to list.</summary>
    private static async Task<DateTimeOffset?> NowAsync(CochinStorage storage, CancellationToken cancellationToken) =>
        (await storage.Backups.GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false)).GetRawResponse().Headers.Date;

    private static TaskResult NoTime(CleanupTally tally) =>
        tally.ToResult() with
        {
            Outcome = Outcome.Failed,
            Error = "The storage did not report its time (an answer without a Date header), so no age is certain and nothing was deleted. Try again.",
            Failure = FailureKind.NoServiceTime,
        };

    private void WarnOfClock(DateTimeOffset serviceTime, CleanupTally tally)
    {
        var difference = time.GetUtcNow() - serviceTime;
        if (difference.Duration() > ClockSkewTolerance)
        {
            tally.Warn($"The clock of this machine is {difference.Duration():d'.'hh':'mm':'ss} {(difference < TimeSpan.Zero ? "behind" : "ahead of")} the storage's; ages were measured on the storage's. Set the clock, or switch time synchronisation on.");
        }
    }
}
