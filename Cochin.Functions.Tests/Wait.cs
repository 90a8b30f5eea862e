using System.Diagnostics;

namespace Cochin.Functions.Tests;

/// <summary>Waits for a condition, with a limit.</summary>
internal static class Wait
{
    public static async Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken, int seconds = 30)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            clock.Elapsed.TotalSeconds.ShouldBeLessThan(seconds, "the condition did not come true");
            await Task.Delay(10, cancellationToken);
        }
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, CancellationToken cancellationToken, int seconds = 30)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            clock.Elapsed.TotalSeconds.ShouldBeLessThan(seconds, "the condition did not come true");
            await Task.Delay(50, cancellationToken);
        }
    }
}
