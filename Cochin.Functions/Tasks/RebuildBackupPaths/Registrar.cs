using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>Gives orphans their records.</summary>
internal sealed class Registrar(CochinStorage storage, BackupInventory inventory, BackupSettings settings, RebuildRun run)
{
    // Bounds how long checksums take before rows are written, so that a run that is stopped has got somewhere.
    private const long BytesToHash = 1L << 30;

    /// <returns>False where the time was used up before all were dealt with.</returns>
    public async Task<bool> RegisterAsync(IAsyncEnumerable<BackupBlob> orphans, CancellationToken cancellationToken)
    {
        var batch = new List<BackupBlob>(Batches.Size);
        var toHash = 0L;
        await foreach (var orphan in orphans.ConfigureAwait(false))
        {
            if (batch.Count == 0 && run.IsOutOfTime)
            {
                return false;
            }

            batch.Add(orphan);
            toHash += orphan.Sha256 is null ? orphan.Size : 0;
            if (batch.Count == Batches.Size || toHash >= BytesToHash)
            {
                await RegisterAsync(batch, cancellationToken).ConfigureAwait(false);
                batch.Clear();
                toHash = 0;
            }
        }

        if (batch.Count > 0)
        {
            await RegisterAsync(batch, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private async Task RegisterAsync(List<BackupBlob> batch, CancellationToken cancellationToken)
    {
        if (run.DryRun)
        {
            batch.ForEach(orphan => run.Report.Registering(orphan, IsInFlight(orphan) ? Change.LeftAlone("inFlight") : Change.Made("registered")));
            return;
        }

        var candidates = await Batches.ForAllAsync(batch, HashAsync, cancellationToken).ConfigureAwait(false);
        var hashed = candidates.Where(candidate => candidate.Trouble is null).ToList();
        await run.AuditAsync(hashed.Select(candidate => AuditEntry.Planned("register", Target(candidate.Blob))), cancellationToken).ConfigureAwait(false);

        // Rows and blobs were read side by side, and checksums take their time. What the application has written since the work
        // began is known by now, but for the moment between this and the insert: tables have no condition across rows.
        var news = new RecordIndex();
        await foreach (var operation in inventory.WrittenSinceAsync(run.Now, cancellationToken).ConfigureAwait(false))
        {
            news.Add(operation);
        }

        var changes = await Batches.ForAllAsync(hashed, (candidate, token) => AddAsync(candidate.Blob, news, token), cancellationToken).ConfigureAwait(false);
        await run.AuditAsync(hashed.Zip(changes, (candidate, change) => new AuditEntry("register", Target(candidate.Blob), change.Detail, After: candidate.Blob.Name)), cancellationToken).ConfigureAwait(false);

        foreach (var (blob, trouble) in candidates.Where(candidate => candidate.Trouble is not null))
        {
            run.Report.Registering(blob, trouble!.Value);
        }

        foreach (var (candidate, change) in hashed.Zip(changes))
        {
            run.Report.Registering(candidate.Blob, change);
        }

        batch.ForEach(run.Work.Index.Handle);
        run.State.Handled += batch.Count;
        run.Context.Progress(new TaskProgress("registering", run.State.Handled, run.State.Counts.Orphans));
    }

    // Overwritten since it was listed for the first time.
    private bool IsInFlight(BackupBlob blob) => blob.Age(run.Now) < settings.Grace;

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
            return (blob with { Sha256 = blob.Sha256 ?? await inventory.HashAsync(blob, cancellationToken).ConfigureAwait(false) }, null);
        }
        catch (RequestFailedException e) when (Change.IsRefusal(e))
        {
            return (blob, Trouble(e));
        }
    }

    private async Task<Change> AddAsync(BackupBlob blob, RecordIndex news, CancellationToken cancellationToken)
    {
        if (Judge.Blob(news.Of(blob.Name).WithSeen(blob, 0, settings, run.Now)) is var verdict and not BlobVerdict.Orphan)
        {
            return Change.LeftAlone(verdict == BlobVerdict.InFlight ? "inFlight" : "recorded");
        }

        try
        {
            await inventory.ProveUnchangedAsync(blob, cancellationToken).ConfigureAwait(false);
            run.ThrowIfStopped();
            await storage.Operations.WriteAsync(table => table.AddEntityAsync(Row(blob), cancellationToken), cancellationToken).ConfigureAwait(false);
            return Change.Made("registered");
        }
        catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.EntityAlreadyExists)
        {
            return await ExplainAsync(blob, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (Change.IsRefusal(e))
        {
            return Trouble(e);
        }
    }

    /// <summary>
    /// The row is there though no record named the blob: another run was faster, or the insert was sent twice because its
    /// first answer got lost. Otherwise the row was made to name something else, and a person must look.
    /// </summary>
    private async Task<Change> ExplainAsync(BackupBlob blob, CancellationToken cancellationToken)
    {
        var row = await storage.Operations.FindAsync(OperationKind.Backup, BlobKey.Of(blob.Name).RowKey, cancellationToken).ConfigureAwait(false);
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
        ["CreatedBy"] = run.Options.UserId ?? TaskNames.RebuildBackupPaths,
    };

    // Overwritten or deleted since it was listed (If-Match on a deleted blob may be answered with either): somebody is at it.
    private static Change Trouble(RequestFailedException e) =>
        e.ErrorCode == BlobErrorCode.ConditionNotMet || e.ErrorCode == BlobErrorCode.BlobNotFound ? Change.LeftAlone("inFlight") : Change.Failed(e);

    private static string Target(BackupBlob blob) => OperationKind.Backup + "/" + BlobKey.Of(blob.Name).RowKey;
}
