using Cochin.Functions.Tasks;

namespace Cochin.Functions.Jobs;

/// <summary>All jobs, in display order.</summary>
internal sealed class JobCatalog(IReadOnlyList<JobDefinition> jobs)
{
    /// <summary>Stands for all jobs on the command line, so no job may have this name.</summary>
    public const string All = "all";

    public IReadOnlyList<JobDefinition> Jobs { get; } = jobs;

    /// <summary>Default jobs that do not exist until a setting is set.</summary>
    public IReadOnlyList<DormantJob> Dormant { get; init; } = [];

    /// <summary>Whether a task has default jobs that do not exist yet, and no other job either.</summary>
    public bool IsDormant(TaskDescription task) =>
        task.Jobs.Any(job => Dormant.Any(dormant => dormant.Name == job.Name)) && Jobs.All(job => job.Task != task.Name);

    /// <summary>The job with this name or id, or null.</summary>
    public JobDefinition? Find(string nameOrId) =>
        Jobs.FirstOrDefault(job => job.Name == nameOrId) ?? Jobs.FirstOrDefault(job => string.Equals(job.Id, nameOrId, StringComparison.OrdinalIgnoreCase));

    /// <summary>The partitions that hold the runs of a task: one per job, and one named after the task for typed tasks.</summary>
    public IEnumerable<string> PartitionsOf(string task) =>
        Jobs.Where(job => job.Task == task).Select(job => job.Name).Append(task).Distinct();
}

/// <summary>A default job that does not exist until a setting is set.</summary>
/// <param name="Setting">The name of that setting.</param>
internal sealed record DormantJob(string Name, string Setting);
