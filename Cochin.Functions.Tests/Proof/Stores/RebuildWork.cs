namespace Cochin.Functions.Tests.Proof.Stores;

/// <summary>Backups and records of every kind: orphans with and without checksum, in flight, missing, returned, mismatched, in order.</summary>
internal sealed class RebuildWork : Work
{
    public override string Name => "rebuild_backup_paths";

    public override string Job => "rebuild_backup_paths";

    public override IReadOnlyDictionary<string, long> Expected { get; } = new Dictionary<string, long>
    {
        ["registered"] = 3, ["missing"] = 2, ["healed"] = 1, ["mismatched"] = 1, ["inFlight"] = 2, ["ignored"] = 1,
    };

    public override Task FillAsync(ProofStore store) => Task.WhenAll(
        store.UploadAsync("storage/prod/orphan-1.zip", 5, new Dictionary<string, string> { ["sha256"] = new('a', 64) }),
        store.UploadAsync("storage/prod/orphan-2.encrypted", 5),
        store.UploadAsync("storage/été/orphan 3.tar.gz", 50),
        store.UploadAsync("storage/prod/young.zip"),
        store.UploadAsync("storage/prod/claimed.zip", 5),
        store.UploadAsync("storage/prod/notes.txt", 5),
        store.UploadAsync("storage/prod/ok-1.zip", 5),
        store.UploadAsync("storage/prod/ok-2.zip", 5),
        store.UploadAsync("storage/prod/ok-3.zip", 5),
        store.UploadAsync("storage/prod/returned.zip", 5),
        store.UploadAsync("storage/prod/mismatched.zip", 5),
        RecordAsync(store, "ok-1"),
        RecordAsync(store, "ok-2"),
        RecordAsync(store, "ok-3"),
        RecordAsync(store, "gone-1"),
        RecordAsync(store, "gone-2"),
        RecordAsync(store, "returned", "file_missing"),
        RecordAsync(store, "mismatched", size: 99),
        RecordAsync(store, "failed", "failed"),
        RecordAsync(store, "claimed", "running"));

    private static Task RecordAsync(ProofStore store, string id, string status = "completed", long size = 7) =>
        store.AddOperationAsync("backup", id, ("Status", status), ("BlobName", $"storage/prod/{id}.zip"), ("SizeBytes", size), ("Configuration", "prod"));
}
