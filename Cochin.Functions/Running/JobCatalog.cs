namespace Cochin.Functions.Running;

/// <summary>All jobs, in the order in which they are shown.</summary>
internal sealed class JobCatalog(IReadOnlyList<JobDefinition> jobs)
{
    /// <summary>What a person types for all jobs; so no job may have this name.</summary>
    public const string All = "all";

    public IReadOnlyList<JobDefinition> Jobs { get; } = jobs;

    /// <summary>Default jobs that do not exist yet.</summary>
    public IReadOnlyList<DormantJob> Dormant { get; init; } = [];

    /// <summary>The job of that name or id, or null.</summary>
    public JobDefinition? Find(string nameOrId) =>
        Jobs.FirstOrDefault(job => job.Name == nameOrId) ?? Jobs.FirstOrDefault(job => string.Equals(job.Id, nameOrId, StringComparison.OrdinalIgnoreCase));

    /// <summary>The partitions with the runs of a task: its jobs' names, and its own for runs that a person typed.</summary>
    public IEnumerable<string> PartitionsOf(string task) =>
        Jobs.Where(job => job.Task == task).Select(job => job.Name).Append(task).Distinct();
}

/// <summary>A default job that exists once something is set.</summary>
/// <param name="Setting">What that is.</param>
internal sealed record DormantJob(string Name, string Setting);
