using Azure;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>
/// Reconciles operation records with backup blobs: registers backups without a record, marks completed records whose blob is missing, and
/// heals records whose blob is back.
/// </summary>
internal sealed class RebuildBackupPathsTask(BackupSettings settings) : MaintenanceTask<RebuildBackupPathsOptions>
{
    public override string Name => RebuildBackupPathsDescription.Name;

    protected override async Task<TaskResult> RunAsync(RebuildBackupPathsOptions options, TaskContext context, CancellationToken cancellationToken)
    {
        var storage = context.Storage;
        DateTimeOffset? serviceTime;
        try
        {
            var container = await storage.Backups.GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            serviceTime = container.GetRawResponse().Headers.Date;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            var missing = await MissingContainer.ExplainAsync(storage, cancellationToken).ConfigureAwait(false);
            return missing.ExistedBefore
                ? Failure(missing.Message) with { SawBackups = true, Failure = FailureKind.BackupsGone }
                : NothingThere(missing.Message);
        }

        if (serviceTime is not { } now)
        {
            const string Error =
                "The storage did not report its time (a response without a Date header), so the age of backups is unknown and nothing was changed. "
                + "Try again.";
            return Failure(Error) with { Failure = FailureKind.NoServiceTime };
        }

        var work = await RebuildWork.FindAsync(context.Checkpoint, storage.Backups.Uri, settings, cancellationToken).ConfigureAwait(false)
            ?? RebuildWork.Start(storage.Backups.Uri, settings, now);
        var run = new RebuildRun(options, context, work, new RebuildReport(work.State.Counts, context.Items, work.State.Now));
        context.PartialResult = () => run.Report.ToResult(refusal: null) with { SawBackups = true };
        if (await ReconcileAsync(run, cancellationToken).ConfigureAwait(false) is { } result)
        {
            return result with { SawBackups = true };
        }

        await work.KeepAsync(context.Checkpoint, cancellationToken).ConfigureAwait(false);
        return run.Report.ToResult(refusal: null).Unfinished() with { SawBackups = true };
    }

    /// <returns>Null if the time was used up.</returns>
    private async Task<TaskResult?> ReconcileAsync(RebuildRun run, CancellationToken cancellationToken)
    {
        var inventory = new BackupInventory(run.Storage);

        // Nothing is changed until both sides were read completely.
        var reconciliation = new Reconciliation(inventory, settings, run.Work, run.Report, run.Context);
        var isWhole = await reconciliation.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (reconciliation.Missing is { ExistedBefore: true } missing)
        {
            return Failure(missing.Refusal("changed"));
        }

        if (!isWhole)
        {
            return null;
        }

        var wasCounted = run.State.IsCounted;
        if (!wasCounted)
        {
            if (run.State is { Counts.Records: 0, IsTableMissing: false }
                && await MissingTable.FindLostAsync(run.Storage, run.Storage.Operations, cancellationToken).ConfigureAwait(false) is { } emptied)
            {
                return Failure(emptied.Refusal("changed"));
            }

            reconciliation.Count();
            run.State.IsCounted = true;
        }

        if (run.Context.Items is not null)
        {
            await foreach (var (blob, verdict) in reconciliation.BlobsAsync(cancellationToken).ConfigureAwait(false))
            {
                run.Report.Listed(blob, verdict);
            }
        }

        var registrar = new Registrar(inventory, settings, run, isFirstStep: wasCounted);
        var check = new RecordCheck(reconciliation, new RecordRepair(inventory, settings, run), run);
        if (!await registrar.RegisterAsync(reconciliation.OrphansAsync(cancellationToken), cancellationToken).ConfigureAwait(false)
            || !await check.CheckAsync(cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        var isRefused = run.Report.IsMassMissing && !run.Options.AllowMassMissing;
        if (!await check.RepairAsync(isRefused, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        run.Report.ListUnchanged();
        return run.Report.ToResult(isRefused ? Refusal(run) : null);
    }

    private static string Refusal(RebuildRun run) =>
        $"{run.State.Counts.Gone} of {run.State.Counts.Completed} completed backups would be marked as missing. This is more than half, so none was marked. "
        + $"Check that '{run.Storage.Names.BackupContainer}' is the right container (Cochin__Storage__BackupContainer). "
        + $"If the blobs really are gone, run: ./cochin {RebuildBackupPathsDescription.Name} --force --allow-mass-missing";

    private static TaskResult NothingThere(string warning) =>
        new RebuildReport(new RebuildCounts(), null, default).ToResult(refusal: null) with { Warnings = [warning] };

    private static TaskResult Failure(string error) => new RebuildReport(new RebuildCounts(), null, default).ToResult(error);
}
