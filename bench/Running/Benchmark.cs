namespace Cochin.Bench.Running;

/// <summary>One subject that is measured: becomes a section of <c>RESULTS.md</c>.</summary>
internal abstract class Benchmark
{
    /// <summary>What is typed after <c>./cochin bench</c>.</summary>
    public abstract string Name { get; }

    public abstract string Title { get; }

    /// <summary>What is measured and how, in a few sentences.</summary>
    public abstract string About { get; }

    public virtual IReadOnlyList<Goal> Goals => [];

    /// <summary>Programs that have to be installed.</summary>
    public virtual IReadOnlyList<Tool> Needs => [];

    public abstract Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken);
}
