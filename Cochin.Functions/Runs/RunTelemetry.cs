using System.Diagnostics;
using System.Diagnostics.Metrics;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Runs;

/// <summary>
/// Traces and metrics of runs. Ticks with nothing due emit neither; dry runs are traced but not measured. Names and meaning:
/// docs/operations.md.
/// </summary>
internal sealed class RunTelemetry : IDisposable
{
    private readonly ILogger<RunTelemetry> logger;
    private readonly LastSuccessAges ages;
    private readonly Histogram<double> duration;
    private readonly Counter<long> outcomes;
    private readonly Counter<long> items;
    private readonly Counter<long> bytes;
    private readonly Histogram<double> lockWait;

    public RunTelemetry(TimeProvider time, ILogger<RunTelemetry> logger)
    {
        this.logger = logger;
        ages = new LastSuccessAges(time);
        duration = Meter.CreateHistogram(
            TelemetryNames.RunDuration,
            "s",
            "The duration of runs, without skips.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 600, 1_200, 1_800, 3_600] });
        outcomes = Meter.CreateCounter<long>(TelemetryNames.RunOutcome, "{run}", "The outcomes of runs.");
        items = Meter.CreateCounter<long>(TelemetryNames.Items, "{item}", "The counts of runs.");
        bytes = Meter.CreateCounter<long>(TelemetryNames.Bytes, "By", "The byte counts of runs.");
        lockWait = Meter.CreateHistogram(
            TelemetryNames.LockWait,
            "s",
            "The time to acquire a lock, or to find that it is held.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
        Meter.CreateObservableGauge(
            TelemetryNames.LastSuccessAge,
            ages.Measure,
            "s",
            "The time since a job last succeeded, or since it was first seen if it never did.");
    }

    public ActivitySource Source { get; } = new(TelemetryNames.Source);

    public Meter Meter { get; } = new(TelemetryNames.Source);

    /// <summary>Starts the span and log scope of a run. Dispose it when the run has ended.</summary>
    public RunSpan Begin(Run run) => new(
        run,
        RunSpan.Start(run, Source),
        logger.BeginScope(new KeyValuePair<string, object?>[] { new(TelemetryNames.RunId, run.Id), new(TelemetryNames.Job, run.Label) }));

    /// <summary>Updates the last known state of a job, for the gauge of the last success.</summary>
    public void TrackState(JobDefinition job, JobState state) => ages.Track(job, state);

    public void LockTried(string scope, bool acquired, TimeSpan waited) =>
        lockWait.Record(waited.TotalSeconds, new(TelemetryNames.LockScope, scope), new(TelemetryNames.LockResult, acquired ? "acquired" : "held"));

    /// <summary>Counts a dead run that was found.</summary>
    public void Lost(RunReport record) =>
        CountOutcome(record.Job, record.Task, TelemetryNames.TriggerOf(record.Trigger, record.IsTyped), Outcome.Lost, reason: null);

    public void Ended(RunReport report)
    {
        if (report.DryRun || report.Reason == SkipReason.NotDue || report.IsRepeat)
        {
            return;
        }

        CountOutcome(report.Job, report.Task, TelemetryNames.TriggerOf(report.Trigger, report.IsTyped), report.Outcome, report.Reason);
        if (report is { Outcome: not Outcome.Skipped, Duration: { } took })
        {
            duration.Record(
                took.TotalSeconds,
                new(TelemetryNames.Job, report.Job),
                new(TelemetryNames.Task, report.Task),
                new(TelemetryNames.Outcome, report.Outcome.ToString()));
        }

        if (report.IsUnfinished)
        {
            return; // The run that continues the work counts this part as well.
        }

        foreach (var (name, value) in report.Counts)
        {
            items.Add(value, new(TelemetryNames.Job, report.Job), new(TelemetryNames.Item, name));
        }

        foreach (var (name, value) in report.Bytes)
        {
            bytes.Add(value, new(TelemetryNames.Job, report.Job), new(TelemetryNames.Item, name));
        }
    }

    public void Dispose()
    {
        Source.Dispose();
        Meter.Dispose();
    }

    private void CountOutcome(string job, string task, string trigger, Outcome outcome, SkipReason? reason)
    {
        var tags = new TagList
        {
            { TelemetryNames.Job, job },
            { TelemetryNames.Task, task },
            { TelemetryNames.Trigger, trigger },
            { TelemetryNames.Outcome, outcome.ToString() },
        };
        if (reason is { } why)
        {
            tags.Add(TelemetryNames.Reason, why.ToString());
        }

        outcomes.Add(1, tags);
    }
}
