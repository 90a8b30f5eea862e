using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Cochin.Functions.Running;

/// <summary>
/// How long ago each job succeeded, as a gauge. It is computed from the state that was read last, without asking the
/// storage: in `serve` nothing is read between two occurrences.
/// </summary>
internal sealed class LastSuccessAges(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (JobDefinition Job, JobState State)> noted = new();

    public void Note(JobDefinition job, JobState state) => noted[job.Name] = (job, state);

    /// <summary>A measurement for each job that was seen; seconds since its last success, or else since it was first seen.</summary>
    public IEnumerable<Measurement<double>> Measure()
    {
        var now = time.GetUtcNow();
        foreach (var (job, state) in noted.Values)
        {
            if ((state.WaitingSince ?? state.SettledOccurrence) is { } since)
            {
                yield return new Measurement<double>(
                    Math.Max(0, (now - since).TotalSeconds),
                    new(TelemetryNames.Job, job.Name),
                    new(TelemetryNames.JobEnabled, state.IsWatched(job, now) ? "true" : "false"));
            }
        }
    }
}
