using Azure.Core;
using Cochin.Functions.Locking;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Locking;

/// <summary>A test of locks on real storage.</summary>
public abstract class LockTest(AzuriteServer server) : StorageTest(server)
{
    private protected static readonly LockOwner Owner = new("host é:1", "job", "run-1", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    protected static bool IsLease(Request request, string action) => request.Headers.TryGetValue("x-ms-lease-action", out var sent) && sent == action;
}
