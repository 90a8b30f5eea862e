using Cochin.Functions.Auditing;
using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>Registers orphans: creates records for backups that have none.</summary>
/// <param name="isFirstStep">Whether the run starts with this step. If even then there is no time for a checksum, no later run has time for it.</param>
internal sealed class Registrar(BackupInventory inventory, BackupSettings settings, RebuildRun run, bool isFirstStep)
{
    // Limits the time for checksums before rows are written, so that a run that is stopped has made progress.
    private const long MaxBytesToHash = 1L << 30;

    private readonly StepPacer pace = new(run.Context);
    private readonly OrphanHasher hasher = new(inventory, settings, run);
    private readonly OrphanRecords records = new(inventory, settings, run);
    private bool isFirstBatch = isFirstStep;

    /// <returns>False if the time was used up before all orphans were handled.</returns>
    public async Task<bool> RegisterAsync(IAsyncEnumerable<BackupBlob> orphans, CancellationToken cancellationToken)
    {
        var batch = new List<BackupBlob>(Batches.Size);
        var toHash = 0L;
        await foreach (var orphan in orphans.ConfigureAwait(false))
        {
            if (batch.Count == 0 && (run.IsOutOfTime || !pace.CanStart()))
            {
                return false;
            }

            if (IsExcluded(orphan))
            {
                continue;
            }

            batch.Add(orphan);
            toHash += orphan is { Sha256: null, IsReadable: true } ? orphan.Size : 0;
            if (batch.Count == Batches.Size || toHash >= MaxBytesToHash)
            {
                if (!await RegisterAsync(batch, cancellationToken).ConfigureAwait(false))
                {
                    return false;
                }

                batch.Clear();
                toHash = 0;
            }
        }

        return batch.Count == 0 || await RegisterAsync(batch, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the blob is not an orphan after all, now that its name and metadata are known.</summary>
    private bool IsExcluded(BackupBlob orphan)
    {
        if (hasher.IsInFlight(orphan))
        {
            return false; // It was overwritten since it was listed first; the hasher skips it.
        }

        var verdict = run.Work.Index.MatchByForm(orphan.Name, orphan.Size);
        if (verdict != BlobVerdict.Orphan)
        {
            run.Report.Excluded(orphan, verdict);
            if (verdict == BlobVerdict.InFlight)
            {
                run.Work.Index.MarkHandled(orphan);
            }
        }
        else if (orphan.Size == 0)
        {
            run.Report.Ignored(orphan);
            run.Work.Index.MarkHandled(orphan);
        }
        else
        {
            return false;
        }

        return true;
    }

    /// <returns>False if the time was used up before all checksums were computed. The blobs without one are left to the next run.</returns>
    private async Task<bool> RegisterAsync(List<BackupBlob> batch, CancellationToken cancellationToken)
    {
        if (run.DryRun)
        {
            foreach (var (orphan, rejection) in await Batches.ForAllAsync(batch, hasher.HashAsync, cancellationToken).ConfigureAwait(false))
            {
                run.Report.Registered(orphan, rejection ?? Change.Applied("registered"));
            }

            return true;
        }

        var started = run.Context.Time.GetTimestamp();
        var inTime = await Batches.ForAllAsync(batch, hasher.HashInTimeAsync, cancellationToken).ConfigureAwait(false);
        if (isFirstBatch && inTime[0] is null)
        {
            // Otherwise, every run would stop here, and the later steps would never run.
            inTime[0] = new HashedBlob(batch[0] with { IsReadable = false });
        }

        isFirstBatch = false;
        var candidates = inTime.OfType<HashedBlob>().ToList();
        var hashed = candidates.Where(candidate => candidate.Rejection is null).Select(candidate => candidate.Blob).ToList();
        await run.AuditAsync(hashed.Select(blob => AuditEntry.Planned("register", OrphanRecords.Target(blob))), cancellationToken).ConfigureAwait(false);
        var changes = await records.AddAsync(hashed, cancellationToken).ConfigureAwait(false);
        foreach (var (blob, rejection) in candidates.Where(candidate => candidate.Rejection is not null))
        {
            run.Report.Registered(blob, rejection!.Value);
        }

        foreach (var (blob, change) in hashed.Zip(changes))
        {
            run.Report.Registered(blob, change);
        }

        candidates.ForEach(candidate => run.Work.Index.MarkHandled(candidate.Blob));
        run.State.Handled += candidates.Count;
        run.Context.Progress(new TaskProgress("registering", run.State.Handled, run.State.Counts.Orphans));
        pace.RecordDuration(run.Context.Time.GetElapsedTime(started));
        return candidates.Count == batch.Count;
    }
}
