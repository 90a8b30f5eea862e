using Azure.Storage.Blobs.Specialized;

namespace Cochin.Functions.Tests.Proof.Stores;

/// <summary>Folders and single blobs: old, fresh, both in one, leased, used by a restore, left by one.</summary>
internal sealed class CleanupWork : Work
{
    public override string Name => "cleanup_temp_files";

    public override string Job => "cleanup_temp_files";

    public override IReadOnlyDictionary<string, long> Expected { get; } =
        new Dictionary<string, long> { ["scanned"] = 8, ["old"] = 6, ["deleted"] = 4, ["inUse"] = 2, ["blobsDeleted"] = 6 };

    public override Task FillAsync(ProofStore store) => Task.WhenAll(
        store.UploadAsync("temp/folder/a", 30),
        store.UploadAsync("temp/folder/b", 40),
        store.UploadAsync("temp/fresh.bin"),
        store.UploadAsync("temp/half/new"),
        store.UploadAsync("temp/half/old", 30),
        store.UploadAsync("temp/single.bin", 25),
        store.UploadAsync("restore_temp/restore_42/data", 30),
        store.UploadAsync("restore_temp/restore_7/data", 30),
        store.UploadAsync("restore_temp/restore_7/more", 30),
        LeaseAsync(store, "uploads/leased/part"),
        store.UploadAsync("uploads/été 100%.part", 90),
        store.UploadAsync("storage/prod/kept.zip", 90),
        store.AddOperationAsync("restore", "42", ("Status", "running"), ("WorkPath", "restore_temp/restore_42/")),
        store.AddOperationAsync("restore", "7", ("Status", "failed"), ("WorkPath", "restore_temp/restore_7/")),
        store.AddOperationAsync("backup", "1", ("Status", "pending")));

    private static async Task LeaseAsync(ProofStore store, string name)
    {
        await store.UploadAsync(name, 30);
        await store.UploadAsync(name + "2", 30);
        await store.Storage.Backups.GetBlobClient(name).GetBlobLeaseClient().AcquireAsync(BlobLeaseClient.InfiniteLeaseDuration);
    }
}
