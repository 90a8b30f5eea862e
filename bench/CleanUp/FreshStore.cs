using Cochin.Bench.Contestants;
using Cochin.Bench.Running;

namespace Cochin.Bench.CleanUp;

/// <summary>An Azurite for one run at a time, so that none finds what another one left: neither blobs nor a store that has grown.</summary>
internal sealed class FreshStore(BenchContext context, int blobs) : IAsyncDisposable
{
    private BenchAzurite? azurite;

    public CleanUpContestants Contestants => new(context.Root, azurite!.Endpoint.ConnectionString, Path.Combine(context.Folder, "rclone.conf"));

    public int ServerId => azurite!.Endpoint.ProcessId;

    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        await DisposeAsync();
        azurite = await BenchAzurite.StartAsync(context, cancellationToken);
        await new OldBlobs(azurite).FillAsync(blobs, cancellationToken);
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
}
