using System.Globalization;
using Cochin.Bench.Contestants;
using Cochin.Bench.Running;

namespace Cochin.Bench;

/// <summary><c>./cochin bench [NAME…] [--quick] [--list]</c>; a contestant that is part of this program starts here, too.</summary>
internal static class BenchCommand
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int BadUsage = 2;
    private const int Interrupted = 130;

    private static readonly string[] Options = ["--list", "--quick"];

    public static async Task<int> RunAsync(string[] words)
    {
        CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        using var interruption = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            interruption.Cancel();
        };
        try
        {
            return words is [ContestantProgram.Word, .. var rest]
                ? await ContestantProgram.RunAsync(rest, interruption.Token)
                : await BenchAsync(words, interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.IsCancellationRequested)
        {
            return Interrupted;
        }
    }

    private static async Task<int> BenchAsync(string[] words, CancellationToken cancellationToken)
    {
        var names = words.Where(word => !word.StartsWith('-')).ToArray();
        var unknown = words.Where(word => word.StartsWith('-') ? !Options.Contains(word) : BenchmarkCatalog.Find(word) is null).ToArray();
        if (unknown.Length > 0)
        {
            Console.Error.WriteLine($"error: there is no {string.Join(", ", unknown)}. Usage: ./cochin bench [NAME…] [--quick] [--list]");
            Console.Error.WriteLine($"  The benchmarks are {string.Join(", ", BenchmarkCatalog.All.Select(benchmark => benchmark.Name))}.");
            return BadUsage;
        }

        if (words.Contains("--list"))
        {
            foreach (var benchmark in BenchmarkCatalog.All)
            {
                Console.WriteLine($"{benchmark.Name,-12} {benchmark.Title}");
            }

            return Done;
        }

        var chosen = BenchmarkCatalog.All.Where(benchmark => names.Length == 0 || names.Contains(benchmark.Name)).ToArray();
        var session = new BenchSession(isQuick: words.Contains("--quick"), line => Console.Error.WriteLine(line));
        return await session.RunAsync(chosen, cancellationToken) ? Done : Failed;
    }
}
