using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.PruneBackups;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.PruneBackups;

/// <summary>A test of the task on real storage.</summary>
public abstract class PruneTest(AzuriteServer server) : TaskTest(server)
{
    internal static PruneBackupsOptions KeepLast(int count) => new() { Keep = new KeepRules(Last: count) };

    internal ExpectedAges Ages { get; set; } = new(TimeSpan.Zero, new Dictionary<string, TimeSpan>());

    internal RetentionSettings Settings { get; set; } = new();

    internal Task<TaskResult> RunAsync(
        PruneBackupsOptions? options = null,
        CochinStorage? storage = null,
        Action? throwIfStopped = null,
        Func<bool>? hasTime = null,
        Checkpoint? checkpoint = null)
    {
        Items.Clear();
        var task = new TaskOnStorage(new PruneBackupsTask(Settings, new BackupSettings(), Ages), storage ?? Storage);
        return task.RunAsync(options ?? KeepLast(1), Context(throwIfStopped, storage, hasTime, checkpoint), Cancellation);
    }

    /// <summary>A completed backup with its blob, made a number of days ago.</summary>
    internal async Task AddBackupAsync(string id, double days, params (string Column, object? Value)[] columns)
    {
        await UploadAsync(BlobOf(id), TimeSpan.FromDays(days));
        await RecordAsync(id, days, columns);
    }

    internal Task RecordAsync(string id, double days, params (string Column, object? Value)[] columns) => AddOperationAsync(
        OperationKind.Backup,
        id,
        [
            ("Status", "completed"), ("Configuration", "prod"), ("BlobName", BlobOf(id)), ("SizeBytes", 7L), ("Odd", 3.5),
            ("CompletedAt", TimeProvider.System.GetUtcNow().AddDays(-days)), .. columns,
        ]);

    internal Task LeaseAsync(string id) => Storage.Backups.GetBlobClient(BlobOf(id)).GetBlobLeaseClient()
        .AcquireAsync(BlobLeaseClient.InfiniteLeaseDuration, cancellationToken: Cancellation);

    internal async Task ConfigureAsync(string name, params (string Column, object? Value)[] columns)
    {
        var row = new TableEntity(BackupConfiguration.Partition, BackupConfiguration.KeyOf(name)) { ["Name"] = name };
        foreach (var (column, value) in columns)
        {
            row[column] = value;
        }

        await Storage.Configurations.CreateIfNotExistsAsync(Cancellation);
        await Storage.Configurations.UpsertEntityAsync(row, TableUpdateMode.Replace, Cancellation);
    }

    internal async Task<TableEntity> RowAsync(string id) => (await Storage.Operations.FindAsync(OperationKind.Backup, id, Cancellation)).ShouldNotBeNull();

    internal async Task<string> StatusAsync(string id) => (await RowAsync(id)).GetString("Status");

    internal string ReasonOf(string id)
    {
        var item = Items.Single(item => item.Name.EndsWith($"/{id}.zip", StringComparison.Ordinal));
        return $"{item.Decision} {item.Reason}";
    }

    internal static string BlobOf(string id) => $"storage/prod/{id}.zip";

    internal static string Counts(TaskResult result) =>
        string.Join(' ', result.Counts.Where(count => count.Value != 0).Select(count => $"{count.Key}={count.Value}"));

    internal static bool IsMark(Request request) =>
        request.Method == RequestMethod.Patch && request.Uri.Path.Contains("Operations", StringComparison.OrdinalIgnoreCase);
}
