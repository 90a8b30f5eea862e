using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Cochin.Functions.Jobs;

namespace Cochin.Functions.Runs;

/// <summary>
/// The time since the last success of each job, as a gauge. It is computed from the last known state: `serve` doesn't read the storage
/// between two occurrences.
/// </summary>
internal sealed class LastSuccessAges(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (JobDefinition Job, JobState State)> lastKnown = new();

    public void Track(JobDefinition job, JobState state) => lastKnown[job.Name] = (job, state);

    /// <summary>One measurement per tracked job: seconds since its last success, or since it was first seen.</summary>
    public IEnumerable<Measurement<double>> Measure()
    {
        var now = time.GetUtcNow();
        foreach (var (job, state) in lastKnown.Values)
        {
            if ((state.WaitingSince ?? state.SettledOccurrence) is { } since)
            {
                yield return new Measurement<double>(
                    Math.Max(0, (now - since).TotalSeconds),
                    new(TelemetryNames.Job, job.Name),
                    new(TelemetryNames.JobEnabled, JobHealth.Of(job, state, now).ExpectsSuccess ? "true" : "false"));
            }
        }
    }
}
