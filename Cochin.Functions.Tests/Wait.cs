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

    /// <param name="find">Returns what is still missing; empty if nothing is.</param>
    public static async Task UntilNothingIsMissingAsync(Func<Task<IReadOnlyList<string>>> find, int seconds, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (await find() is { Count: > 0 } missing)
        {
            clock.Elapsed.TotalSeconds.ShouldBeLessThan(seconds, $"still missing: {string.Join("; ", missing)}");
            await Task.Delay(50, cancellationToken);
        }
    }
}
