using System.Runtime.ExceptionServices;
using Azure;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.VerifyBackups;

/// <summary>
/// Reads the backups that are due, verifies them as thoroughly as possible, and writes the verdict to their rows. Deletes nothing.
/// </summary>
internal sealed class VerifyBackupsTask(VerifySettings settings, TimeProvider time) : MaintenanceTask<VerifyBackupsOptions>
{
    private const int MaxConcurrency = 8;
    private const int InitialConcurrency = 2;
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
            var planner = new VerifyPlanner(context.Storage, options, new DueRule(options.MaxAge, now), includeNotDue: context.Items is not null);
            plan = await planner.CreateAsync(now, cancellationToken).ConfigureAwait(false);
            if (await CheckTableAsync(plan, options, report, context.Storage, cancellationToken).ConfigureAwait(false) is { } emptied)
            {
                return report.ToResult() with { Outcome = Outcome.Failed, Error = emptied };
            }
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

        var remaining = plan.Due
            .Where(backup => !state.Tried.Contains(backup.Id) && !IsVerifiedSince(backup, state.BegunAt, now))
            .OrderByDescending(backup => state.Interrupted.Contains(backup.Id))
            .ToList();
        var alone = remaining.Count(backup => state.Interrupted.Contains(backup.Id));
        report.Plan(plan, remaining);
        plan.Warnings.ToList().ForEach(report.Warn);
        context.PartialResult = Result;
        if (plan.Examined == 0 && options.BackupId is { } id)
        {
            return await NotFoundAsync(id, report, context.Storage, cancellationToken).ConfigureAwait(false);
        }

        if (options.DryRun)
        {
            remaining.ForEach(report.Planned);
            return Result();
        }

        if (await VerifyAsync(remaining, alone, report, context, cancellationToken).ConfigureAwait(false))
        {
            return Result();
        }

        await state.KeepAsync(context.Checkpoint, cancellationToken).ConfigureAwait(false);
        return Result().Unfinished();

        TaskResult Result() => report.ToResult() with { SawBackups = plan.Examined > 0 };
    }

    /// <summary>Checks that the operations table has rows if earlier runs read some.</summary>
    /// <returns>Why nothing can be verified; null if it can.</returns>
    private static async Task<string?> CheckTableAsync(
        VerifyPlan plan, VerifyBackupsOptions options, VerifyReport report, CochinStorage storage, CancellationToken cancellationToken)
    {
        if (!plan.HasRows)
        {
            var emptied = options.BackupId is null
                ? await MissingTable.ExplainEmptyAsync(storage, storage.Operations, cancellationToken).ConfigureAwait(false)
                : null;
            return emptied?.Refusal("verified");
        }

        if (await MissingTable.RememberAsync(storage, storage.Operations, options.DryRun, cancellationToken).ConfigureAwait(false) is { } other)
        {
            report.Warn(other);
        }

        return null;
    }

    /// <summary>Whether an earlier run of the same work has verified it. A time in the future is not that of a run.</summary>
    private static bool IsVerifiedSince(PlannedBackup backup, DateTimeOffset begunAt, DateTimeOffset now) =>
        backup.VerifiedAt >= begunAt && backup.VerifiedAt <= now + LastActivity.ClockSkewTolerance;

    /// <param name="alone">How many of the backups are read one at a time, before the others.</param>
    /// <returns>False if the run was out of time before all backups were verified.</returns>
    private async Task<bool> VerifyAsync(
        List<PlannedBackup> due, int alone, VerifyReport report, TaskContext context, CancellationToken cancellationToken)
    {
        var concurrency = new AdaptiveConcurrency(MaxConcurrency, InitialConcurrency);
        var pace = new StepPacer(context);
        var verifier = new BackupVerifier(settings, report, context);
        var running = new List<Task>();
        var handled = 0;
        try
        {
            foreach (var backup in due)
            {
                var slot = await concurrency.EnterAsync(cancellationToken).ConfigureAwait(false);
                running.RemoveAll(task => task.IsCompletedSuccessfully);
                var hasFailed = verifier.Fatal is not null || running.Exists(task => task.IsFaulted || task.IsCanceled);
                if (hasFailed || context.IsOutOfTime() || !pace.CanStart(SizeInMebibytes(backup)))
                {
                    slot.Dispose();
                    break;
                }

                running.Add(VerifyOneAsync(backup, slot));
                context.Progress(new TaskProgress("reading backups", handled++, due.Count));
                if (handled <= alone)
                {
                    await running[^1].ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
        finally
        {
            // Wait for the running verifications, so that the counts are complete.
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(running).ConfigureAwait(false);
        if (verifier.Fatal is { } fatal)
        {
            ExceptionDispatchInfo.Throw(fatal);
        }

        return verifier.Handled == due.Count;

        async Task VerifyOneAsync(PlannedBackup backup, ConcurrencySlot slot)
        {
            using (slot)
            {
                var startedAt = time.GetTimestamp();
                if (await verifier.VerifyAsync(backup, cancellationToken).ConfigureAwait(false))
                {
                    slot.Succeeded();
                }
                else
                {
                    slot.Overloaded();
                }

                pace.RecordDuration(time.GetElapsedTime(startedAt), SizeInMebibytes(backup));
            }
        }
    }

    private static async Task<TaskResult> NotFoundAsync(string id, VerifyReport report, CochinStorage storage, CancellationToken cancellationToken)
    {
        var row = await storage.Operations.FindAsync(OperationKind.Backup, id, cancellationToken).ConfigureAwait(false);
        if (row is null)
        {
            return report.ToResult() with { Outcome = Outcome.Failed, Error = $"There is no backup {Problems.Quote(id)}; see `./cochin operations list`." };
        }

        var backup = Operation.From(row);
        report.Warn(backup.Status == OperationStatus.Completed
            ? $"{VerifyReport.Target(id)} has no BlobName, so there is nothing to verify."
            : $"{VerifyReport.Target(id)} is {Problems.Quote(backup.Status)}, not completed, so there is nothing to verify.");
        return report.ToResult();
    }

    private static int SizeInMebibytes(PlannedBackup backup) => (int)Math.Clamp(backup.Bytes / Mebibyte, 1, int.MaxValue);
}
