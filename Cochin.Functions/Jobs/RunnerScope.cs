namespace Cochin.Functions.Jobs;

/// <summary>This process as a runner: its name in the jobs table, and the jobs that it is responsible for.</summary>
/// <param name="Only">The names of these jobs; null for all.</param>
internal sealed record RunnerScope(string Runner, IReadOnlyCollection<string>? Only = null)
{
    /// <summary>Whether it leaves the other jobs, the digest and the status page to other runners.</summary>
    public bool IsPartial => Only is not null;

    /// <summary>The scope of <c>serve</c>, and of all other commands, which run nothing on schedule.</summary>
    public static RunnerScope Serve(IReadOnlyCollection<string>? only = null) => new(RunnerCheck.Serve + Environment.MachineName, only);

    /// <param name="name">The name of the app; null outside Azure.</param>
    public static RunnerScope FunctionApp(string? name) => new(RunnerCheck.FunctionApp + (name ?? Environment.MachineName));

    public bool Includes(string job) => Only?.Contains(job) ?? true;
}
