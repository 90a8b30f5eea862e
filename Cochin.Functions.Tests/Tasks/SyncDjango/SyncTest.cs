using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.SyncDjango;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango;

/// <summary>A test of the task on real storage, with an installation of the application.</summary>
public abstract class SyncTest(AzuriteServer server) : TaskTest(server)
{
    internal DjangoInstallation Django { get; } = new();

    public override async ValueTask DisposeAsync()
    {
        Django.Dispose();
        await base.DisposeAsync();
    }

    internal Task<TaskResult> RunAsync(
        bool dryRun = false,
        CochinStorage? storage = null,
        string? database = null,
        string? backups = null,
        string? pathRoot = null,
        Func<TaskContext, TaskContext>? adjust = null)
    {
        Items.Clear();
        var settings = new DjangoSettings { Database = database ?? Django.Database, Backups = backups ?? Django.Backups };
        var task = new TaskOnStorage(new SyncDjangoTask(settings), storage ?? Storage);
        var context = Context(storage: storage);
        return task.RunAsync(new SyncDjangoOptions { DryRun = dryRun, PathRoot = pathRoot }, adjust?.Invoke(context) ?? context, Cancellation);
    }

    internal async Task<TableEntity> RowAsync(string kind, string id) => (await Storage.Operations.FindAsync(kind, id, Cancellation)).ShouldNotBeNull();

    internal Task<TableEntity> BackupAsync(long id) => RowAsync(OperationKind.Backup, $"django-{id}");

    internal async Task<TableEntity> QuoteAsync(string key) => (await Storage.Devis.FindAsync(DevisRow.Partition, key, Cancellation)).ShouldNotBeNull();

    internal static async Task ChangeAsync(TableClient table, TableEntity row, params (string Column, object? Value)[] columns)
    {
        foreach (var (column, value) in columns)
        {
            row.Set(column, value);
        }

        await table.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, Cancellation);
    }

    internal Task ChangeBackupAsync(TableEntity row, params (string Column, object? Value)[] columns) => ChangeAsync(Storage.Operations, row, columns);

    /// <summary>The counts that are not zero.</summary>
    internal static string Counts(TaskResult result) =>
        string.Join(' ', result.Counts.Where(count => count.Value != 0).Select(count => $"{count.Key}={count.Value}"));

    /// <summary>Counts the requests that write.</summary>
    internal static CountingPolicy Writes() =>
        new(request => request.Method != Azure.Core.RequestMethod.Get && request.Method != Azure.Core.RequestMethod.Head);

    /// <summary>The columns of a row without its keys, version and time, as text.</summary>
    internal static string Text(TableEntity row) => string.Join(
        ' ',
        row.Where(column => column.Key is not ("PartitionKey" or "RowKey" or "Timestamp" or "odata.etag"))
            .OrderBy(column => column.Key, StringComparer.Ordinal)
            .Select(column => $"{column.Key}={(column.Value is DateTimeOffset time ? time.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF", null) : column.Value)}"));

    internal void Fill()
    {
        Django.AddConfiguration(1, "prod");
        Django.AddBackupWithFile(1);
        Django.AddBackupWithFile(2, ("file_path", "storage/prod/2.zip"));
        Django.AddBackup(3, ("status", "running"), ("file_path", ""), ("completed_at", null));
        Django.AddRestore(1, backup: 1);
        Django.AddExternal(1, "extracting");
        Django.AddQuote(1, "DV-1");
        Django.AddQuote(2, "DV/2");
    }
}
