using System.Runtime.CompilerServices;
using Azure;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>
/// Compares rows with blobs. Both sides are read concurrently, each once, into one index. Only the pages with orphans or suspect records are
/// read again. Why this is correct for any order of reads and writes of the application: docs/decisions/0008-both-sides-at-once.md.
/// </summary>
internal sealed class Reconciliation(
    BackupInventory inventory,
    BackupSettings settings,
    RebuildWork work,
    RebuildReport report,
    TaskContext context)
{
    private readonly RebuildState state = work.State;

    /// <summary>Set if the operations table does not exist. If it existed before, nothing may be changed.</summary>
    public MissingTable? Missing { get; private set; }

    private readonly RecordIndex index = work.Index;

    /// <summary>Reads both sides, starting where an earlier run stopped.</summary>
    /// <returns>False if the time was used up before both sides were complete. Until then, the absence of a row or blob proves nothing.</returns>
    public async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, context.OutOfTime);
        await Task.WhenAll(SideAsync(ReadRowsAsync), SideAsync(ReadBlobsAsync)).ConfigureAwait(false);
        return state is { RowsLeft.Count: 0, BlobsLeft.Count: 0 };

        async Task SideAsync(Func<CancellationToken, Task> read)
        {
            try
            {
                await read(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (context.OutOfTime.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                // The pending page is not in the index: the next run requests it again.
            }
            catch
            {
                await either.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>Counts the blobs in the complete index.</summary>
    public void Count()
    {
        foreach (var (_, facts) in index.Table.Entries.Where(entry => entry.Facts.Is(BlobFlags.Listed)))
        {
            var verdict = ReconciliationRule.EvaluateBlob(facts);
            state.Counts.Ignored += verdict == BlobVerdict.Ignored ? 1 : 0;
            state.Counts.InFlight += verdict == BlobVerdict.InFlight ? 1 : 0;
            state.Counts.Orphans += verdict == BlobVerdict.Orphan ? 1 : 0;
        }

        if (Missing is { } missing && state.Counts.Orphans > 0)
        {
            state.Counts.Warnings.Add(missing.Message);
        }
    }

    /// <summary>Lists all blobs again, to report each as an item.</summary>
    public async IAsyncEnumerable<(BackupBlob Blob, BlobVerdict Verdict)> BlobsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in inventory.BlobPagesAsync(new ListingQuery(BackupBlob.Root), cancellationToken).ConfigureAwait(false))
        {
            foreach (var blob in page.Blobs)
            {
                if (index.Of(blob.Name) is var facts && facts.Is(BlobFlags.Listed))
                {
                    yield return (BackupBlob.From(blob), ReconciliationRule.EvaluateBlob(facts));
                }
            }
        }
    }

    /// <summary>Lists the pages with orphans again, and returns the orphans that were not handled yet, with their metadata.</summary>
    public async IAsyncEnumerable<BackupBlob> OrphansAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var orphans = new Dictionary<int, int>();
        foreach (var (_, facts) in index.Table.Entries.Where(entry => IsOrphan(entry.Facts)))
        {
            orphans[facts.Page] = orphans.GetValueOrDefault(facts.Page) + 1;
        }

        foreach (var run in PageRuns.OfBlobs([.. orphans.Keys], state.BlobPages))
        {
            var expected = orphans.Where(page => run.Contains(page.Key)).Sum(page => page.Value);
            var left = run.Blobs;
            await foreach (var page in inventory.BlobPagesAsync(run.Query with { WithMetadata = true }, cancellationToken).ConfigureAwait(false))
            {
                foreach (var blob in page.Blobs)
                {
                    if (index.Of(blob.Name) is var facts && run.Contains(facts.Page) && IsOrphan(facts))
                    {
                        expected--;
                        yield return BackupBlob.From(blob);
                    }
                }

                // The pages may have changed since. Stop after as many blobs as before; orphans not found by then were deleted.
                if (expected == 0 || left <= 0)
                {
                    break;
                }

                left -= page.Blobs.Count;
            }
        }
    }

    /// <summary>Reads the suspect records in batches, starting at a position.</summary>
    /// <returns>Each batch with the position after it.</returns>
    public async IAsyncEnumerable<(IReadOnlyList<Operation> Records, ReadPosition After)> SuspectRecordsAsync(
        ReadPosition from,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pages = index.Table.Entries.Where(entry => index.NeedsCheck(entry.Key, entry.Facts)).Select(entry => entry.Facts.Page);
        var ranges = PageRuns.OfRows([.. pages], state.RowPages);
        for (var i = from.Range; i < ranges.Count; i++)
        {
            var range = i == from.Range && from.After is { } key ? ranges[i] with { After = key } : ranges[i];
            await foreach (var page in inventory.BackupPagesAsync(range, cancellationToken).ConfigureAwait(false))
            {
                foreach (var batch in page.Where(IsSuspect).Chunk(Batches.Size))
                {
                    yield return (batch, new ReadPosition(i, batch[^1].Id));
                }
            }
        }
    }

    /// <summary>Checks a record with the complete listing or, if needed, with a request for the blob.</summary>
    public Task<CheckedRecord> CheckAsync(Operation record, CancellationToken cancellationToken) =>
        BlobExistence.CheckAsync(record, index, inventory, state.Now, cancellationToken);

    private static bool IsOrphan(BlobFacts facts) => facts.Is(BlobFlags.Listed) && ReconciliationRule.EvaluateBlob(facts) == BlobVerdict.Orphan;

    // A record whose blob is not in the index was added or changed since.
    private bool IsSuspect(Operation record) =>
        !string.IsNullOrEmpty(record.BlobName)
        && index.Of(record.BlobName) is var facts
        && (index.NeedsCheck(BlobKey.Of(record.BlobName), facts) || !facts.IsCheckable);

    private async Task ReadRowsAsync(CancellationToken cancellationToken)
    {
        var reads = inventory.ReadRows(state.RowsLeft);
        try
        {
            await foreach (var (part, rows, _) in reads.PagesAsync(cancellationToken).ConfigureAwait(false))
            {
                lock (index)
                {
                    Add(part, rows);
                }

                state.RowsLeft = [.. reads.Left];
                if (state.RowsLeft.Count > 0 && context.IsOutOfTime())
                {
                    return;
                }
            }
        }
        catch (RequestFailedException e) when (MissingTable.Is(e) && state.RowPages.Count == 0)
        {
            Missing = await inventory.ExplainMissingTableAsync(cancellationToken).ConfigureAwait(false);
            if (Missing.ExistedBefore)
            {
                return;
            }

            // Rows written from now on are found as recent rows when backups are registered.
            state.IsTableMissing = true;
            state.RowsLeft = [];
        }
    }

    private void Add(RowPart part, IReadOnlyList<Operation> rows)
    {
        foreach (var row in rows)
        {
            index.Add(row, Math.Min(state.RowPages.Count, BlobFacts.SeveralPages));
            report.RowRead(row);
            if (row.Kind == OperationKind.Backup)
            {
                state.Counts.Records++;
                state.Counts.Completed += row is { Status: OperationStatus.Completed, BlobName.Length: > 0 } ? 1 : 0;
            }
        }

        state.RowPages.Add(part.RangeOf(rows));
        context.Progress(new TaskProgress("reading operations", state.Counts.Records, null));
    }

    private async Task ReadBlobsAsync(CancellationToken cancellationToken)
    {
        var reads = inventory.ReadBlobs(state.BlobsLeft);
        await foreach (var (query, page, _) in reads.PagesAsync(cancellationToken).ConfigureAwait(false))
        {
            lock (index)
            {
                See(query, page);
            }

            state.BlobsLeft = [.. reads.Left];
            if (state.BlobsLeft.Count > 0 && context.IsOutOfTime())
            {
                return;
            }
        }
    }

    private void See(ListingQuery query, ListedPage page)
    {
        foreach (var blob in page.Blobs)
        {
            index.AddBlob(BackupBlob.From(blob), Math.Min(state.BlobPages.Count, BlobFacts.SeveralPages), settings, state.Now);
        }

        state.BlobPages.Add(new BlobPage(query.Prefix, query.Marker, page.Blobs.Count));
        state.Counts.Blobs += page.Blobs.Count;
        context.Progress(new TaskProgress("listing " + BackupBlob.Root, state.Counts.Blobs, null));
    }
}
