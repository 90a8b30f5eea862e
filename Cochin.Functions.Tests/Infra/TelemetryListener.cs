using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Cochin.Functions.Tests.Infra;

/// <summary>Hears all that the program emits in this process: its metrics and spans, with the values of their attributes.</summary>
internal sealed class TelemetryListener : IDisposable
{
    private const string Source = "Cochin";

    private readonly MeterListener metrics = new();
    private readonly ActivityListener spans;
    private readonly ConcurrentBag<(string Metric, string Key, string Value)> measured = [];
    private readonly ConcurrentBag<(string Key, string Value)> traced = [];

    public TelemetryListener()
    {
        metrics.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Source)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        metrics.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Hear(instrument, tags));
        metrics.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Hear(instrument, tags));
        metrics.Start();

        spans = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Source,
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.OperationName.StartsWith("run ", StringComparison.Ordinal) || activity.DisplayName.StartsWith("run ", StringComparison.Ordinal))
                {
                    foreach (var (key, value) in activity.TagObjects)
                    {
                        traced.Add((key, $"{value}"));
                    }
                }
            },
        };
        ActivitySource.AddActivityListener(spans);
    }

    public IReadOnlySet<string> Metrics => measured.Select(each => each.Metric).ToHashSet();

    public IReadOnlySet<string> SpanKeys => traced.Select(each => each.Key).ToHashSet();

    public IReadOnlySet<string> KeysOf(string metric) => measured.Where(each => each.Metric == metric && each.Key.Length > 0).Select(each => each.Key).ToHashSet();

    public IReadOnlySet<string> ValuesOf(string key) =>
        measured.Where(each => each.Key == key).Select(each => each.Value).Concat(traced.Where(each => each.Key == key).Select(each => each.Value)).ToHashSet();

    /// <summary>Asks the gauges for their values now.</summary>
    public void ReadGauges() => metrics.RecordObservableInstruments();

    public void Dispose()
    {
        metrics.Dispose();
        spans.Dispose();
    }

    private void Hear(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        measured.Add((instrument.Name, "", ""));
        foreach (var (key, value) in tags)
        {
            measured.Add((instrument.Name, key, $"{value}"));
        }
    }
}
