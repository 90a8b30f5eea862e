using Cochin.Functions.Jobs;
using Cochin.Functions.Locking;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Doctor;

/// <summary>Finds out what is being done for an occurrence that is not settled: it is settled only when the work has ended.</summary>
internal static class JobActivity
{
    // The next tick continues unfinished work and retries a failed run. A tick is at most 15 minutes later.
    private static readonly TimeSpan MaxPause = TimeSpan.FromHours(1);

    /// <returns>A phrase that follows the due time; null if nothing is being done.</returns>
    public static async Task<string?> FindAsync(
        JobDefinition job, DateTimeOffset due, DateTimeOffset now, RunHistory history, BlobLocks locks, CancellationToken cancellationToken)
    {
        if (await locks.FindHolderAsync(job.Task, cancellationToken).ConfigureAwait(false) is { } holder)
        {
            return holder.Job == job.Name ? $"run {holder.RunId} is in progress since {holder.Since:u}" : $"it waits for run {holder.RunId} of {holder.Job}";
        }

        var runs = await history.ListForOccurrenceAsync(job.Name, due, cancellationToken).ConfigureAwait(false);
        return runs.LastOrDefault(run => run.Outcome is not (Outcome.Skipped or Outcome.Running)) is { FinishedAt: { } end } last && now - end < MaxPause
            ? $"run {last.RunId} ended at {end:u} as {last.Outcome}, and the next tick continues"
            : null;
    }
}
