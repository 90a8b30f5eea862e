using System.Collections.Concurrent;
using System.Diagnostics;
using Azure;
using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Tasks;

namespace Cochin.Functions.Tests.Proof.Races;

/// <summary>The application makes, registers, brings back and deletes backups while the reconciliation runs.</summary>
public sealed class RebuildRoundsTests(AzuriteServer server) : RaceTest(server)
{
    private const string Folder = "storage/prod";

    private readonly ConcurrentDictionary<string, long> registered = new();
    private readonly ConcurrentDictionary<string, long> uploaded = new();
    private readonly ConcurrentQueue<string> removed = new();
    private int registrations;
    private int doubles;
    private int markings;

    [Fact]
    public async Task Backups_ChangedAtAnyMomentOfTheReconciliation_HaveOneTrueRecordEach()
    {
        await Ledger.PlayAsync(ProofScale.Of(14, 400), PlayAsync);

        Ledger.Conclude(
            "3.3",
            "Reconciliation against the application",
            "While it runs, the application uploads backups and writes their rows before or after, "
            + "registers old blobs itself, restores missing blobs and deletes backups. "
            + "Each blob has one row, no existing blob is marked `file_missing`, and no deleted row reappears. "
            + "A table write can't be conditional on other rows or on blobs. So a row that the application inserts "
            + "after the check that follows our insert (if it is inserted before that check, ours is removed again), "
            + "or a blob that is restored between our check and the mark, is counted as in the known window. The next run heals the latter.",
            ("registered", registrations),
            ("doubles in the known window", doubles),
            ("marks in the known window", markings));
        registrations.ShouldBeGreaterThan(0);
    }

    private async Task<bool> PlayAsync(Random random, int round)
    {
        registered.Clear();
        uploaded.Clear();
        removed.Clear();
        var orphans = Names("orphan", 4);
        var gone = Names("gone", 2);
        var kept = Names("kept", 3);
        var back = Names("back", 1);
        var claimed = $"{Folder}/claimed{round}.zip";
        var young = $"{Folder}/young{round}.zip";
        await Task.WhenAll(orphans.Concat(kept).Concat(back).Select(blob => PutOldAsync(blob)));
        await Task.WhenAll(kept.Concat(gone).Select(blob => AddRowAsync(blob, OperationStatus.Completed)));
        await Task.WhenAll(back.Select(blob => AddRowAsync(blob, OperationStatus.FileMissing)));
        await PutOldAsync(claimed);
        await AddOperationAsync(
            OperationKind.Restore,
            IdOf(claimed),
            ("Status", OperationStatus.Running),
            ("BlobName", claimed),
            ("CreatedAt", TimeProvider.System.GetUtcNow()));
        await UploadedAsync(young);
        Func<Task>[] acts =
        [
            () => MakeAsync($"{Folder}/made{round}.zip"),
            () => UploadThenRegisterAsync($"{Folder}/late{round}.zip"),
            () => RegisterAsync(orphans[0]),
            () => RegisterAsync(orphans[1]),
            () => UploadedAsync(gone[0]),
            () => RemoveAsync(kept[0]),
        ];
        var chosen = acts.OrderBy(_ => random.Next()).Take(3).Append(() => RegisterAsync(young)).Select(act => (Act: act, Pause: random.Next(20))).ToArray();

        var (report, met) = await RaceAsync(random, new RebuildBackupPathsOptions(), () => Task.WhenAll(chosen.Select(async one =>
        {
            await Task.Delay(one.Pause, Cancellation);
            await one.Act();
        })));

        Ledger.Expect(report.Outcome == Outcome.Completed, $"the run is {report.Outcome}: {report.Error}");
        registrations += (int)report.Result.Count("registered");
        await JudgeAsync(orphans, gone);
        await ClearAsync();
        return met;

        string[] Names(string kind, int count) => [.. Enumerable.Range(0, count).Select(i => $"{Folder}/{kind}{round}-{i}.zip")];
    }

