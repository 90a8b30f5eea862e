using System.Diagnostics;
using Cochin.Functions.Runs;

namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>Finds the run that a span belongs to.</summary>
internal static class RunSpans
{
    /// <summary>The run's span: this one or the nearest above it; null outside of runs.</summary>
    public static Activity? Find(Activity? activity)
    {
        while (activity is not null && activity.Source.Name != TelemetryNames.Source)
        {
            activity = activity.Parent;
        }

        return activity;
    }
}
