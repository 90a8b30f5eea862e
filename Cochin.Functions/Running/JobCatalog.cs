namespace Cochin.Functions.Running;

/// <summary>All jobs, in the order in which they are shown.</summary>
internal sealed class JobCatalog(IReadOnlyList<JobDefinition> jobs)
{
    public IReadOnlyList<JobDefinition> Jobs { get; } = jobs;

    /// <summary>The job of that name or id, or null.</summary>
    public JobDefinition? Find(string nameOrId) =>
        Jobs.FirstOrDefault(job => job.Name == nameOrId || string.Equals(job.Id, nameOrId, StringComparison.OrdinalIgnoreCase));

    /// <summary>The partitions with the runs of a task: its jobs' names, and its own for runs that a person typed.</summary>
    public IEnumerable<string> PartitionsOf(string task) =>
        Jobs.Where(job => job.Task == task).Select(job => job.Name).Append(task).Distinct();
}
