using System.Diagnostics;
using System.Globalization;
using Cochin.Bench.Running;

namespace Cochin.Bench.Measuring;

/// <summary>Runs a contestant as a process and tells what it took, start-up included.</summary>
/// <remarks>One at a time: the processor time is what all ended children used meanwhile.</remarks>
internal static class MeasuredProcess
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);

    /// <param name="start">Its output is taken, and is shown only if it fails.</param>
    /// <exception cref="BenchException">It did not exit with 0, or not before <paramref name="limit"/>.</exception>
    public static async Task<Measurement> RunAsync(ProcessStartInfo start, TimeSpan limit, CancellationToken cancellationToken)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        var cpuBefore = ChildTimes.Read();
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var ended = process.WaitForExitAsync(cancellationToken);
        long peak = 0;
        try
        {
            while (await Task.WhenAny(ended, Task.Delay(BetweenLooks, cancellationToken)) != ended)
            {
                peak = Math.Max(peak, Peak(process.Id));
                if (clock.Elapsed > limit)
                {
                    throw new BenchException($"{Name(start)} did not end within {limit.TotalMinutes} minutes.");
                }
            }

            await ended;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        var measurement = new Measurement(clock.Elapsed, ChildTimes.Read() - cpuBefore, peak);
        return process.ExitCode == 0
            ? measurement
            : throw new BenchException($"{Name(start)} ended with {process.ExitCode}: {End(await errors)} {End(await output)}");
    }

    /// <summary>The high-water mark, which the system keeps: a look now and then misses only what grew after the last one.</summary>
    private static long Peak(int processId)
    {
        try
        {
            var line = File.ReadLines($"/proc/{processId}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.AsSpan(6).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            // It has ended.
            return 0;
        }
    }

    private static string Name(ProcessStartInfo start) => $"{Path.GetFileName(start.FileName)} {string.Join(' ', start.ArgumentList.Take(3))}";

    private static string End(string text) => text.Length > 600 ? "…" + text[^600..].TrimEnd() : text.TrimEnd();
}
