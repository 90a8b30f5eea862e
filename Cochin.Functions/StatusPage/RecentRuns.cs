using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.StatusPage;

/// <summary>The latest run of a job, and its runs of the last thirty days by day.</summary>
internal sealed record RecentRuns(RunReport? Newest, IReadOnlyList<StatusDay> Days)
{
    /// <summary>Rows to read for all jobs together. This is enough for a month of the default jobs plus one that runs every 15 minutes.</summary>
    private const int MaxRows = 15_000;
    private const int MinRowsPerJob = 100;

    /// <summary>Reads the runs one by one and keeps only the totals of each day.</summary>
    /// <param name="jobs">The names of the jobs. They share the limit of rows.</param>
    /// <returns>The runs by job.</returns>
    public static async Task<IReadOnlyDictionary<string, RecentRuns>> ReadAsync(
        RunHistory history, IReadOnlyCollection<string> jobs, ThirtyDays days, CancellationToken cancellationToken)
    {
        var limit = Math.Max(MinRowsPerJob, MaxRows / Math.Max(1, jobs.Count));
        var tallies = jobs.ToDictionary(job => job, _ => new Tally(days));
        await foreach (var run in history.ListForJobsAsync(tallies.Keys, days.Since, limit, cancellationToken).ConfigureAwait(false))
        {
            tallies[run.Job].Add(run);
        }

        return tallies.ToDictionary(tally => tally.Key, tally => tally.Value.ToRecentRuns(limit));
    }

    private sealed class Tally(ThirtyDays days)
    {
        private readonly DayTally[] tallies = [.. Enumerable.Range(0, ThirtyDays.Count).Select(i => new DayTally(days.First.AddDays(i)))];
        private RunReport? newest;
        private int read;
        private int oldest;

        public void Add(RunReport run)
        {
            read++;
            if (run.IsTyped)
            {
                return; // Not a run of the job, although it is in the same partition.
            }

            // A run that only found the lock held is not interesting unless there is no other.
            newest = newest is null or { Reason: SkipReason.LockHeld } && (newest is null || run.Reason != SkipReason.LockHeld) ? run : newest;
            if (days.IndexOf(run.StartedAt) is >= 0 and < ThirtyDays.Count and var day)
            {
                tallies[day].Add(run);
                oldest = day;
            }
        }

        public RecentRuns ToRecentRuns(int limit) =>
            new(newest, [.. tallies.Select((tally, day) => tally.ToDay(isRead: read < limit || day >= oldest))]);
    }
}
