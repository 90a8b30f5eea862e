using Azure.Storage.Blobs.Specialized;

namespace Cochin.Functions.Tests.Proof.Stores;

/// <summary>Backups of every standing: kept by rules and for other reasons, to be pruned, two rows of one blob, begun by a run that died.</summary>
internal sealed class PruneWork : Work
{
    public override string Name => "prune_backups";

    public override string Job => "prune_backups";

    public override IReadOnlyDictionary<string, long> Expected { get; } =
        new Dictionary<string, long> { ["examined"] = 13, ["kept"] = 6, ["pruned"] = 6, ["protected"] = 1, ["changed"] = 0, ["failed"] = 0 };

    public override IEnumerable<KeyValuePair<string, string>> Settings => [new("Cochin__Retention__KeepLast", "2")];

    public override async Task FillAsync(ProofStore store)
    {
        var now = TimeProvider.System.GetUtcNow();
        await Task.WhenAll(
            AddAsync(store, "a-newest", 1, ("Damage", "is cut off")),
            AddAsync(store, "b-kept", 2),
            AddAsync(store, "c-kept", 3),
            AddAsync(store, "d-goes", 4),
            AddAsync(store, "e-protected", 5, ("Protected", true)),
            AddAsync(store, "f-restored", 6),
            AddAsync(store, "g-begun", 7, ("PruneStartedAt", now)),
            RecordAsync(store, "h-deleted", 8, ("PruneStartedAt", now)),
            AddAsync(store, "i-sound", 9, ("VerifiedAt", now)),
            AddAsync(store, "j-twin", 10),
            RecordAsync(store, "k-twin", 11, ("BlobName", "storage/prod/j-twin.zip")),
            AddAsync(store, "l-leased", 12),
            AddAsync(store, "m-damaged", 13, ("Damage", "is empty")),
            store.AddOperationAsync("restore", "r", ("Status", "running"), ("BackupId", "f-restored")));
        await store.Storage.Backups.GetBlobClient("storage/prod/l-leased.zip").GetBlobLeaseClient().AcquireAsync(BlobLeaseClient.InfiniteLeaseDuration);
    }

    private static async Task AddAsync(ProofStore store, string id, int days, params (string Column, object? Value)[] columns)
    {
        await store.UploadAsync($"storage/prod/{id}.zip", days * 24);
        await RecordAsync(store, id, days, columns);
    }

    private static Task RecordAsync(ProofStore store, string id, int days, params (string Column, object? Value)[] columns) => store.AddOperationAsync(
        "backup",
        id,
        [
            ("Status", "completed"), ("BlobName", $"storage/prod/{id}.zip"), ("Configuration", "prod"), ("Name", "kept"),
            ("CompletedAt", TimeProvider.System.GetUtcNow().AddDays(-days)), .. columns,
        ]);
}
