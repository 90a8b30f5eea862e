using System.Globalization;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Cochin.Bench.Verification;

/// <summary>The least that anyone must do to verify backups: read them, with the plain SDK, as many at once as the verification does at most.</summary>
internal static class BareDownload
{
    public const string Name = "bare-download";

    private const int AtOnce = 8;

    /// <param name="words">The connection string and the number of bytes to expect.</param>
    public static async Task<int> RunAsync(string[] words, CancellationToken cancellationToken)
    {
        var container = new BlobServiceClient(words[0]).GetBlobContainerClient("backups");
        var blobs = container.GetBlobsAsync(BlobTraits.None, BlobStates.None, "storage/", cancellationToken);
        long bytes = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(blobs, options, async (blob, token) =>
        {
            using var download = (await container.GetBlobClient(blob.Name).DownloadStreamingAsync(cancellationToken: token)).Value;
            await download.Content.CopyToAsync(Stream.Null, token);
            Interlocked.Add(ref bytes, download.Details.ContentLength);
        });
        Console.WriteLine($"{bytes} bytes");
        return bytes == long.Parse(words[1], CultureInfo.InvariantCulture) ? 0 : 1;
    }
}
