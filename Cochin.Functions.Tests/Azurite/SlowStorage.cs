using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.Azurite;

/// <summary>
/// Simulates a slow storage on the test's clock: it processes requests one at a time, in order, and each takes the time set by the test.
/// </summary>
/// <param name="deleteTakes">The duration of a delete, given the number of earlier deletes.</param>
/// <param name="othersTake">The duration of any other request.</param>
internal sealed class SlowStorage(FakeTimeProvider clock, Func<int, TimeSpan> deleteTakes, TimeSpan? othersTake = null) : HttpPipelineTransport, IDisposable
{
    private readonly TimeSpan othersTake = othersTake ?? TimeSpan.FromMilliseconds(5);

    private readonly HttpClientTransport azurite = new();
    private readonly Lock queueing = new();
    private Task last = Task.CompletedTask;
    private int deletes;

    public void Dispose() => azurite.Dispose();

    public override Request CreateRequest() => azurite.CreateRequest();

    public override void Process(HttpMessage message) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        Task served;
        lock (queueing)
        {
            last = served = ServeAsync(message, last);
        }

        // A request that has started is completed even if the caller no longer waits for the response.
        await served.WaitAsync(message.CancellationToken);
    }

    private async Task ServeAsync(HttpMessage message, Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        message.CancellationToken.ThrowIfCancellationRequested();
        var steps = await CostAsync(message);
        await azurite.ProcessAsync(message);
        foreach (var step in steps)
        {
            clock.Advance(step);
        }
    }

    private async Task<IEnumerable<TimeSpan>> CostAsync(HttpMessage message)
    {
        if (!BatchText.IsBatch(message.Request))
        {
            return [othersTake];
        }

        var parts = (await BatchText.OfAsync(message.Request, CancellationToken.None)).Parts.Count();
        var first = deletes;
        deletes += parts;
        return Enumerable.Range(first, parts).Select(deleteTakes);
    }
}
