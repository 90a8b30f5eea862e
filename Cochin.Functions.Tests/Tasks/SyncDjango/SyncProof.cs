using System.Globalization;
using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango;

/// <summary>
/// Random installations, each synchronized, changed on both sides, and synchronized again, compared with a reference that keeps everything in
/// memory and says of each row what its columns have to be. After each, a run without changes writes nothing.
/// </summary>
public sealed class SyncProof(AzuriteServer server) : SyncTest(server)
{
    private static readonly string[] Statuses = ["pending", "running", "completed", "completed", "failed", "cancelled", "file_missing"];
    private static readonly string[] Marks = ["failed", "file_missing", "pruned", "completed"];

    // An id that is used again may be that of another record.
    private static readonly string[] Times = ["2026-11-28 03:00:02.104000", "2026-11-28 03:00:02.104000", "2026-11-30 03:00:02"];

    // What the reference knows: the application's status of each backup, and what the row has to have.
    private readonly SortedDictionary<long, (string Status, string Name, string Created)> source = [];
    private readonly Dictionary<long, (string Status, string Synced, string Name, string Created)> rows = [];
    private readonly SortedDictionary<long, (string Number, string Start, bool Sent)> quotes = [];
    private readonly Dictionary<long, (string Number, string Start, string? Announced)> quoteRows = [];
    private int others;
    private int setBack;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Run_RandomChangesOnBothSides_AgreesWithTheReference(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 8; round++)
        {
            for (var i = random.Next(1, 12); i > 0; i--)
            {
                ChangeSource(random);
            }

            for (var i = random.Next(0, 4); i > 0; i--)
            {
                await ChangeStoreAsync(random);
            }

            var result = await RunAsync();
            var (changed, rejected) = Refer();
            result.Outcome.ShouldBe(rejected > 0 ? Outcome.Partial : Outcome.Completed, result.Error);
            (result.Count("written"), result.Count("rejected")).ShouldBe((changed, rejected), $"seed {seed}, round {round}");
            (await ReadAsync()).ShouldBe(Expected(), $"seed {seed}, round {round}");

            var writes = Writes();
            await RunAsync(storage: NewStorage(writes));
            writes.Count.ShouldBe(0, $"seed {seed}, round {round}");
        }

        (others + setBack).ShouldBePositive();
    }

    private void ChangeSource(Random random)
    {
        var id = random.Next(1, 8);
        var status = Statuses[random.Next(Statuses.Length)];
        switch (random.Next(7))
        {
            case 0 or 1 or 5 when !source.ContainsKey(id):
                var created = Times[random.Next(Times.Length)];
                Django.AddBackup(id, ("status", status), ("file_path", ""), ("created_at", created));
                source[id] = (status, $"backup {id}", created);
                break;
            case 0 or 5 when source.ContainsKey(id):
                Django.Execute("DELETE FROM backup_manager_backuphistory WHERE id = $id", ("$id", id));
                source.Remove(id);
                break;
            case 2 when source.Count > 0:
                id = (int)source.Keys.ElementAt(random.Next(source.Count));
                var name = $"named {random.Next()}";
                Django.Execute(
                    "UPDATE backup_manager_backuphistory SET status = $status, backup_name = $name WHERE id = $id",
                    ("$status", status), ("$name", name), ("$id", id));
                source[id] = source[id] with { Status = status, Name = name };
                break;
            case 6 when source.Count > 0:
                id = (int)source.Keys.ElementAt(random.Next(source.Count));
                var next = source[id].Status == "completed" ? "running" : "completed";
                Django.Execute("UPDATE backup_manager_backuphistory SET status = $status WHERE id = $id", ("$status", next), ("$id", id));
                source[id] = source[id] with { Status = next };
                break;
            case 3 when !quotes.ContainsKey(id):
                var isSent = random.Next(2) == 0;
                Django.AddRecord(id, 1, isSent, false, [("numero_devis", $"DV/{id % 50}"), ("statut", "True"), ("date_debut", "2026-11-30")]);
                quotes[id] = ($"DV/{id % 50}", "2026-11-30", isSent);
                break;
            case 4 when quotes.Count > 0:
                id = (int)quotes.Keys.ElementAt(random.Next(quotes.Count));
                var start = new DateOnly(2026, 12, random.Next(1, 28)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                Django.SetQuote(id, "date_debut", start);
                quotes[id] = quotes[id] with { Start = start };
                break;
        }
    }

    private async Task ChangeStoreAsync(Random random)
    {
        if (rows.Count > 0)
        {
            var id = rows.Keys.Order().ElementAt(random.Next(rows.Count));
            var mark = Marks[random.Next(Marks.Length)];
            await ChangeBackupAsync(await BackupAsync(id), ("Status", mark));
            rows[id] = rows[id] with { Status = mark };
        }

        if (quoteRows.Count > 0)
        {
            var id = quoteRows.Keys.Order().ElementAt(random.Next(quoteRows.Count));
            await ChangeAsync(Storage.Devis, await QuoteAsync($"django-{id}"), ("StartNotifiedFor", quoteRows[id].Start));
            quoteRows[id] = quoteRows[id] with { Announced = quoteRows[id].Start };
        }
    }

    /// <returns>How many rows differ from before, and how many records are not those of their rows.</returns>
    private (long Changed, long Rejected) Refer()
    {
        var (changed, rejected) = (0L, 0L);
        foreach (var (id, (status, name, created)) in source)
        {
            var before = rows.TryGetValue(id, out var row);
            if (before && row.Created != created)
            {
                rejected++;
                others++;
                continue;
            }

            var isSetBack = before && row is { Status: "completed" } && row.Synced != status && status is ("pending" or "running");
            var after = isSetBack ? row : (before && row.Synced == status ? row.Status : status, status, name, created);
            setBack += isSetBack ? 1 : 0;
            changed += before && row == after ? 0 : 1;
            rows[id] = after;
        }

        foreach (var (id, (number, start, isSent)) in quotes)
        {
            var before = quoteRows.TryGetValue(id, out var row);
            var after = (number, start, row.Announced ?? (isSent ? start : null));
            changed += before && row == after ? 0 : 1;
            quoteRows[id] = after;
        }

        return (changed, rejected);
    }

    private List<string> Expected() =>
    [
        .. rows.Select(row => $"django-{row.Key} {row.Value.Status} {row.Value.Synced} {row.Value.Name}")
            .Concat(quoteRows.Select(row => $"devis django-{row.Key} {row.Value.Number} {row.Value.Start} {row.Value.Announced}"))
            .Order(StringComparer.Ordinal),
    ];

    private async Task<List<string>> ReadAsync()
    {
        var read = new List<string>();
        await foreach (var row in Storage.Operations.ReadAsync($"PartitionKey eq '{OperationKind.Backup}'", cancellationToken: Cancellation))
        {
            read.Add($"{row.RowKey} {row.GetString("Status")} {row.GetString("SyncedStatus")} {row.GetString("Name")}");
        }

        await foreach (var row in Storage.Devis.ReadAsync($"PartitionKey eq '{DevisRow.Partition}'", cancellationToken: Cancellation))
        {
            read.Add($"devis {row.RowKey} {row.GetString("Numero")} {row.GetString("DateDebut")} {row.GetString("StartNotifiedFor")}");
        }

        return [.. read.Order(StringComparer.Ordinal)];
    }
}
