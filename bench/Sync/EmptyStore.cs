using System.Diagnostics;
using Cochin.Bench.Contestants;
using Cochin.Bench.Measuring;
using Cochin.Bench.Running;
using Cochin.Functions.Storage;

namespace Cochin.Bench.Sync;

/// <summary>A folder of backups, and for each run a new, empty Azurite to upload them to.</summary>
internal sealed class EmptyStore : IAsyncDisposable
{
    private const int Transfers = 8;

    private readonly BenchContext context;
    private readonly string backups;
    private readonly string location;
    private readonly int count;
    private readonly long bytes;
    private BenchAzurite? azurite;

    /// <param name="sizes">The number of files and their size, for each configuration.</param>
    public EmptyStore(BenchContext context, params (int Count, int Size)[] sizes)
    {
        this.context = context;
        backups = Path.Combine(context.Folder, "backups");
        location = Path.Combine(context.Folder, "azurite");
        for (var i = 0; i < sizes.Length; i++)
        {
            var folder = Directory.CreateDirectory(Path.Combine(backups, "storage", $"configuration {i}")).FullName;
            var content = new byte[sizes[i].Size];
            for (var file = 0; file < sizes[i].Count; file++)
            {
                new Random((i * 100_000) + file).NextBytes(content);
                File.WriteAllBytes(Path.Combine(folder, $"{file:D5}.dump"), content);
            }

            count += sizes[i].Count;
            bytes += (long)sizes[i].Count * sizes[i].Size;
        }
    }

    public int Count => count;

    public long Bytes => bytes;

    public int ServerId => azurite!.Endpoint.ProcessId;

    public Contestant Ours => new("files of `sync_django`", () => OwnProgram.Start(SyncFiles.Name, azurite!.Endpoint.ConnectionString, backups, $"{bytes}"));

    public Contestant Rclone => new("`rclone copy`", StartRclone);

    /// <summary>Replaces the store with an empty one.</summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        await DisposeAsync();
        azurite = await BenchAzurite.StartAsync(context, location, cancellationToken);
        await azurite.Connection.Connect(new StorageNames()).Backups.CreateAsync(cancellationToken: cancellationToken);
    }

    /// <summary>Returns what was not uploaded; null if all files were.</summary>
    public async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        var (found, size) = (0, 0L);
        var listing = azurite!.Connection.Connect(new StorageNames()).BackupListing;
        await foreach (var blob in listing.BlobsAsync(new ListingQuery("storage/"), cancellationToken))
        {
            (found, size) = (found + 1, size + blob.Bytes);
        }

        return found == count && size == bytes ? null : $"{found} blobs with {size} bytes were uploaded instead of {count} with {bytes}.";
    }

    public async ValueTask DisposeAsync()
    {
        if (azurite is not null)
        {
            await azurite.DisposeAsync();
            azurite = null;
            Directory.Delete(location, recursive: true);
        }
    }

    private ProcessStartInfo StartRclone()
    {
        var configFile = Path.Combine(context.Folder, "rclone.conf");
        RcloneConfig.Write(configFile, azurite!.Endpoint.ConnectionString);
        return new ProcessStartInfo("rclone",
        [
            "copy", Path.Combine(backups, "storage"), $"{RcloneConfig.Remote}:backups/storage", "--config", configFile,
            "--transfers", $"{Transfers}", "--checkers", $"{Transfers}", "--fast-list",
        ]);
    }
}
