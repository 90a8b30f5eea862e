using Cochin.Functions.Running;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Status.Page;

/// <summary>Finds the one word for how a job stands.</summary>
internal static class JobConditionRule
{
    public static JobCondition Judge(JobDefinition job, JobState state, RunReport? newest, DateTimeOffset now) =>
        state.IsSwitchUnreadable ? JobCondition.Unreadable
        : !state.IsEnabled(job, now) ? JobCondition.Off
        : state.ConsecutiveFailures > 0 ? JobCondition.Failing
        : newest is { Outcome: Outcome.Skipped, Reason: SkipReason.NotConfigured } ? JobCondition.NotConfigured
        : state.IsOverdue(job, now) ? JobCondition.Overdue
        : newest switch
        {
            null => state.LastSuccessAt is null ? JobCondition.New : JobCondition.Well,
            { Outcome: Outcome.Running } or { IsUnfinished: true } => JobCondition.Running,
            { Outcome: Outcome.Lost } => JobCondition.Lost,
            { Outcome: Outcome.Partial } => JobCondition.Partial,
            { Reason: SkipReason.Missed } => JobCondition.Missed,
            _ => JobCondition.Well,
        };
}
