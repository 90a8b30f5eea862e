using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.StatusPage;

/// <summary>Adds up the runs of one job on one day. Runs must be added newest first.</summary>
internal sealed class DayTally(DateOnly date)
{
    private int runs;
    private int failed;
    private DayMark mark;
    private bool hasLaterSuccess;
    private double? longest;
    private long? bytes;

    public void Add(RunReport run)
    {
        runs++;
        var runMark = MarkOf(run);
        if (runMark is DayMark.Failed or DayMark.Lost)
        {
            failed++;
            runMark = hasLaterSuccess ? DayMark.Recovered : runMark;
        }

        hasLaterSuccess |= runMark is DayMark.Completed or DayMark.Partial;
        mark = runMark > mark ? runMark : mark;
        if (run.Duration is { } duration && run.Outcome != Outcome.Skipped)
        {
            longest = Math.Max(longest ?? 0, duration.TotalMilliseconds);
        }

        if (ProcessedBytes(run) is { } processed)
        {
            bytes = long.MaxValue - processed < (bytes ?? 0) ? long.MaxValue : (bytes ?? 0) + processed;
        }
    }

    /// <param name="isRead">Whether all runs of the day were added.</param>
    public StatusDay ToDay(bool isRead) => new(date, runs == 0 && !isRead ? DayMark.Unread : mark, runs, failed, longest, bytes);

    private static DayMark MarkOf(RunReport run) => run.Outcome switch
    {
        Outcome.Completed => DayMark.Completed,
        Outcome.Partial => run.IsUnfinished ? DayMark.Running : DayMark.Partial,
        Outcome.Failed => run.IsInterrupted ? DayMark.Skipped : DayMark.Failed,
        Outcome.Lost => DayMark.Lost,
        Outcome.Running => DayMark.Running,
        _ => run.Reason == SkipReason.Missed ? DayMark.Missed : DayMark.Skipped,
    };

    // Only bytes that were freed or registered count, not those scanned. The run that continues an unfinished one reports its bytes again.
    private static long? ProcessedBytes(RunReport run)
    {
        if (run.IsUnfinished)
        {
            return null;
        }

        return TaskCatalog.Find(run.Task)?.Worked is { } worked && run.Bytes.Any(bytes => bytes.Key == worked.Name)
            ? Math.Max(0, worked.In(run.Counts, run.Bytes))
            : null;
    }
}
