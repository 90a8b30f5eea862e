using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Tasks.SyncDjango;

namespace Cochin.Functions.Tests.Proof.Stores;

/// <summary>An installation with records of each kind, of which some are in the store already: unchanged, changed, marked, pruned, imported.</summary>
internal sealed class SyncWork : Work
{
    private static readonly Lazy<DjangoInstallation> Installation = new(Install);

    public override string Name => "sync_django";

    public override string Job => "sync_django";

    public override IReadOnlyDictionary<string, long> Expected { get; } = new Dictionary<string, long>
    {
        ["backups"] = 5, ["restores"] = 2, ["quotes"] = 2, ["configurations"] = 1, ["uploaded"] = 3, ["written"] = 9, ["unchanged"] = 2, ["conflicts"] = 0,
        ["missing"] = 0, ["rejected"] = 0, ["failed"] = 0,
    };

    public override IEnumerable<KeyValuePair<string, string>> Settings =>
    [
        new("Cochin__Django__Database", Installation.Value.Database), new("Cochin__Django__Backups", Installation.Value.Backups),
    ];

    // Rows of the application have no lines of their own in the audit log, only files and imported quotes.
    public override bool IsOfOthers(string operation) => operation.Contains("/django-", StringComparison.Ordinal);

    public override Task FillAsync(ProofStore store) => Task.WhenAll(
        AddAsync(store, 3, "running", "failed", ("ErrorMessage", "stuck")),
        AddAsync(store, 4, "running", "running"),
        AddAsync(store, 5, "completed", "pruned", ("BlobName", "storage/prod/5.zip"), ("Configuration", "prod")),
        store.AddDevisAsync("DV-1", ("Statut", true), ("DateDebut", "2026-11-30"), ("StartNotifiedFor", "2026-11-30")));

    private static Task AddAsync(ProofStore store, int id, string synced, string status, params (string Column, object? Value)[] columns) =>
        store.AddOperationAsync(
            OperationKind.Backup,
            $"django-{id}",
            [
                ("Name", $"backup {id}"), ("Status", status), ("SyncedStatus", synced), ("Type", "full"), ("CreatedBy", "2"), ("KeyOwner", "2_système"),
                ("CreatedAt", DateTimeOffset.UnixEpoch), ("StartedAt", DateTimeOffset.UnixEpoch), ("CompletedAt", DateTimeOffset.UnixEpoch), .. columns,
            ]);

    private static DjangoInstallation Install()
    {
        const string Epoch = "1970-01-01 00:00:00";
        (string, object?)[] times = [("created_at", Epoch), ("started_at", Epoch), ("completed_at", Epoch)];
        var django = new DjangoInstallation();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => django.Dispose();
        django.AddConfiguration(1, "prod");
        django.AddBackupWithFile(1);
        django.AddBackupWithFile(2, ("file_size", 99L));
        django.AddBackup(3, [("status", "running"), ("file_path", ""), .. times]);
        django.AddBackup(4, [("status", "failed"), ("file_path", ""), ("error_message", "disk full"), .. times]);
        django.AddBackup(5, times);
        django.WriteFile("storage/prod/5.zip", "pruned");
        django.WriteFile("storage/prod/orphan.zip", "without a record");
        django.AddRestore(1, backup: 1);
        django.AddExternal(1, "executing");
        django.AddQuote(1, "DV-1");
        django.AddQuote(2, "DV/2", ("date_debut", "15/11/2026"));
        django.Close();
        return django;
    }
}
