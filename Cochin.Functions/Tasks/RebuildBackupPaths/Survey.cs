using System.Runtime.CompilerServices;
using Azure;
using Cochin.Functions.Storage;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>
/// Holds rows against blobs. Both sides are read at the same time, each once, into one index; what that shows to be right is done with.
/// For the rest, the pages that it is on are read again. Why no order of (row read, blob listed, application writes) leads to a wrong
/// word: docs/decisions/0008-both-sides-at-once.md.
/// </summary>
internal sealed class Survey(BackupInventory inventory, BackupSettings settings, RebuildWork work, RebuildReport report, TaskContext context)
{
    // Above that many of them it is cheaper to read all pages in one go.
    private const int MostPagesInHundred = 25;

    private readonly RebuildState state = work.State;

    /// <summary>Set if there is no table of operations. If it was seen before, nothing may be concluded.</summary>
    public MissingTable? Missing { get; private set; }

    private readonly RecordIndex index = work.Index;

    /// <summary>Reads both sides, from where an earlier run stopped.</summary>
    /// <returns>Whether both were read to their end: only then may an absence prove anything. False where the time was used up.</returns>
    public async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, context.OutOfTime);
        await Task.WhenAll(SideAsync(ReadRowsAsync), SideAsync(ReadBlobsAsync)).ConfigureAwait(false);
        return state is { AreRowsRead: true, AreBlobsRead: true };

        async Task SideAsync(Func<CancellationToken, Task> read)
        {
            try
            {
                await read(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (context.OutOfTime.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                // Nothing of the page that was waited for is in the index: the next run asks for it again.
            }
            catch
            {
                await either.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>Counts what the complete index says of the blobs.</summary>
    public void Count()
    {
        foreach (var (_, facts) in index.Table.Entries.Where(entry => entry.Facts.Is(BlobKnown.Seen)))
        {
            var verdict = Judge.Blob(facts);
            state.Counts.Ignored += verdict == BlobVerdict.Ignored ? 1 : 0;
            state.Counts.InFlight += verdict == BlobVerdict.InFlight ? 1 : 0;
            state.Counts.Orphans += verdict == BlobVerdict.Orphan ? 1 : 0;
        }

        if (Missing is { } missing && state.Counts.Orphans > 0)
        {
            state.Counts.Warnings.Add(missing.Message);
        }
    }

    /// <summary>All blobs that the listing showed, once more, for who wants to see each.</summary>
    public async IAsyncEnumerable<(BackupBlob Blob, BlobVerdict Verdict)> BlobsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in inventory.BlobPagesAsync(null, withMetadata: false, cancellationToken).ConfigureAwait(false))
        {
            foreach (var blob in page.Blobs)
            {
                if (index.Of(blob.Name) is var facts && facts.Is(BlobKnown.Seen))
                {
                    yield return (BackupBlob.From(blob), Judge.Blob(facts));
                }
            }
        }
    }

    /// <summary>The backups without a record that were not dealt with, with what registering them takes: the pages that they are on are listed anew.</summary>
    public async IAsyncEnumerable<BackupBlob> OrphansAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var orphans = new SortedDictionary<int, int>();
        foreach (var (_, facts) in index.Table.Entries.Where(entry => IsOrphan(entry.Facts)))
        {
            orphans[facts.Page] = orphans.GetValueOrDefault(facts.Page) + 1;
        }

        foreach (var (first, last) in PageRuns.Of(orphans.Keys, state.BlobPages.Count, MostPagesInHundred))
        {
            var expected = orphans.Where(page => page.Key >= first && page.Key <= last).Sum(page => page.Value);
            var left = state.BlobPages.Skip(first).Take(last - first + 1).Sum(page => (long)page.Blobs);
            await foreach (var page in inventory.BlobPagesAsync(state.BlobPages[first].Marker, withMetadata: true, cancellationToken).ConfigureAwait(false))
            {
                foreach (var blob in page.Blobs)
                {
                    if (index.Of(blob.Name) is var facts && facts.Page >= first && facts.Page <= last && IsOrphan(facts))
                    {
                        expected--;
                        yield return BackupBlob.From(blob);
                    }
                }

                // A page may show fewer blobs than the first time, or new ones: then one more is looked at, and what is gone is gone.
                if (expected == 0 || left <= 0)
                {
                    break;
                }

                left -= page.Blobs.Count;
            }
        }
    }

    /// <summary>The records that may be wrong: those on the pages where the index finds one, from a position on, some at a time.</summary>
    /// <returns>With each of these the position after them.</returns>
    public async IAsyncEnumerable<(IReadOnlyList<Operation> Records, ReadPosition After)> DoubtfulAsync(ReadPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pages = index.Table.Entries.Where(entry => index.NeedsLook(entry.Key, entry.Facts)).Select(entry => entry.Facts.Page).Distinct();
        var runs = PageRuns.Of(pages, state.RowPages.Count, MostPagesInHundred).ToList();
        for (var i = from.Range; i < runs.Count; i++)
        {
            var after = i == from.Range && from.After is { } key ? key : runs[i].First == 0 ? null : state.RowPages[runs[i].First - 1];
            var upTo = runs[i].Last == state.RowPages.Count - 1 ? null : state.RowPages[runs[i].Last];
            await foreach (var page in inventory.JudgedPagesAsync(new RowRange(after, upTo), cancellationToken).ConfigureAwait(false))
            {
                foreach (var stretch in page.Rows.Where(IsDoubtful).Chunk(Batches.Size))
                {
                    yield return (stretch, new ReadPosition(i, stretch[^1].Id));
                }
            }
        }
    }

    /// <summary>What the complete listing, or a look at the blob, says of a record.</summary>
    public Task<JudgedRecord> JudgeAsync(Operation record, CancellationToken cancellationToken) =>
        RecordProof.JudgeAsync(record, index, inventory, state.Now, cancellationToken);

    private static bool IsOrphan(BlobFacts facts) => facts.Is(BlobKnown.Seen) && Judge.Blob(facts) == BlobVerdict.Orphan;

    // One that names a blob which no row named before has come or changed since.
    private bool IsDoubtful(Operation record) =>
        !string.IsNullOrEmpty(record.BlobName)
        && index.Of(record.BlobName) is var facts
        && (index.NeedsLook(BlobKey.Of(record.BlobName), facts) || !facts.IsJudged);

    private async Task ReadRowsAsync(CancellationToken cancellationToken)
    {
        if (state.AreRowsRead)
        {
            return;
        }

        try
        {
            await foreach (var page in inventory.RowPagesAsync(state.NextRows, cancellationToken).ConfigureAwait(false))
            {
                lock (index)
                {
                    Add(page.Rows);
                }

                state.NextRows = page.Next;
                if (page.Next is not null && context.IsOutOfTime())
                {
                    return;
                }
            }
        }
        catch (RequestFailedException e) when (MissingTable.Is(e) && state.RowPages.Count == 0)
        {
            Missing = await inventory.ExplainMissingTableAsync(cancellationToken).ConfigureAwait(false);
            if (Missing.WasSeen)
            {
                return;
            }

            // What is written from here on counts as news when backups are registered.
            state.IsTableMissing = true;
        }

        state.AreRowsRead = true;
    }

    private void Add(IReadOnlyList<Operation> rows)
    {
        var last = state.RowPages.Count == 0 ? "" : state.RowPages[^1];
        foreach (var row in rows)
        {
            index.Add(row, Math.Min(state.RowPages.Count, BlobFacts.SeveralPages));
            report.Reading(row);
            if (row.Kind == OperationKind.Backup)
            {
                last = row.Id;
                state.Counts.Records++;
                state.Counts.Completed += row is { Status: OperationStatus.Completed, BlobName.Length: > 0 } ? 1 : 0;
            }
        }

        state.RowPages.Add(last);
        context.Progress(new TaskProgress("reading operations", state.Counts.Records, null));
    }

    private async Task ReadBlobsAsync(CancellationToken cancellationToken)
    {
        if (state.AreBlobsRead)
        {
            return;
        }

        await foreach (var page in inventory.BlobPagesAsync(state.NextBlobs, withMetadata: false, cancellationToken).ConfigureAwait(false))
        {
            lock (index)
            {
                See(page);
            }

            state.NextBlobs = page.Next;
            if (page.Next is not null && context.IsOutOfTime())
            {
                return;
            }
        }

        state.AreBlobsRead = true;
    }

    private void See(ListedPage page)
    {
        foreach (var blob in page.Blobs)
        {
            index.See(BackupBlob.From(blob), Math.Min(state.BlobPages.Count, BlobFacts.SeveralPages), settings, state.Now);
        }

        state.BlobPages.Add(new BlobPage(page.Marker, page.Blobs.Count));
        state.Counts.Blobs += page.Blobs.Count;
        context.Progress(new TaskProgress("listing " + BackupBlob.Root, state.Counts.Blobs, null));
    }
}
