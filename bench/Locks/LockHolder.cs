using Cochin.Functions.Locking;
using Cochin.Functions.Storage;

namespace Cochin.Bench.Locks;

/// <summary>A process that takes a lock, says so, and holds it until it is killed.</summary>
internal static class LockHolder
{
    public const string Name = "lock-holder";

    public const string Ready = "held";

    /// <param name="words">Connection string and scope.</param>
    public static async Task<int> RunAsync(string[] words, CancellationToken cancellationToken)
    {
        var locks = new BlobLocks(new StorageConnection(words[0]).Connect(new StorageNames()), TimeProvider.System);
        var owner = new LockOwner("holder", "holder", "holder", TimeProvider.System.GetUtcNow());
        await using var held = (await locks.TryAcquireAsync(words[1], owner, cancellationToken)).Lock;
        Console.WriteLine(held is null ? "not held" : Ready);
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return 0;
    }
}
