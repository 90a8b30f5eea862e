using System.Runtime.ExceptionServices;
using Azure;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.VerifyBackups;

/// <summary>
/// Reads the backups that are due, tests them as deep as is possible, and writes to each one's row whether it is sound. It deletes nothing.
/// </summary>
internal sealed class VerifyBackupsTask(VerifySettings settings, TimeProvider time) : MaintenanceTask<VerifyBackupsOptions>
{
    private const int MostAtOnce = 8;
    private const int AtOnceAtFirst = 2;
    private const int Mebibyte = 1024 * 1024;

    public override string Name => VerifyBackupsDescription.Name;

    protected override async Task<TaskResult> RunAsync(VerifyBackupsOptions options, TaskContext context, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var state = await VerifyState.FindAsync(context.Checkpoint, cancellationToken).ConfigureAwait(false) ?? new VerifyState { BegunAt = now };
        var report = new VerifyReport(state, options, context.Items, now);
        VerifyPlan plan;
        try
        {
            var planner = new VerifyPlanner(context.Storage, options, new DueRule(options.MaxAge, now), wantsList: context.Items is not null);
            plan = await planner.MakeAsync(now, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            var missing = await MissingContainer.ExplainAsync(context.Storage, cancellationToken).ConfigureAwait(false);
            return report.ToResult() with { Outcome = Outcome.Failed, Error = missing.Message, SawBackups = true };
        }
        catch (RequestFailedException e) when (MissingTable.Is(e))
        {
            var missing = await MissingTable.ExplainAsync(context.Storage, context.Storage.Operations, cancellationToken).ConfigureAwait(false);
            if (missing.ExistedBefore)
            {
                return report.ToResult() with { Outcome = Outcome.Failed, Error = missing.Message };
            }

            report.Warn(missing.Message);
            plan = VerifyPlan.Nothing;
        }

        var left = plan.Due.Where(backup => !state.Tried.Contains(backup.Id) && !(backup.VerifiedAt >= state.BegunAt)).ToList();
        report.Plan(plan, left);
        context.PartialResult = Result;
        if (plan.Examined == 0 && options.BackupId is { } id)
        {
            return await NotThereAsync(id, report, context.Storage, cancellationToken).ConfigureAwait(false);
        }

        if (options.DryRun)
        {
            left.ForEach(report.Planned);
            return Result();
        }

        if (await VerifyAsync(left, report, context, cancellationToken).ConfigureAwait(false))
        {
            return Result();
        }

        await state.KeepAsync(context.Checkpoint, cancellationToken).ConfigureAwait(false);
        return Result().Unfinished();

        TaskResult Result() => report.ToResult() with { SawBackups = plan.Examined > 0 };
    }

    /// <returns>False if the time was used up before all were verified.</returns>
    private async Task<bool> VerifyAsync(List<PlannedBackup> due, VerifyReport report, TaskContext context, CancellationToken cancellationToken)
    {
        var concurrency = new AdaptiveConcurrency(MostAtOnce, AtOnceAtFirst);
        var pace = new StepPacer(context);
        var verifier = new BackupVerifier(settings, report, context);
        var underWay = new List<Task>();
        var handled = 0;
        try
        {
            foreach (var backup in due)
            {
                var slot = await concurrency.EnterAsync(cancellationToken).ConfigureAwait(false);
                underWay.RemoveAll(task => task.IsCompletedSuccessfully);
                var hasFailed = verifier.Fatal is not null || underWay.Exists(task => task.IsFaulted || task.IsCanceled);
                if (hasFailed || context.IsOutOfTime() || !pace.CanStart(Size(backup)))
                {
                    slot.Dispose();
                    break;
                }

                underWay.Add(VerifyOneAsync(backup, slot));
                context.Progress(new TaskProgress("reading backups", handled++, due.Count));
            }
        }
        finally
        {
            // What is under way comes to its end, so that the counts say what was done.
            await Task.WhenAll(underWay).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(underWay).ConfigureAwait(false);
        if (verifier.Fatal is { } fatal)
        {
            ExceptionDispatchInfo.Throw(fatal);
        }

        return verifier.Handled == due.Count;

        async Task VerifyOneAsync(PlannedBackup backup, ConcurrencySlot slot)
        {
            using (slot)
            {
                var begun = time.GetTimestamp();
                if (await verifier.VerifyAsync(backup, cancellationToken).ConfigureAwait(false))
                {
                    slot.Succeeded();
                }
                else
                {
                    slot.Overloaded();
                }

                pace.RecordDuration(time.GetElapsedTime(begun), Size(backup));
            }
        }
    }

    private static async Task<TaskResult> NotThereAsync(string id, VerifyReport report, CochinStorage storage, CancellationToken cancellationToken)
    {
        var row = await storage.Operations.FindAsync(OperationKind.Backup, id, cancellationToken).ConfigureAwait(false);
        if (row is null)
        {
            return report.ToResult() with { Outcome = Outcome.Failed, Error = $"There is no backup {Problems.Quote(id)}; see `./cochin operations list`." };
        }

        var backup = Operation.From(row);
        report.Warn(backup.Status == OperationStatus.Completed
            ? $"{VerifyReport.Target(id)} names no blob: there is nothing to verify."
            : $"{VerifyReport.Target(id)} is {Problems.Quote(backup.Status)}, not completed: there is nothing to verify.");
        return report.ToResult();
    }

    private static int Size(PlannedBackup backup) => (int)Math.Clamp(backup.Bytes / Mebibyte, 1, int.MaxValue);
}
