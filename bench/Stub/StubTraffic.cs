using System.Collections.Concurrent;

namespace Cochin.Bench.Stub;

/// <summary>Counts requests, and lets each take its time.</summary>
internal sealed class StubTraffic
{
    private readonly ConcurrentDictionary<string, int> counts = new();
    private TimeSpan perRequest;
    private TimeSpan perPart;

    public IReadOnlyDictionary<string, int> Counts => counts;

    public void Reset(TimeSpan delayPerRequest, TimeSpan delayPerPart)
    {
        counts.Clear();
        perRequest = delayPerRequest;
        perPart = delayPerPart;
    }

    public ValueTask PassAsync(string kind, int parts)
    {
        counts.AddOrUpdate(kind, 1, (_, before) => before + 1);
        var delay = perRequest + (perPart * parts);
        return delay > TimeSpan.Zero ? new ValueTask(Task.Delay(delay)) : ValueTask.CompletedTask;
    }
}
