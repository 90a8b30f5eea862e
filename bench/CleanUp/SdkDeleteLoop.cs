using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Cochin.Bench.CleanUp;

/// <summary>What one would write in ten minutes with the Azure SDK: list, and delete what is old, so many at once; no conditions.</summary>
internal static class SdkDeleteLoop
{
    public const string Name = "sdk-delete";
    public const string ConnectionVariable = "BENCH_STORAGE";

    private static readonly TimeSpan Old = TimeSpan.FromHours(24);

    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var container = new BlobContainerClient(Environment.GetEnvironmentVariable(ConnectionVariable), TempBlobs.Container);
        var cutoff = TimeProvider.System.GetUtcNow() - Old;
        foreach (var area in TempBlobs.Areas)
        {
            await Parallel.ForEachAsync(
                container.GetBlobsAsync(BlobTraits.None, BlobStates.None, $"{area}/", cancellationToken),
                new ParallelOptions { MaxDegreeOfParallelism = CleanUpContestants.AtOnce, CancellationToken = cancellationToken },
                async (blob, token) =>
                {
                    if (blob.Properties.LastModified <= cutoff)
                    {
                        await container.DeleteBlobAsync(blob.Name, cancellationToken: token);
                    }
                });
        }

        return 0;
    }
}
