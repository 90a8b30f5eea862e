using System.Globalization;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Cochin.Bench.Running;
using Cochin.Functions.Storage;
using Cochin.Functions.Local.Azurite;

namespace Cochin.Bench.Contestants;

/// <summary>
/// An Azurite that begins with very many blobs or rows, two months old. Making them by requests would take it hours,
/// as each costs more the more there are: so they are written into its databases, as copies of one that it made itself.
/// </summary>
internal sealed class FilledAzurite : IAsyncDisposable
{
    private const string Written = "2026-09-01T10:00:00.000Z";

    private FilledAzurite(AzuriteEndpoint endpoint) => Endpoint = endpoint;

    public AzuriteEndpoint Endpoint { get; }

    /// <param name="blobs">Names in the container of the backups, ascending.</param>
    /// <param name="operations">Rows in ascending order of their keys, with the same columns of the same types.</param>
    /// <param name="content">The content of each blob; null for empty blobs.</param>
    public static Task<FilledAzurite> StartAsync(
        BenchContext context,
        IReadOnlyList<string> blobs,
        IReadOnlyList<TableEntity> operations,
        CancellationToken cancellationToken,
        BinaryData? content = null)
    {
        return StartAsync(context, MakeFirstAsync, Fill, cancellationToken);

        async Task MakeFirstAsync(AzuriteEndpoint endpoint)
        {
            var storage = new StorageConnection(endpoint.ConnectionString).Connect(new StorageNames());
            await storage.Backups.CreateAsync(cancellationToken: cancellationToken);
            await storage.Operations.CreateAsync(cancellationToken);
            await storage.Operations.AddEntityAsync(operations[0], cancellationToken);
            if (blobs.Count > 0)
            {
                await storage.Backups.UploadBlobAsync(blobs[0], content ?? BinaryData.Empty, cancellationToken);
            }
        }

        void Fill(CochinStorage storage, string location)
        {
            if (blobs.Count > 0)
            {
                FillBlobs(storage, location, blobs);
            }

            FillRows(storage.Operations, location, operations.Count, (properties, i) =>
            {
                foreach (var (column, value) in operations[i])
                {
                    properties[column] = value is DateTimeOffset time ? time.UtcDateTime.ToString("O") : Convert.ToString(value, CultureInfo.InvariantCulture);
                }
            });
        }
    }

    /// <param name="makeFirst">Makes the first blob and rows by requests.</param>
    /// <param name="fill">Makes the others, in the databases in this folder; nothing runs meanwhile.</param>
    public static async Task<FilledAzurite> StartAsync(
        BenchContext context, Func<AzuriteEndpoint, Task> makeFirst, Action<CochinStorage, string> fill, CancellationToken cancellationToken)
    {
        var script = await new AzuritePackage(context.Root).EnsureAsync(context.Say, cancellationToken);
        var (location, log) = (Path.Combine(context.Folder, "azurite"), Path.Combine(context.Folder, "azurite.log"));
        var first = await AzuriteProcess.StartAsync(script, location, log, context.Say, cancellationToken);
        try
        {
            await makeFirst(first);
        }
        finally
        {
            await AzuriteProcess.StopAsync(first, context.Say);
        }

        fill(new StorageConnection(first.ConnectionString).Connect(new StorageNames()), location);
        var before = Environment.GetEnvironmentVariable("NODE_OPTIONS");
        Environment.SetEnvironmentVariable("NODE_OPTIONS", $"--require \"{Path.Combine(AppContext.BaseDirectory, "Contestants", "frozen.cjs")}\"");
        try
        {
            return new FilledAzurite(await AzuriteProcess.StartAsync(script, location, log, context.Say, cancellationToken));
        }
        finally
        {
            Environment.SetEnvironmentVariable("NODE_OPTIONS", before);
        }
    }

    /// <summary>Makes copies of the first backup, and drops all other blobs.</summary>
    /// <param name="names">Ascending; the first is that of the first backup.</param>
    public static void FillBlobs(CochinStorage storage, string location, IReadOnlyList<string> names) => AzuriteDatabase.Fill(
        Path.Combine(location, "__azurite_db_blob__.json"),
        "$BLOBS_COLLECTION$",
        names.Count,
        (blob, i) =>
        {
            var properties = blob["properties"]!;
            blob["name"] = names[i];
            properties["etag"] = string.Create(CultureInfo.InvariantCulture, $"\"0x{i + 1:X15}\"");
            properties["creationTime"] = Written;
            properties["lastModified"] = Written;
        },
        blob => (string?)blob["containerName"] == storage.Names.BackupContainer);

    /// <summary>Makes copies of the first row of a table.</summary>
    /// <param name="change">Makes the columns, with the keys, those of the row of that number. The keys have to be ascending.</param>
    public static void FillRows(TableClient table, string location, int count, Action<JsonObject, int> change) => AzuriteDatabase.Fill(
        Path.Combine(location, "__azurite_db_table__.json"),
        $"{table.AccountName}${table.Name}",
        count,
        (row, i) =>
        {
            var properties = row["properties"]!.AsObject();
            change(properties, i);
            row["PartitionKey"] = (string?)properties["PartitionKey"];
            row["RowKey"] = (string?)properties["RowKey"];
            row["lastModifiedTime"] = Written;
            properties["Timestamp"] = Written;
        });

    public async ValueTask DisposeAsync() => await AzuriteProcess.StopAsync(Endpoint, Console.Error.WriteLine);
}
