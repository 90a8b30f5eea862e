using System.Diagnostics;
using Cochin.Bench.Contestants;
using Cochin.Bench.Results;
using Cochin.Functions.Cli;
using Cochin.Functions.Local.Azurite;

namespace Cochin.Bench.Running;

/// <summary>Runs benchmarks one after the other and records what each found as soon as it is there.</summary>
internal sealed class BenchSession(bool isQuick, Action<string> say)
{
    private readonly string root = ProjectFolder.Find();

    /// <returns>Whether all could be measured; whether they met their goals is in the results.</returns>
    public async Task<bool> RunAsync(IReadOnlyList<Benchmark> benchmarks, CancellationToken cancellationToken)
    {
        if (!await HasToolsAsync(benchmarks, cancellationToken))
        {
            return false;
        }

        // Once, before anything is built or recorded: our own work raises the load, and results change the working tree.
        var machine = await MachineFacts.ReadAsync(root, cancellationToken);
        await CochinProgram.BuildAsync(root, cancellationToken);
        var results = new ResultsFile(Path.Combine(root, "bench"));
        var clock = Stopwatch.StartNew();
        var failed = new List<string>();
        foreach (var benchmark in benchmarks)
        {
            say($"{benchmark.Name}: {benchmark.Title}{(isQuick ? " (quick: nothing is recorded)" : "")}");
            if (await RunAsync(benchmark, machine, cancellationToken) is not { } section)
            {
                failed.Add(benchmark.Name);
                continue;
            }

            Console.Write(SectionText.Of(section));
            if (!isQuick)
            {
                results.Put(benchmark.Name, section);
            }
        }

        say(
            $"{benchmarks.Count - failed.Count} of {benchmarks.Count} benchmarks measured in {clock.Elapsed.TotalMinutes:0.0} minutes"
            + $"{(isQuick ? "" : "; see bench/RESULTS.md")}.");
        if (failed.Count > 0)
        {
            say($"error: without a result: {string.Join(", ", failed)}.");
        }

        return failed.Count == 0;
    }

    private async Task<ResultSection?> RunAsync(Benchmark benchmark, MachineFacts machine, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cochin-bench-");
        try
        {
            var clock = Stopwatch.StartNew();
            var findings = await benchmark.RunAsync(new BenchContext(root, folder.FullName, isQuick, line => say("  " + line)), cancellationToken);
            return ResultSection.Of(benchmark, findings, machine, clock.Elapsed, isQuick);
        }
        catch (Exception e) when (e is BenchException or AzuriteException or Azure.RequestFailedException or IOException)
        {
            say($"error: {benchmark.Name}: {e.Message}");
            return null;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<bool> HasToolsAsync(IReadOnlyList<Benchmark> benchmarks, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            say("error: the benchmarks read processor time and memory of processes as Linux tells them, and run there only.");
            return false;
        }

        var isComplete = true;
        foreach (var tool in benchmarks.SelectMany(benchmark => benchmark.Needs).Distinct())
        {
            if (await tool.VersionAsync(cancellationToken) is null)
            {
                var without = benchmarks.Where(benchmark => !benchmark.Needs.Contains(tool)).Select(benchmark => benchmark.Name).ToArray();
                var affected = benchmarks.Where(benchmark => benchmark.Needs.Contains(tool)).Select(benchmark => benchmark.Name);
                say($"error: `{tool.Program}` was not found; {string.Join(", ", affected)} needs it.");
                say($"  {tool.Hint}");
                say(without.Length > 0 ? $"  Or run what goes without: ./cochin bench {string.Join(' ', without)}" : "");
                isComplete = false;
            }
        }

        return isComplete;
    }
}
