using System.Diagnostics;
using System.Globalization;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Runs;

/// <summary>The telemetry span and log scope of a run. Calls to storage and Discord become child spans.</summary>
internal sealed class RunSpan(Run run, Activity? activity, IDisposable? logScope) : IDisposable
{
    public static Activity? Start(Run run, ActivitySource source) => source.HasListeners()
        ? source.StartActivity(
            ActivityKind.Internal,
            parentContext: default,
            [
                new(TelemetryNames.RunId, run.Id),
                new(TelemetryNames.Job, run.Label),
                new(TelemetryNames.Task, run.Options.Task),
                new(TelemetryNames.Trigger, TelemetryNames.TriggerOf(run.Trigger, run.IsTyped)),
                new(TelemetryNames.DryRun, run.Options.DryRun),
                new(TelemetryNames.Occurrence, Iso(run.Occurrence)),
            ],
            name: $"run {run.Label}")
        : null;

    public void End(RunReport report)
    {
        if (activity is null)
        {
            return;
        }

        if (report.Reason == SkipReason.NotDue || report.IsRepeat)
        {
            // Known only after the span was started: drop it, as for other ticks with nothing to do.
            activity.IsAllDataRequested = false;
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            return;
        }

        activity.SetTag(TelemetryNames.Outcome, report.Outcome.ToString());
        activity.SetTag(TelemetryNames.Reason, report.Reason?.ToString());
        foreach (var (name, value) in report.Counts)
        {
            activity.SetTag(TelemetryNames.Count + name, value);
        }

        foreach (var (name, value) in report.Bytes)
        {
            activity.SetTag(TelemetryNames.ByteCount + name, value);
        }

        if (report.Outcome == Outcome.Failed)
        {
            activity.SetTag(TelemetryNames.ErrorType, run.ErrorType);
            activity.SetStatus(ActivityStatusCode.Error, report.Error);
        }
    }

    public void Dispose()
    {
        logScope?.Dispose();
        activity?.Dispose();
    }

    private static string? Iso(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
