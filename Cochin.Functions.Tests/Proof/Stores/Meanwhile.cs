using Cochin.Functions.Tests.Proof.Proxy;

namespace Cochin.Functions.Tests.Proof.Stores;

/// <summary>The application's part in a work, done exactly once: at its moment, or where that never came, when asked.</summary>
internal sealed class Meanwhile(Work work, ProofStore store)
{
    private readonly Lock gate = new();
    private Task? done;

    /// <summary>To be called for each request before it is carried out.</summary>
    public Task BeforeAsync(Call call) => work.IsMoment(call) ? DoAsync() : Task.CompletedTask;

    public Task DoAsync()
    {
        lock (gate)
        {
            return done ??= work.MeanwhileAsync(store);
        }
    }
}
