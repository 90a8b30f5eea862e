using Azure;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>The first listing: counts the old units in all areas, and deletes nothing.</summary>
internal sealed class ScanPass(CleanupRun run, CleanupLimits limits, TimeProvider time)
{
    private static readonly TimeSpan ClockSkewTolerance = TimeSpan.FromMinutes(5);

    /// <param name="missingTable">Set if the operations table has never existed.</param>
    /// <returns>The result of the run if it ends here; null if units have to be deleted.</returns>
    public async Task<TaskResult?> RunAsync(MissingTable? missingTable, CancellationToken cancellationToken)
    {
        var storage = run.Context.Storage;
        var listing = new TempListing(storage.BackupListing, limits.PageSize, time)
        {
            // Items are reported in order.
            Concurrency = run.Context.Items is null ? limits.ConcurrentPages : 1,
        };
        try
        {
            var blobsToKeep = run.Live.DependsOnBlobs ? limits.BlobsToKeep : 0;
            var pages = run.Context.UntilOutOfTimeAsync(token => listing.PagesAsync(run.Position, blobsToKeep, token), cancellationToken);
            await foreach (var page in pages.ConfigureAwait(false))
            {
                run.ServiceTime ??= listing.ServiceTime;
                run.Tally.SawBackups = true;
                foreach (var unit in page.Units)
                {
                    if (run.ServiceTime is not { } now)
                    {
                        return run.Tally.WithoutServiceTime();
                    }

                    Found(unit, now, page.Prefix);
                }

                run.MoveTo(page.Next());
                if (run is { ServiceTime: not null, IsAtEnd: false } && run.Context.IsOutOfTime())
                {
                    return await run.SaveAsync(cancellationToken).ConfigureAwait(false);
                }
            }

            if (!run.IsAtEnd)
            {
                return await run.SaveAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            var missing = run.Tally.SawBackups
                ? MissingContainer.ForExisting(storage.Names.BackupContainer, "it was there when this work began")
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
            WarnOfClockSkew(serviceTime);
        }

        // If there is nothing to delete, the state of the table makes no difference and is not worth a request.
        if (run.Tally.Old > 0 && await run.CheckTableAsync(missingTable, cancellationToken).ConfigureAwait(false) is { } problem)
        {
            return run.Tally.ToResult() with { Outcome = Outcome.Failed, Error = problem };
        }

        run.ResponseTime = listing.ResponseTime;

        if (run.ServiceTime is null || run.Tally.Old == 0 || run.Options.DryRun)
        {
            return run.Tally.ToResult();
        }

        run.StartSecondListing();
        return run.Context.IsOutOfTime() ? await run.SaveAsync(cancellationToken).ConfigureAwait(false) : null;
    }

    private void Found(TempUnit unit, DateTimeOffset now, string prefix)
    {
        var verdict = UnitRule.Evaluate(unit, now - run.Age, run.Live);
        if (verdict != UnitVerdict.Fresh)
        {
            run.PrefixesWithOld[prefix] = unit.Area;
        }

        run.Tally.Found(unit, verdict);
        run.Context.Progress(new TaskProgress($"listing {unit.Area}/", run.Tally.Scanned, null));
        run.Report.Found(unit, verdict, now, isFinal: run.Options.DryRun);
        if (run.Options.DryRun)
        {
            run.Tally.Handle(unit, verdict, verdict == UnitVerdict.Old ? unit.BlobCount : 0, verdict == UnitVerdict.Old ? unit.Bytes : 0);
        }
    }

    private void WarnOfClockSkew(DateTimeOffset serviceTime)
    {
        var difference = time.GetUtcNow() - serviceTime;
        if (difference.Duration() > ClockSkewTolerance)
        {
            run.Tally.Warn(
                $"The clock of this machine is {difference.Duration():d'.'hh':'mm':'ss} {(difference < TimeSpan.Zero ? "behind" : "ahead of")} the storage's; "
                + "ages were measured on the storage's. Set the clock, or switch time synchronisation on.");
        }
    }
}
