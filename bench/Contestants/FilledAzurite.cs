using System.Globalization;
using Azure.Data.Tables;
using Cochin.Bench.Running;
using Cochin.Functions.Storage;
using Cochin.Functions.Local.Azurite;

namespace Cochin.Bench.Contestants;

/// <summary>
/// An Azurite that begins with very many blobs or rows, two months old, the blobs without content. Making them by requests would take it hours,
/// as each costs more the more there are: so they are written into its databases, as copies of one that it made itself.
/// </summary>
internal sealed class FilledAzurite : IAsyncDisposable
{
    private const string Written = "2026-09-01T10:00:00.000Z";

    private FilledAzurite(AzuriteEndpoint endpoint) => Endpoint = endpoint;

    public AzuriteEndpoint Endpoint { get; }

    /// <param name="blobs">Names in the container of the backups, ascending.</param>
    /// <param name="operations">Rows in ascending order of their keys, with the same columns of the same types.</param>
    public static async Task<FilledAzurite> StartAsync(
        BenchContext context,
        IReadOnlyList<string> blobs,
        IReadOnlyList<TableEntity> operations,
        CancellationToken cancellationToken)
    {
        var script = await new AzuritePackage(context.Root).EnsureAsync(context.Say, cancellationToken);
        var (location, log) = (Path.Combine(context.Folder, "azurite"), Path.Combine(context.Folder, "azurite.log"));
        CochinStorage storage;
        var first = await AzuriteProcess.StartAsync(script, location, log, context.Say, cancellationToken);
        try
        {
            storage = new StorageConnection(first.ConnectionString).Connect(new StorageNames());
            await storage.Backups.CreateAsync(cancellationToken: cancellationToken);
            await storage.Operations.CreateAsync(cancellationToken);
            await storage.Operations.AddEntityAsync(operations[0], cancellationToken);
            if (blobs.Count > 0)
            {
                await storage.Backups.UploadBlobAsync(blobs[0], BinaryData.Empty, cancellationToken);
            }
        }
        finally
        {
            await AzuriteProcess.StopAsync(first, context.Say);
        }

        if (blobs.Count > 0)
        {
            AzuriteDatabase.Fill(Path.Combine(location, "__azurite_db_blob__.json"), "$BLOBS_COLLECTION$", blobs.Count, (blob, i) =>
            {
                var properties = blob["properties"]!;
                blob["name"] = blobs[i];
                properties["etag"] = string.Create(CultureInfo.InvariantCulture, $"\"0x{i + 1:X15}\"");
                properties["creationTime"] = Written;
                properties["lastModified"] = Written;
            });
        }

        var table = $"{storage.Operations.AccountName}${storage.Operations.Name}";
        AzuriteDatabase.Fill(Path.Combine(location, "__azurite_db_table__.json"), table, operations.Count, (row, i) =>
        {
            var properties = row["properties"]!;
            foreach (var (column, value) in operations[i])
            {
                properties[column] = value is DateTimeOffset time ? time.UtcDateTime.ToString("O") : Convert.ToString(value, CultureInfo.InvariantCulture);
            }

            row["PartitionKey"] = operations[i].PartitionKey;
            row["RowKey"] = operations[i].RowKey;
            row["lastModifiedTime"] = Written;
            properties["Timestamp"] = Written;
        });

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

    public async ValueTask DisposeAsync() => await AzuriteProcess.StopAsync(Endpoint, Console.Error.WriteLine);
}
