using System.Diagnostics;
using System.Security.Cryptography;
using Cochin.Bench.Contestants;
using Cochin.Bench.Measuring;
using Cochin.Bench.Running;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Tasks.SyncDjango;

namespace Cochin.Bench.Sync;

/// <summary>An installation of the application with backups, and for each run a new, empty Azurite to copy them to.</summary>
internal sealed class EmptyStore : IAsyncDisposable
{
    private const int Transfers = 8;

    private readonly BenchContext context;
    private readonly DjangoInstallation django = new();
    private readonly string location;
    private int count;
    private long bytes;
    private BenchAzurite? azurite;

    /// <param name="sizes">The number of files and their size, for each configuration.</param>
    public EmptyStore(BenchContext context, params (int Count, int Size)[] sizes)
    {
        this.context = context;
        location = Path.Combine(context.Folder, "azurite");
        django.Execute("BEGIN");
        for (var i = 0; i < sizes.Length; i++)
        {
            Add($"storage/configuration {i}", sizes[i].Count, sizes[i].Size, seed: i * 100_000);
        }

        django.Execute("COMMIT");
    }

    public int Count => count;

    public long Bytes => bytes;

    public int ServerId => azurite!.Endpoint.ProcessId;

    public Contestant Ours => new("`cochin sync_django`", () => CochinProgram.Start(
        context.Root,
        [new("CochinStorage", azurite!.Endpoint.ConnectionString)],
        "sync_django", "--database", django.Database, "--backups", django.Backups, "--json"));

    public Contestant Rclone => new("`rclone copy`", StartRclone);

    /// <summary>Replaces the store with an empty one.</summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        await StopAsync();
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
        await StopAsync();
        django.Dispose();
    }

    private async Task StopAsync()
    {
        if (azurite is not null)
        {
            await azurite.DisposeAsync();
            azurite = null;
            Directory.Delete(location, recursive: true);
        }
    }

    private void Add(string folder, int files, int size, int seed)
    {
        Directory.CreateDirectory(Path.Combine(django.Backups, folder));
        var content = new byte[size];
        for (var i = 0; i < files; i++)
        {
            var name = $"{folder}/{i:D5}.dump";
            new Random(seed + i).NextBytes(content);
            File.WriteAllBytes(Path.Combine(django.Backups, name), content);
            django.AddBackup(
                seed + i + 1,
                ("file_path", $"{DjangoInstallation.Root}/{name}"),
                ("file_size", (long)size),
                ("checksum", Convert.ToHexStringLower(SHA256.HashData(content))));
        }

        count += files;
        bytes += (long)files * size;
    }

    private ProcessStartInfo StartRclone()
    {
        var configFile = Path.Combine(context.Folder, "rclone.conf");
        RcloneConfig.Write(configFile, azurite!.Endpoint.ConnectionString);
        return new ProcessStartInfo("rclone",
        [
            "copy", Path.Combine(django.Backups, "storage"), $"{RcloneConfig.Remote}:backups/storage", "--config", configFile,
            "--transfers", $"{Transfers}", "--checkers", $"{Transfers}", "--fast-list",
        ]);
    }
}
