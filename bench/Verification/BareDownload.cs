using System.Globalization;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Cochin.Bench.Verification;

/// <summary>
/// The baseline: downloads the backups with the plain SDK and ignores their contents, as many at once as the verification reads at most.
/// </summary>
internal static class BareDownload
{
    public const string Name = "bare-download";

    private const int MaxParallelDownloads = 8;

    /// <param name="args">The connection string and the expected number of bytes.</param>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var container = new BlobServiceClient(args[0]).GetBlobContainerClient("backups");
        var blobs = container.GetBlobsAsync(BlobTraits.None, BlobStates.None, "storage/", cancellationToken);
        long bytes = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = MaxParallelDownloads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(blobs, options, async (blob, token) =>
        {
            using var download = (await container.GetBlobClient(blob.Name).DownloadStreamingAsync(cancellationToken: token)).Value;
            await download.Content.CopyToAsync(Stream.Null, token);
            Interlocked.Add(ref bytes, download.Details.ContentLength);
        });
        Console.WriteLine($"{bytes} bytes");
        return bytes == long.Parse(args[1], CultureInfo.InvariantCulture) ? 0 : 1;
    }
}