    private async Task JudgeAsync(string[] orphans, string[] gone)
    {
        var sent = Requests.Sent;
        var lastLook = sent
            .Where(request => request.Method == "GET" && request.Has("Timestamp ge"))
            .Select(request => request.Time)
            .DefaultIfEmpty(long.MaxValue)
            .Max();
        var rows = await Storage.Operations.QueryAsync<TableEntity>(cancellationToken: Cancellation).ToListAsync(Cancellation);
        var end = sent.Max(request => request.Time);
        foreach (var ofBlob in rows.GroupBy(row => row.GetString("BlobName")).Where(ofBlob => ofBlob.Count() > 1))
        {
            var isKnown = ofBlob.Count() == 2 && registered.TryGetValue(ofBlob.Key, out var inserted) && inserted > lastLook;
            doubles += isKnown && registered[ofBlob.Key] < end ? 1 : 0;
            Ledger.Expect(isKnown, $"{ofBlob.Key} has {ofBlob.Count()} rows: {string.Join(", ", ofBlob.Select(row => row.RowKey))}");
        }

        foreach (var row in rows.Where(row => !row.RowKey.StartsWith("app-", StringComparison.Ordinal)))
        {
            Ledger.Expect(
                orphans.Contains(row.GetString("BlobName")),
                $"{row.GetString("BlobName")} was registered by us, and is no orphan: it was being made, or was claimed");
        }

        foreach (var row in rows.Where(row => row.PartitionKey == OperationKind.Backup))
        {
            var (blob, status) = (row.GetString("BlobName"), row.GetString("Status"));
            var isThere = await ContentAsync(blob) is not null;
            if (status == OperationStatus.FileMissing && isThere)
            {
                var lookedAt = sent.Where(request => request.Method == "HEAD" && request.Has(blob)).Select(request => request.Time).DefaultIfEmpty(0).Max();
                var isKnown = uploaded.TryGetValue(blob, out var back) && lookedAt > 0 && back > lookedAt;
                markings += isKnown ? 1 : 0;
                Ledger.Expect(isKnown, $"{row.RowKey} says that {blob} is missing, and it is there");
            }
            else
            {
                Ledger.Expect(
                    status == (isThere ? OperationStatus.Completed : OperationStatus.FileMissing),
                    $"{row.RowKey} is {status}, and {blob} is {(isThere ? "there" : "gone")}");
            }
        }

        foreach (var blob in orphans.Concat(gone).Concat(uploaded.Keys))
        {
            Ledger.Expect(rows.Exists(row => row.GetString("BlobName") == blob), $"{blob} has no row");
        }

        foreach (var id in removed)
        {
            Ledger.Expect(!rows.Exists(row => row.RowKey == id), $"{id} was deleted by the application, and is back");
        }
    }

    private static string IdOf(string blob) => "app-" + Path.GetFileNameWithoutExtension(blob);

    private Task AddRowAsync(string blob, string status) =>
        AddOperationAsync(
            OperationKind.Backup,
            IdOf(blob),
            ("Status", status),
            ("BlobName", blob),
            ("SizeBytes", 3L),
            ("CreatedAt", TimeProvider.System.GetUtcNow()));

    /// <summary>A backup as the contract has it: the row, the blob, the row's end.</summary>
    private async Task MakeAsync(string blob)
    {
        await AddRowAsync(blob, OperationStatus.Running);
        await UploadedAsync(blob);
        await Storage.Operations.UpdateEntityAsync(
            new TableEntity(OperationKind.Backup, IdOf(blob)) { ["Status"] = OperationStatus.Completed },
            ETag.All,
            cancellationToken: Cancellation);
    }

    private async Task UploadThenRegisterAsync(string blob)
    {
        await UploadedAsync(blob);
        await RegisterAsync(blob);
    }

    private async Task RegisterAsync(string blob)
    {
        await AddRowAsync(blob, OperationStatus.Completed);
        registered[blob] = Stopwatch.GetTimestamp();
    }

    private async Task UploadedAsync(string blob)
    {
        await PutAsync(blob, "new");
        uploaded[blob] = Stopwatch.GetTimestamp();
    }

    private async Task RemoveAsync(string blob)
    {
        await Storage.Operations.DeleteEntityAsync(OperationKind.Backup, IdOf(blob), ETag.All, Cancellation);
        await Storage.Backups.DeleteBlobAsync(blob, cancellationToken: Cancellation);
        removed.Enqueue(IdOf(blob));
    }

    private async Task ClearAsync()
    {
        await foreach (var blob in Storage.Backups.GetBlobsAsync(cancellationToken: Cancellation))
        {
            await Storage.Backups.DeleteBlobAsync(blob.Name, cancellationToken: Cancellation);
        }

        await foreach (var row in Storage.Operations.QueryAsync<TableEntity>(cancellationToken: Cancellation))
        {
            await Storage.Operations.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, Cancellation);
        }
    }
}
