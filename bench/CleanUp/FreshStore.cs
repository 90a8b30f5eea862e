using Cochin.Bench.Contestants;
using Cochin.Bench.Running;

namespace Cochin.Bench.CleanUp;

/// <summary>
/// An Azurite for one run at a time, on a copy of a store that was filled once: each run finds the very same blobs in the same order, and
/// nothing that another one left.
/// </summary>
internal sealed class FreshStore(BenchContext context, int blobs) : IAsyncDisposable
{
    private readonly string filled = Path.Combine(context.Folder, "filled");
    private readonly string copy = Path.Combine(context.Folder, "copy");
    private BenchAzurite? azurite;

    public CleanUpContestants Contestants => new(context.Root, azurite!.Endpoint.ConnectionString, Path.Combine(context.Folder, "rclone.conf"));

    public int ServerId => azurite!.Endpoint.ProcessId;

    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        await DisposeAsync();
        if (!Directory.Exists(filled))
        {
            context.Say($"uploading {blobs:N0} blobs …");
            await using var first = await BenchAzurite.StartAsync(context, filled, cancellationToken);
            await new OldBlobs(first).FillAsync(blobs, cancellationToken);
        }

        if (Directory.Exists(copy))
        {
            Directory.Delete(copy, recursive: true);
        }

        Copy(filled, copy);
        azurite = await BenchAzurite.StartAsync(context, copy, cancellationToken);
    }

    /// <summary>What was not done; null if all blobs are gone.</summary>
    public async Task<string?> CheckAsync(CancellationToken cancellationToken) =>
        await new OldBlobs(azurite!).LeftAsync(cancellationToken) is > 0 and var left ? $"{left} blobs were left." : null;

    public async ValueTask DisposeAsync()
    {
        if (azurite is not null)
        {
            await azurite.DisposeAsync();
            azurite = null;
        }
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
