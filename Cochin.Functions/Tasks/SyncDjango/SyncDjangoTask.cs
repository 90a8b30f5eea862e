using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.SyncDjango.Files;
using Cochin.Functions.Tasks.SyncDjango.Mapping;
using Cochin.Functions.Tasks.SyncDjango.Source;

namespace Cochin.Functions.Tasks.SyncDjango;

/// <summary>
/// Copies the backups, history, configurations and quotes of a Django installation. Deletes nothing, and writes nothing to the installation. A run
/// writes only what differs, so it can be stopped at any moment and repeated.
/// </summary>
internal sealed class SyncDjangoTask(DjangoSettings settings) : MaintenanceTask<SyncDjangoOptions>
{
    public override string Name => SyncDjangoDescription.Name;

    protected override async Task<TaskResult> RunAsync(SyncDjangoOptions options, TaskContext context, CancellationToken cancellationToken)
    {
        var given = settings.With(options);
        if (given is not { Database: { } path, Backups: { } backups })
        {
            return Failure(given.Database is null
                ? $"The database of the Django application is not known. Give --database FILE, or set {DjangoSettings.DatabaseSetting}."
                : $"The backups folder of the Django application is not known. Give --backups DIR, or set {DjangoSettings.BackupsSetting}.");
        }

        var folder = new StorageFolder(backups);
        if (folder.FindProblem() is { } problem)
        {
            return Failure(problem);
        }

        var soFar = await CheckpointedCounts.FindAsync(context.Checkpoint, cancellationToken).ConfigureAwait(false);
        var report = new SyncReport(context.Items, soFar);
        context.PartialResult = report.ToResult;
        try
        {
            context.Progress(new TaskProgress("copying the database", 0, null));
            using var database = await DjangoDatabase.OpenAsync(path, context.Time, cancellationToken).ConfigureAwait(false);
            var copy = new BackupSync(context, report, new PathMap(given.PathRoot), folder, options.DryRun);
            if (await copy.PlanAsync(database, cancellationToken).ConfigureAwait(false) is { } refusal)
            {
                return Failure(refusal);
            }

            var isDone = await SyncConfigurationsAsync(database, context, report, options.DryRun, cancellationToken).ConfigureAwait(false)
                && await new QuoteSync(context, report, options.DryRun).RunAsync(database, cancellationToken).ConfigureAwait(false)
                && await copy.RunAsync(database, cancellationToken).ConfigureAwait(false);
            return await EndAsync(isDone, report, options, context, cancellationToken).ConfigureAwait(false);
        }
        catch (SourceException e)
        {
            return report.ToResult() with { Outcome = Outcome.Failed, Error = e.Message };
        }
    }

    private static async Task<bool> SyncConfigurationsAsync(
        DjangoDatabase database, TaskContext context, SyncReport report, bool isDryRun, CancellationToken cancellationToken)
    {
        var configurations = ConfigurationRow.From(database.ReadConfigurations());
        report.Configurations = configurations.Sum(one => one.Records);
        var rows = new RowSync(context, context.Storage.Configurations, BackupConfiguration.Partition, report, isDryRun)
        {
            IsWholePartition = true,
        };
        return await rows.RunAsync(configurations.Select(one => one.Row), cancellationToken).ConfigureAwait(false);
    }

    private static async Task<TaskResult> EndAsync(
        bool isDone, SyncReport report, SyncDjangoOptions options, TaskContext context, CancellationToken cancellationToken)
    {
        if (!isDone)
        {
            await CheckpointedCounts.KeepAsync(context.Checkpoint, report.SoFar, cancellationToken).ConfigureAwait(false);
            return report.ToResult().Unfinished();
        }

        var storage = context.Storage;
        foreach (var table in new[] { storage.Operations, storage.Configurations, storage.Devis }.Where(table => report.HasRows(table.Name)))
        {
            if (await MissingTable.RememberAsync(storage, table, options.DryRun, cancellationToken).ConfigureAwait(false) is { } warning)
            {
                report.Warn(warning);
            }
        }

        return report.ToResult();
    }

    private static TaskResult Failure(string error) => new SyncReport(items: null).ToResult() with { Outcome = Outcome.Failed, Error = error };
}
