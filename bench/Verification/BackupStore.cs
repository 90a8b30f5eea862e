using System.Globalization;
using System.Security.Cryptography;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Cochin.Bench.Contestants;
using Cochin.Bench.Measuring;
using Cochin.Bench.Running;
using Cochin.Functions.Storage;

namespace Cochin.Bench.Verification;

/// <summary>Copies of one backup on an Azurite instance, with their rows. The copies share their data, so large backups need little space.</summary>
internal sealed class BackupStore : IAsyncDisposable
{
    private const string Configuration = "site";

    private static readonly DateTimeOffset Created = new(2026, 9, 1, 10, 0, 0, TimeSpan.Zero);

    private readonly BenchAzurite azurite;
    private readonly CochinStorage storage;
    private readonly string root;
    private readonly BackupContents contents;
    private readonly int count;
    private long size;
    private string sha256 = "";

    private BackupStore(BenchAzurite azurite, string root, BackupContents contents, int count)
    {
        (this.azurite, this.root, this.contents, this.count) = (azurite, root, contents, count);
        storage = azurite.Connection.Connect(new StorageNames());
    }

    public Contestant Verification => new("`cochin verify_backups`", () => CochinProgram.Start(
        root,
        [new("CochinStorage", azurite.Endpoint.ConnectionString), new("Cochin__Backups__DjangoSecretKey", FernetWriter.SecretKey)],
        "verify_backups"))
    {
        CheckAsync = CheckAsync,
    };

    public Contestant Download => new("bare download, SDK", () => OwnProgram.Start(
        BareDownload.Name, azurite.Endpoint.ConnectionString, (size * count).ToString(CultureInfo.InvariantCulture)));

    public long TotalBytes => size * count;

    public int ServerId => azurite.Endpoint.ProcessId;

    /// <param name="size">The approximate size of each backup, in bytes.</param>
    public static async Task<BackupStore> StartAsync(BenchContext context, BackupContents contents, int count, long size, CancellationToken cancellationToken)
    {
        var location = Directory.CreateDirectory(Path.Combine(context.Folder, Path.GetRandomFileName())).FullName;
        context.Say($"creating {count} backups of {size / 1e6:N0} MB ({contents.Level}) …");
        var store = new BackupStore(await BenchAzurite.StartAsync(context, location, cancellationToken), context.Root, contents, count);
        try
        {
            await store.FillAsync(Path.Combine(location, "backup" + contents.Extension), size, cancellationToken);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes all backups due.</summary>
    public async Task ResetAsync(CancellationToken cancellationToken) =>
        await storage.Operations.SubmitTransactionAsync(
            Enumerable.Range(0, count).Select(i => new TableTransactionAction(TableTransactionActionType.UpsertReplace, Row(i))), cancellationToken);

    public ValueTask DisposeAsync() => azurite.DisposeAsync();

    private async Task FillAsync(string path, long approximateSize, CancellationToken cancellationToken)
    {
        await contents.WriteAsync(path, approximateSize, cancellationToken);
        size = new FileInfo(path).Length;
        await using (var file = File.OpenRead(path))
        {
            sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
        }

        await storage.Backups.CreateAsync(cancellationToken: cancellationToken);
        await storage.Operations.CreateAsync(cancellationToken);
        var first = storage.Backups.GetBlobClient(BlobName(0));
        await first.UploadAsync(path, cancellationToken);
        File.Delete(path);
        for (var i = 1; i < count; i++)
        {
            var copy = await storage.Backups.GetBlobClient(BlobName(i)).StartCopyFromUriAsync(first.Uri, new BlobCopyFromUriOptions(), cancellationToken);
            await copy.WaitForCompletionAsync(cancellationToken);
        }
    }

    /// <returns>A problem if not every backup was verified at the expected level; otherwise null.</returns>
    private async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        var rows = storage.Operations.QueryAsync<TableEntity>($"VerifiedLevel eq '{contents.Level}'", cancellationToken: cancellationToken);
        var verified = await rows.CountAsync(row => !row.ContainsKey("Damage"), cancellationToken);
        return verified == count ? null : $"{verified} of {count} backups were verified at the level {contents.Level}.";
    }

    private string BlobName(int i) => string.Create(CultureInfo.InvariantCulture, $"storage/{Configuration}/backup-{i:D4}{contents.Extension}");

    private TableEntity Row(int i) => new(OperationKind.Backup, string.Create(CultureInfo.InvariantCulture, $"op-{i:D4}"))
    {
        ["Name"] = "nightly",
        ["Status"] = OperationStatus.Completed,
        ["Type"] = "full",
        ["Configuration"] = Configuration,
        ["BlobName"] = BlobName(i),
        ["SizeBytes"] = size,
        ["Sha256"] = sha256,
        ["KeyOwner"] = FernetWriter.KeyOwner,
        ["CreatedAt"] = Created,
        ["CompletedAt"] = Created,
    };
}
