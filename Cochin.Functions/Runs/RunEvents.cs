using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Runs;

/// <summary>Reports what happens to runs: to the log, to telemetry and to the followers.</summary>
internal sealed class RunEvents(RunFollowers followers, RunTelemetry telemetry, ILogger<JobRunner> logger)
{
    /// <summary>Starts the telemetry span of a run. Dispose it when the run has ended.</summary>
    public RunSpan Begin(Run run) => telemetry.Begin(run);

    public void LockTried(string scope, bool acquired, TimeSpan waited) => telemetry.LockTried(scope, acquired, waited);

    /// <summary>The run <paramref name="finder"/> found dead runs.</summary>
    public void Lost(IEnumerable<RunReport> records, Run finder)
    {
        foreach (var lost in records)
        {
            telemetry.Lost(lost);
            logger.RunLost(lost.RunId, lost.Job, finder.Id);
        }
    }

    /// <summary>The record of a run is written and its work starts.</summary>
    public Task StartedAsync(Run run, CancellationToken cancellationToken)
    {
        logger.RunStarted(run.Id, run.Label, run.Trigger);
        return followers.StartedAsync(run, cancellationToken);
    }

    /// <summary>A run has ended and released its lock. Ticks with nothing due and repeated skips are not reported; dry runs have no followers.</summary>
    public async Task EndedAsync(RunReport report, RunSpan span, CancellationToken cancellationToken)
    {
        span.End(report);
        telemetry.Ended(report);
        if (report is { Reason: SkipReason.NotDue } or { IsRepeat: true })
        {
            return;
        }

        logger.RunEnded(report);
        if (!report.DryRun && report is not { IsInterrupted: true, Attempted: false })
        {
            await followers.EndedAsync(report, cancellationToken).ConfigureAwait(false);
        }
    }
}
