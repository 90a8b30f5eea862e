using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks;

/// <summary>A test of one task on real storage, with a context like that of the runner.</summary>
public abstract class TaskTest(AzuriteServer server) : StorageTest(server)
{
    internal List<TaskItem> Items { get; } = [];

    /// <param name="hasTime">Whether there is time for another step; null for always.</param>
    internal TaskContext Context(
        Action? throwIfStopped = null,
        CochinStorage? storage = null,
        Func<bool>? hasTime = null,
        Checkpoint? checkpoint = null) => new()
    {
        RunId = "run-1",
        Job = "job-1",
        Storage = storage ?? Storage,
        ClosingStorage = storage ?? Storage,
        Audit = new AuditTrail(new AuditLog(storage ?? Storage), storage ?? Storage, storage ?? Storage, TimeProvider.System, "run-1", "job-1"),
        Items = Items.Add,
        ThrowIfStopped = throwIfStopped ?? (static () => { }),
        HasTimeFor = _ => hasTime?.Invoke() ?? true,
        Checkpoint = checkpoint ?? Checkpoint.None,
    };

    internal async Task<string> AuditAsync()
    {
        var blob = Storage.System.GetBlobClient(AuditPart.FirstOf(TimeProvider.System.GetUtcNow()).BlobName);
        return await blob.ExistsAsync(Cancellation) ? (await blob.DownloadContentAsync(Cancellation)).Value.Content.ToString() : "";
    }
}
