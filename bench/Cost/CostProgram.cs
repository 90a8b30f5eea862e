using System.Diagnostics;
using System.Text.Json;
using Cochin.Bench.Contestants;
using Cochin.Bench.Running;
using Cochin.Bench.Simulation;

namespace Cochin.Bench.Cost;

/// <summary>A piece of work as a process of its own, so that its memory is its own.</summary>
internal static class CostProgram
{
    public const string Name = "cost";

    /// <exception cref="BenchException">It failed.</exception>
    public static async Task<Footprint> MeasureAsync(SteadyWork work, CancellationToken cancellationToken)
    {
        var start = OwnProgram.Start(Name, JsonSerializer.Serialize(work));
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        using var stopping = cancellationToken.Register(process.Kill);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<Footprint>(output)!
            : throw new BenchException($"{work} failed: {(await errors).Split('\n')[0]}");
    }

    /// <summary>The process: prints what it measured.</summary>
    public static async Task<int> RunAsync(string[] words, CancellationToken cancellationToken)
    {
        Console.WriteLine(JsonSerializer.Serialize(await JsonSerializer.Deserialize<SteadyWork>(words[0])!.MeasureAsync(cancellationToken)));
        return 0;
    }
}
