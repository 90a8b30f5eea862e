using System.Diagnostics;
using System.Text.Json;
using Cochin.Bench.Contestants;
using Cochin.Bench.Running;

namespace Cochin.Bench.Simulation;

/// <summary>A simulated run as a process of its own.</summary>
internal static class SimulatedProgram
{
    public const string Name = "simulated";

    /// <summary>Starts the process and gives what it measured.</summary>
    /// <exception cref="BenchException">It failed.</exception>
    public static async Task<Footprint> MeasureAsync(SimulatedRun run, CancellationToken cancellationToken)
    {
        var start = OwnProgram.Start(Name, JsonSerializer.Serialize(run));
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        using var stopping = cancellationToken.Register(process.Kill);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<Footprint>(output)!
            : throw new BenchException($"the simulated run {run} failed: {(await errors).Split('\n')[0]}");
    }

    /// <summary>The process: prints what it measured.</summary>
    public static async Task<int> RunAsync(string[] words, CancellationToken cancellationToken)
    {
        Console.WriteLine(JsonSerializer.Serialize(await JsonSerializer.Deserialize<SimulatedRun>(words[0])!.MeasureAsync(cancellationToken)));
        return 0;
    }
}
