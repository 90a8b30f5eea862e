using System.Security.Cryptography;
using Azure.Core;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Backups;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Cli;

namespace Cochin.Functions.Tests.Backups;

/// <summary>A test with a backup in the storage and a folder for downloads.</summary>
public abstract class BackupTest(AzuriteServer server) : CommandTest(server)
{
    internal const int Piece = 4 * 1024 * 1024;

    /// <summary>More ranges than are read at once: the fifth is asked for once the first is written.</summary>
    internal const int Large = (5 * Piece) + 17;

    internal const string BlobName = "storage/q/été 1.zip";

    internal string Folder { get; } = Directory.CreateTempSubdirectory("backups-").FullName;

    internal string Target => Path.Combine(Folder, "été 1.zip");

    internal string[] Files => [.. Directory.EnumerateFiles(Folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    /// <summary>Whether a request reads the fifth range of a blob.</summary>
    internal static bool IsFifth(Request request) =>
        request.Headers.TryGetValue("x-ms-range", out var range) && range.StartsWith($"bytes={4 * Piece}-", StringComparison.Ordinal);

    internal static byte[] Random(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Uploads a backup with its checksum as metadata, and writes its row.</summary>
    internal async Task<byte[]> AddBackupAsync(int length, string? sha256 = null)
    {
        var bytes = Random(length);
        await UploadAsync(bytes, sha256);
        await AddOperationAsync("backup", "1", ("Status", "completed"), ("BlobName", BlobName), ("SizeBytes", (long)length));
        return bytes;
    }

    internal Task UploadAsync(byte[] bytes, string? sha256 = null) => Storage.Backups.GetBlobClient(BlobName).UploadAsync(
        BinaryData.FromBytes(bytes),
        new BlobUploadOptions { Metadata = new Dictionary<string, string> { ["sha256"] = sha256 ?? Convert.ToHexString(SHA256.HashData(bytes)) } },
        Cancellation);

    internal static Task<StoredBackup> FindAsync(CochinStorage storage, string id = "1") => StoredBackup.FindAsync(new BackupFinder(storage), id, Cancellation);

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return base.DisposeAsync();
    }
}
