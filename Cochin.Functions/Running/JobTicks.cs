namespace Cochin.Functions.Running;

/// <summary>
/// The runner as the timer functions see it. Public, with all else internal, because the worker calls functions from code that
/// it generates, and wants them and what they are made with public.
/// </summary>
public sealed class JobTicks
{
    private readonly JobRunner runner;

    internal JobTicks(JobRunner runner) => this.runner = runner;

    /// <summary>A tick for one job. How the run went is in its record and the log; nothing is thrown for it.</summary>
    public Task RunDueAsync(string jobName, CancellationToken cancellationToken) => runner.RunDueAsync(jobName, cancellationToken);
}
