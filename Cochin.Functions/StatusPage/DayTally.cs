using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.StatusPage;

/// <summary>Adds up the runs of one job on one day, newest first.</summary>
internal sealed class DayTally(DateOnly date)
{
    private int runs;
    private int failed;
    private DayMark mark;
    private bool endedWell;
    private double? longest;
    private long? bytes;

    public void Add(RunReport run)
    {
        runs++;
        var ofRun = MarkOf(run);
        if (ofRun is DayMark.Failed or DayMark.Lost)
        {
            failed++;
            ofRun = endedWell ? DayMark.Recovered : ofRun;
        }

        endedWell |= ofRun is DayMark.Completed or DayMark.Partial;
        mark = ofRun > mark ? ofRun : mark;
        if (run.Duration is { } took && run.Outcome != Outcome.Skipped)
        {
            longest = Math.Max(longest ?? 0, took.TotalMilliseconds);
        }

        if (Worked(run) is { } worked)
        {
            bytes = long.MaxValue - worked < (bytes ?? 0) ? long.MaxValue : (bytes ?? 0) + worked;
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

    // What a run looked at is no work; what it freed or took in is. What an unfinished one did is told again by the run that goes on.
    private static long? Worked(RunReport run)
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
