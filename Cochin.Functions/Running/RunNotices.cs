namespace Cochin.Functions.Running;

internal sealed class RunNotices(TimeProvider time)
{
    public Task EndedAsync(RunReport report, JobState before, CancellationToken cancellationToken) => Task.FromResult(time);

    public Task MissedAsync(RunReport report, CancellationToken cancellationToken) => Task.FromResult(time);
}
