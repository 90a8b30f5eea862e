using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tests.Proof.Model;

/// <summary>The store as it is, read by plain requests and nothing of the program's.</summary>
internal sealed record Snapshot
{
    public required Dictionary<string, ModelBlob> Blobs { get; init; }

    public required Dictionary<string, ModelOperation> Operations { get; init; }

    public required Dictionary<string, ModelQuote> Quotes { get; init; }

    /// <summary>Job, occurrence, outcome and task of each run record.</summary>
    public required List<(string Job, DateTimeOffset? Occurrence, string Outcome, string Task)> Runs { get; init; }

    public required Dictionary<string, DateTimeOffset?> Settled { get; init; }

    /// <summary>The tasks whose lock is leased.</summary>
    public required HashSet<string> Locked { get; init; }

    /// <summary>Action, target and result of each line of the audit log.</summary>
    public required List<(string Action, string Target, string Result)> Audit { get; init; }

    public static async Task<Snapshot> ReadAsync(CochinStorage storage, CancellationToken cancellationToken)
    {
        var operations = (await RowsAsync(storage.Operations, cancellationToken)).Select(row => new ModelOperation(
            row.PartitionKey, row.RowKey, row.GetString("Status"), LastSign(row), row.GetString("WorkPath"), row.GetString("BlobName"))
        {
            Sha256 = row.GetString("Sha256"),
            VerifiedETag = row.GetString("VerifiedETag"),
            IsDamaged = row.ContainsKey("Damage"),
            CompletedAt = row.GetDateTimeOffset("CompletedAt"),
            CreatedAt = row.GetDateTimeOffset("CreatedAt")!.Value,
            BackupId = row.GetString("BackupId"),
            IsProtected = row.GetBoolean("Protected") is true,
            IsPruneBegun = row.ContainsKey("PruneStartedAt"),
            VerifiedAt = row.GetDateTimeOffset("VerifiedAt"),
            Configuration = row.GetString("Configuration") ?? "",
            CreatedBy = row.GetString("CreatedBy"),
            SizeBytes = row.GetInt64("SizeBytes"),
            PrunedAt = row.GetDateTimeOffset("PrunedAt"),
        });
        var quotes = (await RowsAsync(storage.Devis, cancellationToken)).Select(row => (row.RowKey, new ModelQuote(
            row.GetBoolean("Statut") is true,
            row.GetString("DateDebut"),
            row.GetString("DateRendu") is { Length: > 0 } end ? end : null,
            row.GetString("StartNotifiedFor"),
            row.GetString("EndNotifiedFor"))));
        var runs = (await RowsAsync(storage.Runs, cancellationToken))
            .Select(row => (row.PartitionKey, row.GetDateTimeOffset("Occurrence"), row.GetString("Outcome"), row.GetString("Task")));
        var settled = (await RowsAsync(storage.Jobs, cancellationToken)).ToDictionary(row => row.RowKey, row => row.GetDateTimeOffset("SettledOccurrence"));
        HashSet<string> locked = [];
        List<(string, string, string)> audit = [];
        if (await storage.System.ExistsAsync(cancellationToken))
        {
            await foreach (var blob in storage.System.GetBlobsAsync(cancellationToken: cancellationToken))
            {
                if (blob.Name.StartsWith("locks/", StringComparison.Ordinal) && blob.Properties.LeaseState == LeaseState.Leased)
                {
                    locked.Add(blob.Name["locks/".Length..]);
                }
                else if (blob.Name.StartsWith("audit/", StringComparison.Ordinal))
                {
                    var text = (await storage.System.GetBlobClient(blob.Name).DownloadContentAsync(cancellationToken)).Value.Content.ToString();
                    audit.AddRange(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Line));
                }
            }
        }

        return new Snapshot
        {
            Blobs = await storage.Backups.GetBlobsAsync(cancellationToken: cancellationToken).ToDictionaryAsync(
                blob => blob.Name,
                blob => new ModelBlob(
                    blob.Properties.LastModified!.Value,
                    blob.Properties.ETag!.Value.ToString("H"),
                    blob.Properties.LeaseState == LeaseState.Leased)
                {
                    Bytes = blob.Properties.ContentLength!.Value,
                },
                cancellationToken: cancellationToken),
            Operations = operations.ToDictionary(operation => $"{operation.Kind}/{operation.Id}"),
            Quotes = quotes.ToDictionary(quote => quote.RowKey, quote => quote.Item2),
            Runs = [.. runs],
            Settled = settled,
            Locked = locked,
            Audit = audit,
        };
    }

    private static DateTimeOffset LastSign(TableEntity row) =>
        new[] { row.GetDateTimeOffset("CreatedAt"), row.GetDateTimeOffset("StartedAt"), row.GetDateTimeOffset("HeartbeatAt") }.Max()!.Value;

    private static (string Action, string Target, string Result) Line(string line)
    {
        var json = JsonDocument.Parse(line).RootElement;
        return (json.GetProperty("action").GetString()!, json.GetProperty("target").GetString()!, json.GetProperty("result").GetString()!);
    }

    private static async Task<List<TableEntity>> RowsAsync(TableClient table, CancellationToken cancellationToken)
    {
        try
        {
            return await table.QueryAsync<TableEntity>(cancellationToken: cancellationToken).ToListAsync(cancellationToken);
        }
        catch (Azure.RequestFailedException e) when (e.Status == 404)
        {
            return [];
        }
    }
}
