using System.Diagnostics;
using OpenTelemetry;

namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>
/// Leaves out the worker's span of a function that had nothing to do: six functions tick every quarter of an hour, and each span is paid
/// for. That of a function with a run below it, or that failed, goes out.
/// </summary>
internal sealed class IdleTicks : BaseProcessor<Activity>
{
    public const string Worker = "Microsoft.Azure.Functions.Worker";

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
        else if (data.Source.Name == Worker && data.Status != ActivityStatusCode.Error && data.GetCustomProperty(HasRun) is null)
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}
