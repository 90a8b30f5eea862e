using Azure.Data.Tables;
using Azure.Storage.Blobs;
using BenchmarkDotNet.Attributes;
using Cochin.Bench.Simulation;
using Cochin.Functions.Jobs;
using Cochin.Functions.Local.Azurite;
using Cochin.Functions.Storage;
using Cochin.Functions.Storage.Batch;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks.CleanupTempFiles;

namespace Cochin.Bench.Micro;

/// <summary>What is done once for each blob, row or tick. Public, as BenchmarkDotNet derives from it.</summary>
public class HotParts
{
    private const int Items = 5_000;
    private const int RowsInTable = 100_000;

    private static readonly DateTimeOffset Written = new(2026, 9, 1, 10, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 22, 7, 0, TimeSpan.Zero);

    private ListedBlob[] blobs = [];
    private byte[] page = [];
    private TableEntity[] operationRows = [];
    private TableEntity[] devisRows = [];
    private Operation[] operations = [];
    private RecordIndex index = new(new Uri("https://cochin.blob.core.windows.net/backups"));
    private JobSchedule schedule = null!;
    private PartSigner signer = null!;
    private BlobToDelete[] parts = [];

    [GlobalSetup]
    public async Task PrepareAsync()
    {
        var temporary = new BlobSet(new BlobArea("temp/", Items, BlobsInUnit: 10));
        page = await BlobPages.Write(temporary, deleted: null, new Dictionary<string, string> { ["prefix"] = "temp/" }).ReadAsByteArrayAsync();
        blobs = [.. ListingReader.Read(new MemoryStream(page), new ListingQuery("temp/")).Blobs];

        var service = new BlobServiceClient(new AzuriteEndpoint(0, 10_000, 10_001, 10_002).ConnectionString);
        var container = service.GetBlobContainerClient("backups");
        signer = new PartSigner(BlobAccess.Of(service, new BlobClientOptions().Retry));
        parts = [.. blobs.Take(BlobBatchClient.MaxParts).Select(blob => new BlobToDelete(container.GetBlobClient(blob.Name).Uri, blob.ETag))];

        var backups = BlobSet.Backups(RowsInTable);
        operationRows = [.. Enumerable.Range(0, Items).Select(i => OperationRow(backups.Name(i)))];
        devisRows = [.. Enumerable.Range(0, Items).Select(DevisRowOf)];
        operations = [.. Enumerable.Range(0, RowsInTable).Select(i => Operation.From(OperationRow(backups.Name(i))))];
        index = Filled(operations);
        if (!JobSchedule.TryParse("0 0 2 * * *", TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"), out var parsed, out var problem))
        {
            throw new InvalidOperationException(problem);
        }

        schedule = parsed;
    }

    [Benchmark(Description = "read a page of a listing|blob", OperationsPerInvoke = Items)]
    public int ReadListing() => ListingReader.Read(new MemoryStream(page), new ListingQuery("temp/")).Blobs.Count;

    [Benchmark(Description = "group blobs into units of ten|blob", OperationsPerInvoke = Items)]
    public int GroupUnits()
    {
        var grouper = new UnitGrouper("temp", blobsToKeep: 0);
        var units = 0;
        foreach (var blob in blobs)
        {
            units += grouper.Add(blob).Count();
        }

        return units + grouper.Finish().Count();
    }

    [Benchmark(Description = "put records into an empty index|row", OperationsPerInvoke = RowsInTable)]
    public object FillIndex() => Filled(operations);

    [Benchmark(Description = "look a blob up in the index|blob", OperationsPerInvoke = Items)]
    public int LookUp()
    {
        var found = 0;
        for (var i = 0; i < Items; i++)
        {
            found += index.Of(operations[i * (RowsInTable / Items)].BlobName!) == default ? 0 : 1;
        }

        return found;
    }

    [Benchmark(Description = "map a row of the operations table|row", OperationsPerInvoke = Items)]
    public int MapOperations()
    {
        var completed = 0;
        foreach (var row in operationRows)
        {
            completed += Operation.From(row).HasEnded ? 1 : 0;
        }

        return completed;
    }

    [Benchmark(Description = "map a row of the quotes table|row", OperationsPerInvoke = Items)]
    public int MapDevis()
    {
        var active = 0;
        foreach (var row in devisRows)
        {
            active += DevisRow.From(row).Statut is true ? 1 : 0;
        }

        return active;
    }

    [Benchmark(Description = "find the latest occurrence of a daily job|tick")]
    public object? LatestOccurrence() => schedule.Latest(Now);

    [Benchmark(Description = "sign and write a part of a batch|blob", OperationsPerInvoke = BlobBatchClient.MaxParts)]
    public async Task<int> WriteBatchAsync()
    {
        var writer = new BatchWriter("batch_00000000-0000-0000-0000-000000000000");
        for (var i = 0; i < BlobBatchClient.MaxParts; i++)
        {
            using var part = await signer.SignAsync(parts[i], CancellationToken.None);
            writer.Add(part.Request);
        }

        return writer.Finish().Length;
    }

    private static RecordIndex Filled(Operation[] operations)
    {
        var index = new RecordIndex(new Uri("https://cochin.blob.core.windows.net/backups"));
        foreach (var operation in operations)
        {
            index.Add(operation);
        }

        return index;
    }

    private static TableEntity OperationRow(string blobName) => new(OperationKind.Backup, blobName.Replace('/', '-'))
    {
        ["Name"] = "nightly",
        ["Status"] = OperationStatus.Completed,
        ["Type"] = "full",
        ["Configuration"] = "site",
        ["BlobName"] = blobName,
        ["SizeBytes"] = 1_000_000L,
        ["Sha256"] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ["CreatedAt"] = Written,
        ["StartedAt"] = Written,
        ["CompletedAt"] = Written,
        ["CreatedBy"] = "7",
    };

    private static TableEntity DevisRowOf(int number) => new(DevisRow.Partition, $"D{number:D6}")
    {
        ["Montant"] = "1234.56",
        ["Statut"] = true,
        ["DateDebut"] = "2026-09-01",
        ["DateRendu"] = "2026-09-30",
        ["AgentPlateforme"] = "Agent",
    };
}
