using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>Gives orphans their records.</summary>
/// <param name="hasWholeRun">Whether this run does nothing before it: a checksum that it has no time for, no run has time for.</param>
internal sealed class Registrar(BackupInventory inventory, BackupSettings settings, RebuildRun run, bool hasWholeRun)
{
    // Bounds how long checksums take before rows are written, so that a run that is stopped has got somewhere.
    private const long BytesToHash = 1L << 30;

    private readonly StepPacer pace = new(run.Context);
    private bool hadWholeRun = hasWholeRun;

    /// <returns>False where the time was used up before all were dealt with.</returns>
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

            if (IsPassedOver(orphan))
            {
                continue;
            }

            batch.Add(orphan);
            toHash += orphan is { Sha256: null, IsReadable: true } ? orphan.Size : 0;
            if (batch.Count == Batches.Size || toHash >= BytesToHash)
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

    /// <summary>What turns out to be no orphan when it is looked at with its name and its metadata.</summary>
    private bool IsPassedOver(BackupBlob orphan)
    {
        if (IsInFlight(orphan))
        {
            return false; // As any other that was overwritten since it was listed for the first time.
        }

        var verdict = run.Work.Index.JudgeByForm(orphan.Name, orphan.Size);
        if (verdict != BlobVerdict.Orphan)
        {
            run.Report.PassingOver(orphan, verdict);
            if (verdict == BlobVerdict.InFlight)
            {
                run.Work.Index.Handle(orphan);
            }
        }
        else if (orphan.Size == 0)
        {
            run.Report.Ignoring(orphan);
            run.Work.Index.Handle(orphan);
        }
        else
        {
            return false;
        }

        return true;
    }

    /// <returns>False if the time was used up before all had a checksum: those without are left to the next run.</returns>
    private async Task<bool> RegisterAsync(List<BackupBlob> batch, CancellationToken cancellationToken)
    {
        if (run.DryRun)
        {
            foreach (var (orphan, trouble) in await Batches.ForAllAsync(batch, HashAsync, cancellationToken).ConfigureAwait(false))
            {
                run.Report.Registering(orphan, trouble ?? Change.Made("registered"));
            }

            return true;
        }

        var begun = run.Context.Time.GetTimestamp();
        var inTime = await Batches.ForAllAsync(batch, HashInTimeAsync, cancellationToken).ConfigureAwait(false);
        if (hadWholeRun && inTime[0] is null)
        {
            // Every run would end here, and what comes after it would never be done.
            inTime[0] = (batch[0] with { IsReadable = false }, null);
        }

        hadWholeRun = false;
        var candidates = inTime.OfType<(BackupBlob Blob, Change? Trouble)>().ToList();
        var hashed = candidates.Where(candidate => candidate.Trouble is null).ToList();
        await run.AuditAsync(hashed.Select(candidate => AuditEntry.Planned("register", Target(candidate.Blob))), cancellationToken).ConfigureAwait(false);

        // Rows and blobs were read side by side, and checksums take their time: what the application has written since the work began is
        // looked at now, and once more after the inserts, as tables have no condition across rows.
        var news = await NewsAsync(cancellationToken).ConfigureAwait(false);
        var added = await Batches.ForAllAsync(hashed, (candidate, token) => AddAsync(candidate.Blob, news, token), cancellationToken).ConfigureAwait(false);
        await run.AuditAsync(hashed.Zip(added, (candidate, row) => new AuditEntry("register", Target(candidate.Blob), row.Change.Detail, After: candidate.Blob.Name)), cancellationToken).ConfigureAwait(false);
        var changes = await TakeDoublesBackAsync([.. hashed.Zip(added, (candidate, row) => (candidate.Blob, row))], cancellationToken).ConfigureAwait(false);

        foreach (var (blob, trouble) in candidates.Where(candidate => candidate.Trouble is not null))
        {
            run.Report.Registering(blob, trouble!.Value);
        }

        foreach (var (candidate, change) in hashed.Zip(changes))
        {
            run.Report.Registering(candidate.Blob, change);
        }

        candidates.ForEach(candidate => run.Work.Index.Handle(candidate.Blob));
        run.State.Handled += candidates.Count;
        run.Context.Progress(new TaskProgress("registering", run.State.Handled, run.State.Counts.Orphans));
        pace.RecordDuration(run.Context.Time.GetElapsedTime(begun));
        return candidates.Count == batch.Count;
    }

