using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Cochin.Bench.Running;
using Cochin.Functions.Storage.Azurite;

namespace Cochin.Bench.Reconciliation;

/// <summary>
/// An Azurite that begins with very many blobs, without content and two months old. Uploading them would take it hours, as each costs more the
/// more there are: so they are written into its database, as copies of one that it made itself.
/// </summary>
internal sealed class FilledAzurite : IAsyncDisposable
{
    private const string Database = "__azurite_db_blob__.json";
    private const string DataMark = "\"COPIES\"";
    private const string Written = "2026-09-01T10:00:00.000Z";

    private FilledAzurite(AzuriteEndpoint endpoint) => Endpoint = endpoint;

    public AzuriteEndpoint Endpoint { get; }

    /// <param name="names">In ascending order.</param>
    public static async Task<FilledAzurite> StartAsync(BenchContext context, string container, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var script = await new AzuritePackage(context.Root).EnsureAsync(context.Say, cancellationToken);
        var (location, log) = (Path.Combine(context.Folder, "azurite"), Path.Combine(context.Folder, "azurite.log"));
        var first = await AzuriteProcess.StartAsync(script, location, log, cancellationToken);
        try
        {
            var made = new BlobServiceClient(first.ConnectionString).GetBlobContainerClient(container);
            await made.CreateAsync(cancellationToken: cancellationToken);
            await made.UploadBlobAsync(names[0], BinaryData.Empty, cancellationToken);
        }
        finally
        {
            await AzuriteProcess.StopAsync(first);
        }

        Fill(Path.Combine(location, Database), names);
        var before = Environment.GetEnvironmentVariable("NODE_OPTIONS");
        Environment.SetEnvironmentVariable("NODE_OPTIONS", $"--require \"{Path.Combine(AppContext.BaseDirectory, "Reconciliation", "frozen.cjs")}\"");
        try
        {
            return new FilledAzurite(await AzuriteProcess.StartAsync(script, location, log, cancellationToken));
        }
        finally
        {
            Environment.SetEnvironmentVariable("NODE_OPTIONS", before);
        }
    }

    public async ValueTask DisposeAsync() => await AzuriteProcess.StopAsync(Endpoint);

    private static void Fill(string file, IReadOnlyList<string> names)
    {
        var database = JsonNode.Parse(File.ReadAllText(file))!;
        var blobs = database["collections"]!.AsArray().Single(collection => (string?)collection!["name"] == "$BLOBS_COLLECTION$")!;
        var model = blobs["data"]![0]!.AsObject();
        model["properties"]!["creationTime"] = Written;
        model["properties"]!["lastModified"] = Written;

        var copies = new StringBuilder();
        for (var i = 0; i < names.Count; i++)
        {
            model["name"] = names[i];
            model["$loki"] = i + 1;
            model["properties"]!["etag"] = string.Create(CultureInfo.InvariantCulture, $"\"0x{i + 1:X15}\"");
            copies.Append(i == 0 ? "" : ",").Append(model.ToJsonString());
        }

        // Each index is the places of the documents in the order of one of their members: they are in order of names, and alike in all else.
        blobs["maxId"] = names.Count;
        foreach (var (_, index) in blobs["binaryIndices"]!.AsObject())
        {
            index!["values"] = new JsonArray([.. Enumerable.Range(0, names.Count).Select(i => (JsonNode)i)]);
        }

        blobs["data"] = "COPIES";
        var text = database.ToJsonString().Split(DataMark, 2);
        File.WriteAllText(file, $"{text[0]}[{copies}]{text[1]}");
    }
}
