using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.StatusPage;

/// <summary>The latest run of a job, and its runs of the last thirty days by day.</summary>
internal sealed record RecentRuns(RunReport? Newest, IReadOnlyList<StatusDay> Days)
{
    /// <summary>Rows to read for all jobs together. This is enough for a month of the default jobs plus one that runs every 15 minutes.</summary>
    private const int MaxRows = 15_000;
    private const int MinRowsPerJob = 100;

    private const int MaxPageSize = 1_000;

    /// <summary>Reads the runs one by one and keeps only the totals of each day.</summary>
    /// <param name="jobs">The number of jobs that share the limit of rows.</param>
    public static async Task<RecentRuns> ReadAsync(RunHistory history, string job, ThirtyDays days, int jobs, CancellationToken cancellationToken)
    {
        var limit = Math.Max(MinRowsPerJob, MaxRows / Math.Max(1, jobs));
        var tallies = Enumerable.Range(0, ThirtyDays.Count).Select(i => new DayTally(days.First.AddDays(i))).ToArray();
        RunReport? newest = null;
        var read = 0;
        var oldest = 0;
        await foreach (var run in history.ListForJobAsync(job, days.Since, Math.Min(limit, MaxPageSize), cancellationToken).ConfigureAwait(false))
        {
            // A run that only found the lock held is not interesting unless there is no other.
            newest = newest is null or { Reason: SkipReason.LockHeld } && (newest is null || run.Reason != SkipReason.LockHeld) ? run : newest;
            if (days.IndexOf(run.StartedAt) is >= 0 and < ThirtyDays.Count and var day)
            {
                tallies[day].Add(run);
                oldest = day;
            }

            if (++read == limit)
            {
                break;
            }
        }

        return new RecentRuns(newest, [.. tallies.Select((tally, day) => tally.ToDay(isRead: read < limit || day >= oldest))]);
    }
}
