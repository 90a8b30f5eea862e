using Cochin.Functions.Tasks;

namespace Cochin.Functions.Tests.Tasks;

/// <summary>Keeps in memory what a run would keep in the storage.</summary>
internal sealed class MemoryCheckpoint : Checkpoint
{
    public byte[]? Kept { get; set; }

    public List<long> Progress { get; } = [];

    public override async Task<T?> FindAsync<T>(Func<Stream, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
        where T : class => Kept is null ? null : await read(new MemoryStream(Kept), cancellationToken);

    public override Task KeepAsync(long progress, IEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        foreach (var piece in content)
        {
            bytes.Write(piece.Span);
        }

        Kept = bytes.ToArray();
        Progress.Add(progress);
        return Task.CompletedTask;
    }
}
