using Cochin.Functions.Tasks;

namespace Cochin.Functions.Tests.Tasks.CleanupTempFiles;

/// <summary>A checkpoint between runs of one test.</summary>
internal sealed class KeptInMemory : Checkpoint
{
    public byte[]? Content { get; set; }

    /// <summary>Each that was kept.</summary>
    public List<long> Progress { get; } = [];

    public override async Task<T?> FindAsync<T>(Func<Stream, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
        where T : class => Content is null ? null : await read(new MemoryStream(Content), cancellationToken);

    public override Task KeepAsync(long progress, IEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken)
    {
        Progress.Add(progress);
        Content = [.. content.SelectMany(piece => piece.ToArray())];
        return Task.CompletedTask;
    }
}
