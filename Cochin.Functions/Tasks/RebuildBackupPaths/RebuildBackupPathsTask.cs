using Azure;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>
/// Makes operation records and backup blobs agree: a backup without a record gets one, a completed record whose blob is gone
/// says so, and one whose blob came back is healed.
/// </summary>
internal sealed class RebuildBackupPathsTask(CochinStorage storage, BackupSettings settings) : MaintenanceTask<RebuildBackupPathsOptions>
{
    private readonly BackupInventory inventory = new(storage);

    public override string Name => TaskNames.RebuildBackupPaths;

    protected override async Task<TaskResult> RunAsync(RebuildBackupPathsOptions options, TaskContext context, CancellationToken cancellationToken)
    {
        DateTimeOffset? serviceTime;
        try
        {
            var container = await storage.Backups.GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            serviceTime = container.GetRawResponse().Headers.Date;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return Failure($"The backup container '{storage.Names.BackupContainer}' does not exist. Set Cochin__Storage__BackupContainer to the container with the backups, or create it.");
        }

        return serviceTime is { } now
            ? await ReconcileAsync(new RebuildRun(options, context, now, new RebuildReport(context.Items, now)), cancellationToken).ConfigureAwait(false)
            : Failure("The storage service did not say what time it is, so nobody can tell new backups from old ones. Nothing was changed; run it again.");
    }

    private async Task<TaskResult> ReconcileAsync(RebuildRun run, CancellationToken cancellationToken)
    {
        run.Context.SoFar = () => run.Report.ToResult(refusal: null);
        var survey = new Survey(inventory, settings, run.Now);
        await LookAsync(survey, run, cancellationToken).ConfigureAwait(false);
        var refused = run.Report.IsMassMissing && !run.Options.AllowMassMissing;

        // The findings are not kept but found again, in a second pass of its own for each side that needs one.
        if (run.Report.Orphans > 0)
        {
            await new Registrar(storage, inventory, settings, run).RegisterAsync(survey.OrphansAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        if (run.Report.Gone + run.Report.Returned > 0)
        {
            await new RecordRepair(storage, inventory, run).RepairAsync(WrongAsync(survey, run, refused, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        run.Report.ListUnchanged();
        return run.Report.ToResult(refused ? Refusal(run.Report) : null);
    }

    /// <summary>Goes through everything once: only what comes to its end here is ground for a change.</summary>
    private static async Task LookAsync(Survey survey, RebuildRun run, CancellationToken cancellationToken)
    {
        var report = run.Report;
        var seen = 0L;
        run.Context.Progress(new TaskProgress("reading operations", 0, null));
        report.Records = await survey.IndexAsync(cancellationToken).ConfigureAwait(false);

        await foreach (var (blob, verdict) in survey.BlobsAsync(cancellationToken).ConfigureAwait(false))
        {
            report.Surveyed(blob, verdict);
            run.Context.Progress(new TaskProgress("listing " + BackupBlob.Root, ++seen, null));
        }

        await foreach (var record in survey.RecordsAsync(cancellationToken).ConfigureAwait(false))
        {
            report.Surveyed(record);
        }
    }

    private static IAsyncEnumerable<JudgedRecord> WrongAsync(Survey survey, RebuildRun run, bool refused, CancellationToken cancellationToken) =>
        survey.RecordsAsync(cancellationToken).Where(record =>
        {
            if (refused && record.Verdict == RecordVerdict.Missing)
            {
                run.Report.Refusing(record);
                return false;
            }

            return record.Verdict is RecordVerdict.Missing or RecordVerdict.Returned;
        });

    private string Refusal(RebuildReport report) =>
        $"{report.Gone} of {report.Completed} completed backups would be marked missing, more than half, so none was: is '{storage.Names.BackupContainer}' the right container "
        + $"(Cochin__Storage__BackupContainer)? If the blobs really are gone, run: cochin {TaskNames.RebuildBackupPaths} --force --allow-mass-missing";

    private static TaskResult Failure(string error) => new RebuildReport(null, default).ToResult(error);
}
