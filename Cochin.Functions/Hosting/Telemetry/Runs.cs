using System.Diagnostics;
using Cochin.Functions.Running;

namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>Finds the run that a span belongs to.</summary>
internal static class Runs
{
    /// <summary>The run's span: this one or the nearest above it; null outside of runs.</summary>
    public static Activity? Of(Activity? activity)
    {
        while (activity is not null && activity.Source.Name != TelemetryNames.Source)
        {
            activity = activity.Parent;
        }

        return activity;
    }
}
