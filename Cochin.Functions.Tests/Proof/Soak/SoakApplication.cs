using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tests.Proof.Soak;

/// <summary>An application that leaves work behind, and things that nobody may touch.</summary>
/// <param name="past">The same storage, where what is written is old.</param>
internal sealed class SoakApplication(CochinStorage storage, CochinStorage past, Random chance)
{
    private readonly ConcurrentQueue<string> rubbish = new();
    private readonly ConcurrentQueue<string> keepsakes = new();
    private readonly ConcurrentQueue<string> stuck = new();
    private readonly ConcurrentQueue<string> alive = new();
    private readonly ConcurrentQueue<string> orphans = new();
    private readonly ConcurrentQueue<string> quotes = new();

    /// <summary>How much there was to do.</summary>
    public int Owed => rubbish.Count + stuck.Count + orphans.Count + quotes.Count;

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await storage.Operations.CreateIfNotExistsAsync(cancellationToken);
        await storage.Devis.CreateIfNotExistsAsync(cancellationToken);
    }

    public async Task WorkAsync(CancellationToken end)
    {
        for (var i = 0; !end.IsCancellationRequested; i++)
        {
            await LeaveAsync(i, TestContext.Current.CancellationToken);
            await Task.Delay(200 + chance.Next(400), end).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>What the jobs have not done yet.</summary>
    public async Task<IReadOnlyList<string>> FindUndoneAsync(IReadOnlyList<JsonElement> embeds, CancellationToken cancellationToken)
    {
        var blobs = (await BlobsAsync(cancellationToken)).ToHashSet();
        var rows = await RowsAsync(cancellationToken);
        var alerts = string.Concat(embeds.Select(embed => embed.GetRawText()));
        return
        [
            .. rubbish.Where(blobs.Contains).Select(blob => $"{blob} is still there"),
            .. quotes.Where(quote => !alerts.Contains(quote, StringComparison.Ordinal)).Select(quote => $"{quote} was not announced"),
            .. stuck.Where(id => StatusOf(id) != OperationStatus.Failed).Select(id => $"{id} is {StatusOf(id)}, and stuck"),
            .. alive.Where(id => StatusOf(id) != OperationStatus.Running).Select(id => $"{id} is {StatusOf(id)}, and alive"),
            .. orphans
                .Where(blob => rows.Count(row => row.GetString("BlobName") == blob) != 1)
                .Select(blob => $"{blob} has {rows.Count(row => row.GetString("BlobName") == blob)} rows"),
        ];

        string? StatusOf(string id) => rows.Find(row => row.RowKey == id)?.GetString("Status");
    }

    /// <summary>How often the alert that was sent most often was sent.</summary>
    public int MostAlerts(IReadOnlyList<JsonElement> embeds) =>
        quotes.Select(quote => embeds.Count(embed => embed.GetRawText().Contains(quote, StringComparison.Ordinal))).DefaultIfEmpty(0).Max();

    /// <summary>What is gone, and had to stay.</summary>
    public async Task<IReadOnlyCollection<string>> WrongDeletionsAsync(CancellationToken cancellationToken)
    {
        var blobs = (await BlobsAsync(cancellationToken)).ToHashSet();
        return [.. keepsakes.Concat(orphans).Where(blob => !blobs.Contains(blob))];
    }

    private async Task LeaveAsync(int i, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        switch (chance.Next(6))
        {
            case 0:
                await PutAsync(past, $"temp/rubbish{i}/{chance.Next(9)}", rubbish, cancellationToken);
                break;
            case 1:
                await PutAsync(storage, $"uploads/fresh{i}", keepsakes, cancellationToken);
                break;
            case 2:
                // As the contract has it: the row first, then what it uses, however old that is.
                await AddAsync(
                    new TableEntity(OperationKind.Restore, $"alive{i}")
                    {
                        ["Status"] = OperationStatus.Running,
                        ["CreatedAt"] = now,
                        ["WorkPath"] = $"restore_temp/work{i}/",
                    },
                    cancellationToken);
                alive.Enqueue($"alive{i}");
                await PutAsync(past, $"restore_temp/work{i}/data", keepsakes, cancellationToken);
                break;
            case 3:
                await AddAsync(
                    new TableEntity(OperationKind.Backup, $"stuck{i}") { ["Status"] = OperationStatus.Pending, ["CreatedAt"] = now.AddHours(-10) },
                    cancellationToken);
                stuck.Enqueue($"stuck{i}");
                break;
            case 4:
                await PutAsync(past, $"storage/prod/orphan{i}.zip", orphans, cancellationToken);
                break;
            default:
                await storage.Devis.AddEntityAsync(
                    new TableEntity("devis", $"Q{i}Q")
                    {
                        ["Statut"] = true,
                        ["Montant"] = "12.50",
                        ["DateDebut"] = now.UtcDateTime.AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                    },
                    cancellationToken);
                quotes.Enqueue($"Q{i}Q");
                break;
        }
    }

    private static async Task PutAsync(CochinStorage to, string name, ConcurrentQueue<string> list, CancellationToken cancellationToken)
    {
        await to.Backups.GetBlobClient(name).UploadAsync(BinaryData.FromString("content"), cancellationToken);
        list.Enqueue(name);
    }

    private Task AddAsync(TableEntity row, CancellationToken cancellationToken) => storage.Operations.AddEntityAsync(row, cancellationToken);

    private async Task<List<string>> BlobsAsync(CancellationToken cancellationToken) =>
        await storage.Backups.GetBlobsAsync(cancellationToken: cancellationToken).Select(blob => blob.Name).ToListAsync(cancellationToken);

    private async Task<List<TableEntity>> RowsAsync(CancellationToken cancellationToken) =>
        await storage.Operations.QueryAsync<TableEntity>(cancellationToken: cancellationToken).ToListAsync(cancellationToken);
}
