using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>
/// Deletes the backups that no retention rule keeps. It requires all rows, the whole listing and the service's time as proof, and never deletes
/// the last good backup of a configuration.
/// </summary>
internal sealed class PruneBackupsTask(RetentionSettings retention, BackupSettings settings, ExpectedAges ages) : MaintenanceTask<PruneBackupsOptions>
{
    private static readonly PrunePlan NoPlan = new([], []);

    public override string Name => PruneBackupsDescription.Name;

    protected override async Task<TaskResult> RunAsync(PruneBackupsOptions options, TaskContext context, CancellationToken cancellationToken)
    {
        var storage = context.Storage;
        if (!retention.HasPolicy(options))
        {
            return Failure(PruneBackupsDescription.NoPolicy);
        }

        if (await ReadTimeAsync(storage, cancellationToken).ConfigureAwait(false) is not var (now, missing))
        {
            return Failure("The storage did not report its time (an answer without a Date header), so no age is certain and nothing was pruned. Try again.")
                with { Failure = FailureKind.NoServiceTime };
        }

        if (missing is not null)
        {
            return missing.ExistedBefore ? Failure(missing.Message) with { SawBackups = true, Failure = FailureKind.BackupsGone } : Nothing(missing.Message);
        }

        var configurations = await BackupConfigurations.ReadAsync(storage, cancellationToken).ConfigureAwait(false);
        if (await configurations.FindLostAsync(storage, cancellationToken).ConfigureAwait(false) is { } lost)
        {
            return Failure(lost.Refusal("pruned")) with { SawBackups = true };
        }

        var inventory = new PruneInventory(storage, context.Progress, settings);
        try
        {
            await inventory.ReadAsync(now, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (MissingTable.Is(e) && inventory.Rows == 0)
        {
            var table = await MissingTable.ExplainAsync(storage, storage.Operations, cancellationToken).ConfigureAwait(false);
            return (table.ExistedBefore ? Failure(table.Refusal("pruned")) : Nothing(table.Message)) with { SawBackups = true };
        }

        if (inventory.Rows == 0
            && await MissingTable.ExplainEmptyAsync(storage, storage.Operations, cancellationToken).ConfigureAwait(false) is { } emptied)
        {
            return Failure(emptied.Refusal("pruned")) with { SawBackups = true };
        }

        var known = inventory.Configurations.Concat(configurations.All.Select(one => one.Name)).ToHashSet();
        if (options.Configuration is { } name && !known.Contains(name))
        {
            return Unknown(name, known);
        }

        var plan = new PrunePlanner(inventory, options, retention, settings, ages).Make(configurations, now);
        TableClient[] read =
        [
            .. inventory.Rows > 0 ? [storage.Operations] : Array.Empty<TableClient>(),
            .. configurations.All.Any() ? [storage.Configurations] : Array.Empty<TableClient>(),
        ];
        return await ApplyAsync(options, plan, configurations.Problems, read, context, now, cancellationToken).ConfigureAwait(false) with { SawBackups = true };
    }

    /// <param name="read">The tables that had rows.</param>
    private async Task<TaskResult> ApplyAsync(
        PruneBackupsOptions options,
        PrunePlan plan,
        IEnumerable<string> problems,
        TableClient[] read,
        TaskContext context,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var soFar = await CheckpointedCounts.FindAsync(context.Checkpoint, cancellationToken).ConfigureAwait(false);
        var report = new PruneReport(plan, soFar, context.Items, retention.TimeZone, now);
        context.PartialResult = () => report.ToResult() with { SawBackups = true };
        foreach (var problem in problems)
        {
            report.Warn(problem);
        }

        if (options.DryRun)
        {
            report.Plan();
            report.List();
            return report.ToResult();
        }

        foreach (var table in read)
        {
            if (await MissingTable.RememberAsync(context.Storage, table, isDryRun: false, cancellationToken).ConfigureAwait(false) is { } other)
            {
                report.Warn(other);
            }
        }

        var pruner = new Pruner(context, report, new PruneGuard(context, plan, now, report.Warn));
        var kept = plan.Backups.Where(backup => backup is { Backup: { IsPruneBegun: true, Absent: null }, Decision: not PruneDecision.Prune });
        await pruner.ClearAsync(kept, cancellationToken).ConfigureAwait(false);
        var isDone = await pruner.PruneAsync(plan.Units, cancellationToken).ConfigureAwait(false);
        report.List();
        if (isDone)
        {
            return report.ToResult();
        }

        await CheckpointedCounts.KeepAsync(context.Checkpoint, report.SoFar, cancellationToken).ConfigureAwait(false);
        return report.ToResult().Unfinished();
    }

    /// <returns>The service's time, and what it means if there is no backup container; null if the time is unknown.</returns>
    internal static async Task<(DateTimeOffset Now, MissingContainer? Missing)?> ReadTimeAsync(CochinStorage storage, CancellationToken cancellationToken)
    {
        try
        {
            var container = await storage.Backups.GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            return container.GetRawResponse().Headers.Date is { } now ? (now, null) : null;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return (default, await MissingContainer.ExplainAsync(storage, cancellationToken).ConfigureAwait(false));
        }
    }

    private static TaskResult Unknown(string name, HashSet<string> known)
    {
        var names = known.Where(one => one.Length > 0).Order(StringComparer.Ordinal).Take(20).Select(one => $"'{one}'").ToList();
        var similar = known.FirstOrDefault(one => BackupConfigurations.SimilarName(one) == BackupConfigurations.SimilarName(name));
        return Failure(
            $"There is no configuration {Problems.Quote(name)}, so nothing was pruned. "
            + (similar is null ? "" : $"Did you mean {Problems.Quote(similar)}? ")
            + (names.Count > 0 ? $"The configurations are {string.Join(", ", names)}." : "No backup names one; see `./cochin operations list`."))
            with { SawBackups = true };
    }

    private static TaskResult Nothing(string warning) => Empty() with { Warnings = [warning] };

    private static TaskResult Failure(string error) => Empty() with { Outcome = Outcome.Failed, Error = error };

    private static TaskResult Empty() => new PruneReport(NoPlan, soFar: null, items: null, TimeZoneInfo.Utc, default).ToResult();
}
