using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Cochin.Functions.Runs;

namespace Cochin.Functions.Tests.Runs;

/// <summary>Collects what runs emit: listens to one <see cref="RunTelemetry"/>.</summary>
internal sealed class EmittedTelemetry : IDisposable
{
    private readonly ConcurrentQueue<RecordedMeasurement> measurements = new();
    private readonly ConcurrentQueue<Activity> spans = new();
    private readonly MeterListener meters = new();
    private readonly ActivityListener activities;

    public EmittedTelemetry(RunTelemetry telemetry)
    {
        activities = new ActivityListener
        {
            ShouldListenTo = source => source == telemetry.Source,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.Recorded)
                {
                    spans.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(activities);

        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == telemetry.Meter)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            measurements.Enqueue(new RecordedMeasurement(instrument.Name, instrument.Unit, value, Tags(tags))));
        meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
            measurements.Enqueue(new RecordedMeasurement(instrument.Name, instrument.Unit, value, Tags(tags))));
        meters.Start();
    }

    /// <summary>The ended spans that would be exported.</summary>
    public IReadOnlyList<Activity> Spans => [.. spans];

    /// <summary>All measurements so far, without those of gauges.</summary>
    public IReadOnlyList<RecordedMeasurement> Measurements => [.. measurements];

    /// <summary>The attributes of each metric, with the values that occurred.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlySet<string>>> Metrics => Measurements
        .GroupBy(measured => measured.Name)
        .ToDictionary(
            metric => metric.Key,
            metric => (IReadOnlyDictionary<string, IReadOnlySet<string>>)metric
                .SelectMany(measured => measured.Tags)
                .GroupBy(tag => tag.Key, tag => tag.Value)
                .ToDictionary(tag => tag.Key, tag => (IReadOnlySet<string>)tag.ToHashSet()));

    /// <summary>The keys of all span attributes.</summary>
    public IReadOnlySet<string> SpanAttributes =>
        Spans.SelectMany(span => span.TagObjects).Where(tag => tag.Value is not null).Select(tag => tag.Key).ToHashSet();

    /// <summary>Reads the gauges, as an exporter does each minute. Returns their measurements and adds them to <see cref="Measurements"/>.</summary>
    public IReadOnlyList<RecordedMeasurement> ReadGauges()
    {
        var before = measurements.Count;
        meters.RecordObservableInstruments();
        return [.. measurements.Skip(before)];
    }

    public RecordedMeasurement Single(string metric) => Measurements.Where(measured => measured.Name == metric).ShouldHaveSingleItem();

    public void Dispose()
    {
        meters.Dispose();
        activities.Dispose();
    }

    private static SortedDictionary<string, string> Tags(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var read = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags)
        {
            read[key] = value.ShouldBeOfType<string>("every backend stores dimensions as text");
        }

        return read;
    }
}

/// <summary>One measurement of one metric.</summary>
internal sealed record RecordedMeasurement(string Name, string? Unit, double Value, IReadOnlyDictionary<string, string> Tags);
