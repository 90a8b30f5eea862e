using System.Diagnostics;
using Cochin.Functions.Runs;
using OpenTelemetry.Trace;

namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>
/// Samples every run, even if its parent is not sampled, and the calls made during runs. Calls outside of runs, such as reading a row to find out
/// that nothing is due, are not sampled. Other spans, such as the worker's, follow their parent.
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
