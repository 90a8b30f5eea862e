namespace Cochin.Functions.Running;

/// <summary>
/// The runner as the timer functions see it. Public, with all else internal, because the worker calls functions from code that
/// it generates, and wants them and what they are made with public.
/// </summary>
public sealed class JobTicks
{
    private readonly JobRunner runner;
    private readonly TicksUnderWay ticks;

    internal JobTicks(JobRunner runner, TicksUnderWay ticks)
    {
        this.runner = runner;
        this.ticks = ticks;
    }

    /// <summary>A tick for one job. How the run went is in its record and the log; nothing is thrown for it.</summary>
    public Task RunDueAsync(string jobName, CancellationToken cancellationToken) =>
        ticks.RunAsync(token => runner.RunDueAsync(jobName, token), cancellationToken);
}
