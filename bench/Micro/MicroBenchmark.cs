using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Cochin.Bench.Running;

namespace Cochin.Bench.Micro;

/// <summary>The hot inner parts, by BenchmarkDotNet.</summary>
internal sealed class MicroBenchmark : Benchmark
{
    public override string Name => "micro";

    public override string Title => "Hot paths";

    public override string About =>
        "BenchmarkDotNet with its memory diagnoser, a short job (3 warm-up rounds, 5 measured). It runs in this process, "
        + "because the separate project that it usually creates would need the package source. "
        + "An index holds 100,000 records; a page of a listing has 5,000 blobs.";

    public override Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var job = Job.ShortRun
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(context.Of(quick: 1, full: 3))
            .WithIterationCount(context.Of(quick: 2, full: 5));
        var config = ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddLogger(NullLogger.Instance)
            .WithArtifactsPath(context.Folder)
            .WithOptions(ConfigOptions.DisableLogFile);
        var summary = BenchmarkRunner.Run<HotParts>(config);
        var failed = summary.Reports.Where(report => !report.Success).Select(report => report.BenchmarkCase.Descriptor.WorkloadMethod.Name).ToArray();
        if (summary.HasCriticalValidationErrors || failed.Length > 0 || summary.Reports.Length == 0)
        {
            throw new BenchException(
                $"BenchmarkDotNet could not measure {string.Join(", ", failed)} "
                + string.Join("; ", summary.ValidationErrors.Select(error => error.Message)));
        }

        return Task.FromResult(new Findings
        {
            Ratios = new Dictionary<string, double>(),
            Tables = [new FindingsTable("For each blob, row or tick", ["part", "mean", "deviation", "allocated", "of each"], [.. summary.Reports.Select(Row)])],
        });
    }

    private static IReadOnlyList<string> Row(BenchmarkReport report)
    {
        var words = report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\'').Split('|');
        var figures = report.ResultStatistics!;
        return
        [
            words[0],
            $"{figures.Mean:N0} ns",
            $"{figures.StandardDeviation:N0} ns",
            $"{report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase):N0} bytes",
            words[1],
        ];
    }
}
