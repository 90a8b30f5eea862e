using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Runs;

/// <summary>
/// The entry point of the timer functions. Public, because the worker generates code that calls the functions and so needs them and their
/// constructor parameters to be public.
/// </summary>
public sealed class JobTicks
{
    private readonly JobRunner runner;
    private readonly JobCatalog catalog;
    private readonly ActiveTicks ticks;

    internal JobTicks(JobRunner runner, JobCatalog catalog, ActiveTicks ticks)
    {
        this.runner = runner;
        this.catalog = catalog;
        this.ticks = ticks;
    }

    /// <summary>Handles a tick of one job. A failed run does not throw: see its record and the log. A job that does not exist yet has no ticks.</summary>
    public Task RunDueAsync(string jobName, CancellationToken cancellationToken) =>
        catalog.Dormant.Any(job => job.Name == jobName) ? Task.CompletedTask : ticks.RunAsync(token => runner.RunDueAsync(jobName, token), cancellationToken);

    /// <summary>
    /// Handles a tick of all jobs that the settings define, except those that need another machine. They run in parallel, so that each has the whole
    /// function timeout.
    /// </summary>
    public Task RunFurtherDueAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(catalog.Jobs.Where(job => job.IsFurther && !NeedsAnotherMachine(job)).Select(job => RunDueAsync(job.Name, cancellationToken)));

    private static bool NeedsAnotherMachine(JobDefinition job) => TaskCatalog.Find(job.Task) is { NeedsThisMachine: true };
}
