using Cochin.Bench.CleanUp;
using Cochin.Bench.StartUp;

namespace Cochin.Bench.Running;

/// <summary>All benchmarks, in the order in which they run and stand in the results.</summary>
internal static class BenchmarkCatalog
{
    public static IReadOnlyList<Benchmark> All { get; } =
    [
        CleanUpBenchmark.Large,
        CleanUpBenchmark.Small,
        new StubCleanUpBenchmark(),
        new RemoteCleanUpBenchmark(),
        new StartUpBenchmark(),
    ];

    public static Benchmark? Find(string name) => All.FirstOrDefault(benchmark => benchmark.Name == name);
}
