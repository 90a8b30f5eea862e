using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Tasks.VerifyBackups;

namespace Cochin.Functions.Tests.Proof.Stores;

/// <summary>Backups of every kind and standing: sound to each depth, damaged, repaired, overwritten, without a checksum, and verified already.</summary>
internal sealed class VerifyWork : Work
{
    private static readonly byte[] Zip = TestData.Zip(("database.sql", TestData.Text));

    public override string Name => "verify_backups";

    public override string Job => "verify_backups";

    // A damaged backup is not a failure to verify it; the run says so all the same.
    public override Outcome End => Outcome.Partial;

    public override IReadOnlyDictionary<string, long> Expected { get; } =
        new Dictionary<string, long> { ["examined"] = 8, ["verified"] = 5, ["damaged"] = 2, ["repaired"] = 1, ["notDue"] = 1, ["failed"] = 0 };

    public override IEnumerable<KeyValuePair<string, string>> Settings => [new("Cochin__Backups__DjangoSecretKey", TestData.SecretKey)];

    public override async Task FillAsync(ProofStore store)
    {
        var now = TimeProvider.System.GetUtcNow();
        await Task.WhenAll(
            AddAsync(store, "zip.zip", Zip, ("SizeBytes", (long)Zip.Length)),
            AddAsync(store, "gzip.sql.gz", TestData.Gzip(TestData.Text)),
            AddAsync(store, "opened.encrypted", TestData.PythonEncrypted, ("KeyOwner", TestData.KeyOwner)),
            AddAsync(store, "overwritten.zip", Zip, ("VerifiedAt", now), ("VerifiedLevel", "structure"), ("VerifiedETag", "0xANOTHER")),
            AddAsync(store, "repaired.zip", Zip, ("Damage", "is cut off"), ("DamagedAt", now.AddDays(-3)), ("VerifiedAt", now.AddDays(-40))),
            AddAsync(store, "cut.zip", Zip[..^9], ("VerifiedAt", now.AddDays(-40))),
            AddAsync(store, "empty.zip", []));

        var version = await store.UploadAsync("storage/prod/fresh.zip", content: Zip);
        await RecordAsync(store, "fresh.zip", ("VerifiedAt", now), ("VerifiedLevel", "structure"), ("VerifiedETag", version.ToString().Trim('"')));
    }

    private static async Task AddAsync(ProofStore store, string file, byte[] content, params (string Column, object? Value)[] columns)
    {
        await store.UploadAsync($"storage/prod/{file}", content: content);
        await RecordAsync(store, file, columns);
    }

    private static Task RecordAsync(ProofStore store, string file, params (string Column, object? Value)[] columns) => store.AddOperationAsync(
        "backup", file.Split('.')[0], [("Status", "completed"), ("BlobName", $"storage/prod/{file}"), ("Configuration", "prod"), ("Name", "kept"), .. columns]);
}
