using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.Azurite;

/// <summary>
/// A storage that does one thing after the other, in the order in which it was asked, on a clock of the test: a request waits for all before
/// it, and then takes as long as the test says. Nothing is slow for real.
/// </summary>
/// <param name="deleteTakes">How long a delete takes, by the number of those before it.</param>
/// <param name="othersTake">How long any other request takes.</param>
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

        // What has begun is done to its end, whether the answer is still waited for or not.
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
