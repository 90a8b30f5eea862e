using System.Diagnostics;
using Cochin.Functions.Runs;
using OpenTelemetry.Trace;

namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>
/// Keeps every run, whatever the caller's span says, and what is called during a run; calls outside of runs (a tick with nothing due
/// reads a row) are nobody's story. What others trace, the worker for one, follows its parent.
/// </summary>
internal sealed class RunSampler : Sampler
{
    private readonly ParentBasedSampler others = new(new AlwaysOnSampler());

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        if (samplingParameters.Tags?.Any(static tag => tag.Key == TelemetryNames.RunId) ?? false)
        {
            return new SamplingResult(SamplingDecision.RecordAndSample);
        }

        return samplingParameters.Kind == ActivityKind.Client
            ? new SamplingResult(RunSpans.Find(Activity.Current) is not null)
            : others.ShouldSample(samplingParameters);
    }
}
