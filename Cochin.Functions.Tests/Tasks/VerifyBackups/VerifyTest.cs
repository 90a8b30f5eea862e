using System.Collections.Concurrent;
using System.Security.Cryptography;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.VerifyBackups;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.VerifyBackups;

/// <summary>The base of tests of the task with real storage.</summary>
public abstract class VerifyTest(AzuriteServer server) : StorageTest(server)
{
    internal static readonly byte[] Sound = TestData.Zip(("database.sql", TestData.Text));

    internal static readonly VerifySettings WithKey = new() { DjangoSecretKey = TestData.SecretKey };

    internal ConcurrentQueue<TaskItem> Items { get; } = [];

    internal Func<bool> IsOutOfTime { get; set; } = () => false;

    internal CancellationToken LastMoment { get; set; }

    internal bool IsStopped { get; set; }

    internal Task<TaskResult> RunAsync(
        VerifyBackupsOptions? options = null,
        VerifySettings? settings = null,
        CochinStorage? storage = null,
        Checkpoint? checkpoint = null)
    {
        storage ??= Storage;
        options ??= new VerifyBackupsOptions();
        var own = storage.Guarded(options.DryRun ? TaskOnStorage.RefuseInDryRun : ThrowIfStopped);
        var context = new TaskContext
        {
            RunId = "run1",
            Job = VerifyBackupsDescription.Name,
            Storage = own,
            ClosingStorage = storage,
            Audit = new AuditTrail(new AuditLog(storage), own, storage, TimeProvider.System, "run1", VerifyBackupsDescription.Name),
            Items = Items.Enqueue,
            ThrowIfStopped = ThrowIfStopped,
            IsStopped = () => IsStopped,
            IsOutOfTime = () => IsOutOfTime(),
            LastMoment = LastMoment,
            Checkpoint = checkpoint ?? Checkpoint.None,
        };
        return new VerifyBackupsTask(settings ?? new VerifySettings(), TimeProvider.System).RunAsync(options, context, Cancellation);
    }

    /// <summary>Adds a completed backup with its blob and a correct record. <paramref name="columns"/> override columns of the record.</summary>
    internal async Task AddBackupAsync(string id, byte[] content, string ending = ".zip", params (string Column, object? Value)[] columns)
    {
        await UploadAsync(BlobOf(id, ending), content);
        await RecordAsync(id, ending, [("SizeBytes", (long)content.Length), ("Sha256", Sha256(content)), .. columns]);
    }

    internal Task RecordAsync(string id, string ending = ".zip", params (string Column, object? Value)[] columns) => AddOperationAsync(
        OperationKind.Backup,
        id,
        [
            ("Status", "completed"), ("Name", "kept"), ("BlobName", BlobOf(id, ending)),
            ("CompletedAt", TimeProvider.System.GetUtcNow().AddHours(-3)), ("Odd", 3.5), .. columns,
        ]);

    internal async Task UploadAsync(string name, byte[] content, IDictionary<string, string>? metadata = null) =>
        await Storage.Backups.GetBlobClient(name).UploadAsync(BinaryData.FromBytes(content), new BlobUploadOptions { Metadata = metadata }, Cancellation);

    internal async Task<Operation> BackupAsync(string id) => Operation.From(await RowAsync(id));

    internal async Task<TableEntity> RowAsync(string id) => (await Storage.Operations.FindAsync(OperationKind.Backup, id, Cancellation)).ShouldNotBeNull();

    internal static string BlobOf(string id, string ending = ".zip") => $"storage/prod/{id}{ending}";

    internal static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    internal static string Counts(TaskResult result) =>
        string.Join(' ', result.Counts.Where(count => count.Value != 0).Select(count => $"{count.Key}={count.Value}"));

    private void ThrowIfStopped()
    {
        if (IsStopped)
        {
            throw new RunStoppedException("The lock was lost.");
        }
    }
}
