using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Jobs;

/// <summary>The columns of the jobs table that show how the last runs of a job ended.</summary>
internal static class RunColumns
{
    /// <summary>Sets them after a run.</summary>
    /// <param name="before">The state in the row.</param>
    public static void Set(TableEntity row, JobState before, RunReport report, DateTimeOffset finishedAt)
    {
        row.Set(nameof(JobState.LastRunId), report.RunId);
        switch (report.Outcome)
        {
            case Outcome.Completed or Outcome.Partial when !report.IsUnfinished:
                row.Set(nameof(JobState.LastSuccessAt), finishedAt);
                row.Set(nameof(JobState.ConsecutiveFailures), 0);
                row.Remove(nameof(JobState.FailingSince));
                SetPartial(row, before, report, finishedAt);
                break;
            case Outcome.Failed when !report.IsInterrupted:
                row.Set(nameof(JobState.LastFailureAt), finishedAt);
                row.Set(nameof(JobState.ConsecutiveFailures), OneMore(before.ConsecutiveFailures));
                row.Set(nameof(JobState.FailingSince), before.FailingSince ?? finishedAt);
                break;
            case Outcome.Skipped when report.Reason == SkipReason.Missed:
                row.Set(nameof(JobState.MissedOccurrence), report.Occurrence);
                break;
        }
    }

    private static void SetPartial(TableEntity row, JobState before, RunReport report, DateTimeOffset finishedAt)
    {
        if (report.LeftItems)
        {
            row.Set(nameof(JobState.ConsecutivePartials), OneMore(before.ConsecutivePartials));
            row.Set(nameof(JobState.PartialSince), before.PartialSince ?? finishedAt);
        }
        else
        {
            row.Remove(nameof(JobState.ConsecutivePartials));
            row.Remove(nameof(JobState.PartialSince));
        }
    }

    private static int OneMore(int count) => Math.Min(count, int.MaxValue - 1) + 1;
}
