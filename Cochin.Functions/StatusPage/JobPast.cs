using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.StatusPage;

/// <summary>The newest run of a job and its last thirty days.</summary>
internal sealed record JobPast(RunReport? Newest, IReadOnlyList<StatusDay> Days)
{
    /// <summary>The rows that are read for all jobs together: a month of all five, one of them every quarter of an hour.</summary>
    private const int MostRows = 15_000;
    private const int FewestRows = 100;

    private const int MostRowsOfARequest = 1_000;

    /// <summary>Reads it, row by row: whatever the number of runs, no more than a day's sums is kept.</summary>
    /// <param name="jobs">With how many jobs the rows are shared.</param>
    public static async Task<JobPast> ReadAsync(RunHistory history, string job, ThirtyDays days, int jobs, CancellationToken cancellationToken)
    {
        var limit = Math.Max(FewestRows, MostRows / Math.Max(1, jobs));
        var tallies = Enumerable.Range(0, ThirtyDays.Count).Select(i => new DayTally(days.First.AddDays(i))).ToArray();
        RunReport? newest = null;
        var read = 0;
        var oldest = 0;
        await foreach (var run in history.ListForJobAsync(job, days.Since, Math.Min(limit, MostRowsOfARequest), cancellationToken).ConfigureAwait(false))
        {
            // A held lock says something about another run; of such runs the newest is better than none.
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

        return new JobPast(newest, [.. tallies.Select((tally, day) => tally.ToDay(isRead: read < limit || day >= oldest))]);
    }
}