    /// <summary>What the application has written since the work began, by its blobs.</summary>
    private async Task<RecordIndex> NewsAsync(CancellationToken cancellationToken)
    {
        var news = new RecordIndex(run.Storage.Backups.Uri);
        await foreach (var operation in inventory.WrittenSinceAsync(run.Now, run.State.IsTableMissing, cancellationToken).ConfigureAwait(false))
        {
            if (operation.BlobName is { Length: > 0 } name && run.Work.Index.Of(name).Is(BlobKnown.Seen))
            {
                news.AddExact(operation);
            }
            else
            {
                news.Add(operation);
            }
        }

        return news;
    }

    /// <summary>Where the application named a blob while its row was being added, the row goes again, unless somebody has changed it since.</summary>
    /// <returns>What came of each in the end.</returns>
    private async Task<Change[]> TakeDoublesBackAsync((BackupBlob Blob, AddedRow Row)[] added, CancellationToken cancellationToken)
    {
        var changes = Array.ConvertAll(added, each => each.Row.Change);
        if (!changes.Any(change => change.Outcome == ChangeOutcome.Made))
        {
            return changes;
        }

        var news = await NewsAsync(cancellationToken).ConfigureAwait(false);
        int[] doubles = [.. Enumerable.Range(0, added.Length).Where(i => changes[i].Outcome == ChangeOutcome.Made && Named(added[i].Blob, news) is not null)];
        if (doubles.Length == 0)
        {
            return changes;
        }

        await run.AuditAsync(doubles.Select(i => AuditEntry.Planned("unregister", Target(added[i].Blob), added[i].Blob.Name)), cancellationToken).ConfigureAwait(false);
        var results = await Batches.ForAllAsync(doubles, (i, token) => RemoveAsync(added[i].Blob, added[i].Row.ETag, token), cancellationToken).ConfigureAwait(false);
        await run.AuditAsync(doubles.Zip(results, (i, result) => new AuditEntry("unregister", Target(added[i].Blob), result.Detail, Before: added[i].Blob.Name)), cancellationToken).ConfigureAwait(false);
        foreach (var (i, result) in doubles.Zip(results))
        {
            changes[i] = result.Outcome == ChangeOutcome.Made ? Change.LeftAlone("recorded") : result;
        }

        return changes;
    }

    private async Task<Change> RemoveAsync(BackupBlob blob, ETag added, CancellationToken cancellationToken)
    {
        try
        {
            await run.Storage.Operations.DeleteEntityAsync(OperationKind.Backup, BlobKey.Of(blob.Name).RowKey, added, cancellationToken).ConfigureAwait(false);
            return Change.Made("unregistered");
        }
        catch (RequestFailedException e) when (Change.IsRefusal(e))
        {
            return Change.Failed($"the application wrote a record of its own for it at the same moment, and the second one, {Target(blob)}, could not be taken back: {Change.Failed(e).Detail}; delete that row");
        }
    }

    // Overwritten since it was listed for the first time.
    private bool IsInFlight(BackupBlob blob) => blob.Age(run.Now) < settings.Grace;

