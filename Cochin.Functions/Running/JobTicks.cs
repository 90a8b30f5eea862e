namespace Cochin.Functions.Running;

/// <summary>
/// The runner as the timer functions see it. Public, with all else internal, because the worker calls functions from code that
/// it generates, and wants them and what they are made with public.
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

    /// <summary>A tick for one job. How the run went is in its record and the log; nothing is thrown for it.</summary>
    public Task RunDueAsync(string jobName, CancellationToken cancellationToken) =>
        ticks.RunAsync(token => runner.RunDueAsync(jobName, token), cancellationToken);

    /// <summary>A tick for all jobs that the settings define, at once: each has the whole time that the host gives a function.</summary>
    public Task RunFurtherDueAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(catalog.Jobs.Where(job => job.IsFurther).Select(job => RunDueAsync(job.Name, cancellationToken)));
}
