using System.Diagnostics;
using OpenTelemetry;

namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>
/// Drops the worker's span of a function that had nothing to do, because each span is billed and all functions tick every 15 minutes. The span of
/// a function that failed or started a run is exported.
/// </summary>
internal sealed class IdleTickFilter : BaseProcessor<Activity>
{
    public const string WorkerSource = "Microsoft.Azure.Functions.Worker";

    private const string HasRun = "cochin.has_run";

    public override void OnEnd(Activity data)
    {
        if (RunSpans.Find(data) == data)
        {
            if (data is { Recorded: true, Parent: { } caller })
            {
                caller.SetCustomProperty(HasRun, this);
            }
        }
        else if (data.Source.Name == WorkerSource && data.Status != ActivityStatusCode.Error && data.GetCustomProperty(HasRun) is null)
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}