    /// <returns>Null if the time was used up before the checksum was there.</returns>
    private async Task<(BackupBlob Blob, Change? Trouble)?> HashInTimeAsync(BackupBlob blob, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, run.Context.OutOfTime);
        try
        {
            return await HashAsync(blob, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (run.Context.OutOfTime.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<(BackupBlob Blob, Change? Trouble)> HashAsync(BackupBlob blob, CancellationToken cancellationToken)
    {
        if (IsInFlight(blob))
        {
            return (blob, Change.LeftAlone("inFlight"));
        }

        if (inventory.Unreachable(blob.Name) is { } problem)
        {
            return (blob, Change.Failed(problem));
        }

        try
        {
            return await inventory.IsEmptyAsync(blob, cancellationToken).ConfigureAwait(false) ? (blob, Change.LeftAlone("empty"))
                : blob.Sha256 is not null || !blob.IsReadable || run.DryRun ? (blob, null)
                : (blob with { Sha256 = await inventory.HashAsync(blob, cancellationToken).ConfigureAwait(false) }, null);
        }
        catch (RequestFailedException e) when (BackupInventory.IsUnreadable(e))
        {
            return (blob with { IsReadable = false }, null);
        }
        catch (RequestFailedException e) when (Change.IsRefusal(e))
        {
            return (blob, Trouble(e));
        }
    }

    private async Task<AddedRow> AddAsync(BackupBlob blob, RecordIndex news, CancellationToken cancellationToken)
    {
        if (Named(blob, news) is { } word)
        {
            return new(Change.LeftAlone(word));
        }

        try
        {
            await inventory.ProveUnchangedAsync(blob, cancellationToken).ConfigureAwait(false);
            var operations = run.Storage.Operations;
            var answer = run.State.IsTableMissing
                ? await operations.WriteAsync(table => table.AddEntityAsync(Row(blob), cancellationToken), cancellationToken).ConfigureAwait(false)
                : await operations.AddEntityAsync(Row(blob), cancellationToken).ConfigureAwait(false);
            return new(Change.Made("registered"), answer.Headers.ETag!.Value);
        }
        catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.EntityAlreadyExists)
        {
            return new(await ExplainAsync(blob, cancellationToken).ConfigureAwait(false));
        }
        catch (RequestFailedException e) when (Change.IsRefusal(e))
        {
            return new(Trouble(e));
        }
    }

    /// <returns>In a word, what the news say of a blob; null where they don't name it.</returns>
    private string? Named(BackupBlob blob, RecordIndex news) =>
        Judge.Blob(news.Of(blob.Name).WithSeen(blob, 0, settings, run.Now)) switch
        {
            BlobVerdict.Orphan => news.JudgeByForm(blob.Name, blob.Size) switch { BlobVerdict.Orphan => null, BlobVerdict.InFlight => "inFlight", _ => "recorded" },
            BlobVerdict.InFlight => "inFlight",
            _ => "recorded",
        };

    /// <summary>
    /// The row is there though no record named the blob: another run was faster, or the insert was sent twice because its
    /// first answer got lost. Otherwise the row was made to name something else, and a person must look.
    /// </summary>
    private async Task<Change> ExplainAsync(BackupBlob blob, CancellationToken cancellationToken)
    {
        var row = await run.Storage.Operations.FindAsync(OperationKind.Backup, BlobKey.Of(blob.Name).RowKey, cancellationToken).ConfigureAwait(false);
        return row is null || row.Text(nameof(Operation.BlobName)) == blob.Name
            ? Change.LeftAlone("recorded")
            : Change.Failed($"its row {Target(blob)} names another blob; delete that row or give it the right BlobName");
    }

    private TableEntity Row(BackupBlob blob) => new(OperationKind.Backup, BlobKey.Of(blob.Name).RowKey)
    {
        ["Name"] = blob.FileName,
        ["Status"] = OperationStatus.Completed,
        ["Type"] = "full",
        ["Configuration"] = blob.Configuration,
        ["BlobName"] = blob.Name,
        ["SizeBytes"] = blob.Size,
        ["Sha256"] = blob.Sha256,
        ["CreatedAt"] = blob.CreatedOn,
        ["CompletedAt"] = blob.LastModified,
        ["CreatedBy"] = run.Options.UserId ?? RebuildBackupPathsDescription.Name,
    };

    // Overwritten or deleted since it was listed (If-Match on a deleted blob may be answered with either): somebody is at it.
    private static Change Trouble(RequestFailedException e) =>
        e.ErrorCode == BlobErrorCode.ConditionNotMet || e.ErrorCode == BlobErrorCode.BlobNotFound ? Change.LeftAlone("inFlight") : Change.Failed(e);

    private static string Target(BackupBlob blob) => OperationKind.Backup + "/" + BlobKey.Of(blob.Name).RowKey;

    /// <param name="ETag">Of the row, where it was made.</param>
    private readonly record struct AddedRow(Change Change, ETag ETag = default);
}
