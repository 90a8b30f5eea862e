using Cochin.Bench.CleanUp;
using Cochin.Bench.Cost;
using Cochin.Bench.Locks;
using Cochin.Bench.Micro;
using Cochin.Bench.Parts;
using Cochin.Bench.Quotes;
using Cochin.Bench.Reconciliation;
using Cochin.Bench.Requests;
using Cochin.Bench.Simulation;
using Cochin.Bench.StartUp;
using Cochin.Bench.StuckOperations;
using Cochin.Bench.Sync;
using Cochin.Bench.Verification;

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
        new RebuildBenchmark(),
        new StuckBenchmark(),
        new DevisBenchmark(),
        new VerifyBenchmark(),
        new SyncUploadBenchmark(),
        new SyncIdleBenchmark(),
        new LockBenchmark(),
        new RequestBenchmark(),
        new ScaleBenchmark(),
        new ListingBenchmark(),
        new LatencyBenchmark(),
        new CostBenchmark(),
        new PartsBenchmark(),
        new MicroBenchmark(),
    ];

    public static Benchmark? Find(string name) => All.FirstOrDefault(benchmark => benchmark.Name == name);
}
