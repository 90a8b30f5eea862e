namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>The second listing: deletes the units that are old and unused at that time.</summary>
internal sealed class DeletePass(CleanupRun run, CleanupLimits limits, TimeProvider time)
{
    public async Task<TaskResult> RunAsync(DateTimeOffset serviceTime, CancellationToken cancellationToken)
    {
        var cutoff = serviceTime - run.Age;
        var storage = run.Context.Storage;
        var listing = new TempListing(storage.BackupListing, limits.PageSize, time);
        using var operations = new LiveOperationsCache(storage, run.Live, time);
        using var deletes = new BatchDeleter(
            storage.BlobService,
            storage.Backups.Uri,
            new DeletionGate(storage.Backups, operations, run.Context),
            limits.Concurrency(),
            limits.MaxBatchSize,
            run.ResponseTime,
            time);
        var deleter = new UnitDeleter(storage.Backups, listing, deletes, run.Context, cutoff);
        var queue = new DeletionQueue(deleter, Handle, limits.BlobsToKeep, limits.ConcurrentGroups, cancellationToken);
        await using (queue.ConfigureAwait(false))
        {
            UnitFacts[] suspended = [.. run.Suspended];
            run.Suspended.Clear();
            foreach (var unit in suspended)
            {
                var deletion = new UnitDeletion(new TempUnit(unit), unit.BlobsDeleted, unit.BytesFreed, hasUnanswered: unit.HasUnanswered);
                await queue.AddAsync(deletion).ConfigureAwait(false);
            }

            var pages = run.Context.UntilOutOfTimeAsync(token => listing.PagesAsync(run.Position, limits.BlobsToKeep, token), cancellationToken);
            await foreach (var page in pages.ConfigureAwait(false))
            {
                var start = run.Page;
                run.ForgetHandled(before: queue.OldestPage ?? start);
                foreach (var unit in page.Units.TakeWhile(_ => !deletes.IsOutOfTime).Where(unit => !run.WasHandled(unit)))
                {
                    // A unit in use at the start stays in use for this run. The deleter checks for operations that have started since.
                    var verdict = UnitRule.Evaluate(unit, cutoff, run.Live);
                    if (verdict == UnitVerdict.Old)
                    {
                        await queue.AddAsync(new UnitDeletion(unit, page: start)).ConfigureAwait(false);
                    }
                    else if (verdict != UnitVerdict.Fresh)
                    {
                        Handle(unit, verdict);
                        run.MarkHandled(start.Number, unit);
                    }
                }

                if (deletes.IsOutOfTime)
                {
                    run.ResumeFrom(start);
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

        if (!run.IsAtEnd || run.Suspended.Count > 0 || run.MustListAgain)
        {
            return await run.SaveAsync(cancellationToken).ConfigureAwait(false);
        }

        run.Tally.CountUnhandled(wasInterrupted: false);
        run.Report.Close(serviceTime);
        return run.Tally.ToResult();
    }

    private void Handle(UnitDeletion deletion)
    {
        if (deletion is { IsSuspended: true, IsUntouched: true, Page: { } listed })
        {
            run.ResumeFrom(listed);
            return;
        }

        if (deletion.IsSuspended && deletion.Verdict == UnitVerdict.Old)
        {
            run.Suspended.Add(deletion.Facts);
        }
        else
        {
            Handle(deletion.Unit, deletion.Verdict, deletion.BlobsDeleted, deletion.BytesFreed, deletion.Error);
        }

        if (deletion is { Page: { } page } && (deletion.IsSuspended || deletion.Verdict != UnitVerdict.Old))
        {
            run.MarkHandled(page.Number, deletion.Unit);
        }
    }

    private void Handle(TempUnit unit, UnitVerdict verdict, long blobsDeleted = 0, long bytesFreed = 0, string? error = null)
    {
        run.Tally.Handle(unit, verdict, blobsDeleted, bytesFreed, error);
        run.Report.Handled(unit, verdict, run.ServiceTime!.Value);
        run.Context.Progress(new TaskProgress("deleting", run.Tally.Handled, run.Tally.Old));
    }
}
