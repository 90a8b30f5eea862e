using System.Text.Json.Serialization;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Jobs;

/// <summary>
/// The health of a job, computed from its definition, its state and the time. <c>status</c>, <c>doctor</c>, the status page, the notices, the
/// digest and the telemetry all use it.
/// </summary>
internal sealed record JobHealth
{
    // Ticks are at most 15 minutes apart, and a run may take 30 minutes.
    private static readonly TimeSpan StartTolerance = TimeSpan.FromHours(1);

    public required JobCondition Condition { get; init; }

    public required bool IsEnabled { get; init; }

    /// <summary>Whether its failures are reported. They are not for a disabled job.</summary>
    public required bool IsWatched { get; init; }

    /// <summary>Whether the job is expected to succeed: it is watched, and no required setting is missing.</summary>
    public required bool ExpectsSuccess { get; init; }

    /// <summary>Whether its last run failed.</summary>
    public required bool IsFailing { get; init; }

    /// <summary>
    /// Whether the last expected success is more than <see cref="JobDefinition.OverduePeriods"/> periods ago. Also true if its time can't be read,
    /// or if a wrong clock prevents the next run.
    /// </summary>
    public required bool IsOverdue { get; init; }

    /// <summary>Whether future occurrences are already settled (because of a wrong clock), so that nothing runs until then.</summary>
    public required bool IsSettledInFuture { get; init; }

    /// <summary>A due time that is more than an hour ago and not settled; null if there is none. A run for it may be in progress.</summary>
    public DateTimeOffset? OpenSince { get; init; }

    /// <summary>
    /// The last check of an enabled job if no runner has checked it for hours, so that nothing will start it; null if one does, or if unknown.
    /// </summary>
    public RunnerCheck? LastCheckBeforeStop { get; init; }

    /// <summary>The next due time at which the job will run; null if it is disabled indefinitely.</summary>
    public DateTimeOffset? NextRun { get; init; }

    public HealthLevel Level => LevelOf(Condition);

    /// <summary>Computes the health of a job.</summary>
    public static JobHealth Of(JobDefinition job, JobState state, DateTimeOffset now)
    {
        var isEnabled = state.IsEnabled(job, now);
        var isWatched = isEnabled || state.IsSwitchUnreadable;
        var expectsSuccess = isWatched && job.MissingSetting is null;
        var isFailing = isWatched && state.ConsecutiveFailures > 0;
        var isOverdue = expectsSuccess && IsWithoutSuccess(job, state, now);
        var latest = job.Schedule.Latest(now);
        return new JobHealth
        {
            Condition = state.IsSwitchUnreadable ? JobCondition.Unreadable
                : !isEnabled ? JobCondition.Off
                : isFailing ? JobCondition.Failing
                : !expectsSuccess ? JobCondition.NotConfigured
                : isOverdue ? JobCondition.Overdue
                : state is { LastRunId: null, LastSuccessAt: null } ? JobCondition.New
                : JobCondition.Healthy,
            IsEnabled = isEnabled,
            IsWatched = isWatched,
            ExpectsSuccess = expectsSuccess,
            IsFailing = isFailing,
            IsOverdue = isOverdue,
            IsSettledInFuture = state.IsSettledInFuture(job, now),
            OpenSince = isEnabled && expectsSuccess && latest > state.SettledOccurrence && now - latest > StartTolerance ? latest : null,
            LastCheckBeforeStop = isEnabled ? state.LastCheckBeforeStop(now) : null,
            NextRun = isEnabled ? job.Schedule.Next(now)
                : state.EnabledAgainAt(job) is { } until ? job.Schedule.Next(until)
                : null,
        };
    }

    /// <summary>The condition, which for a healthy job depends on its newest run.</summary>
    public JobCondition ConditionAfter(RunReport? newest) => (Condition, newest) switch
    {
        (not (JobCondition.Healthy or JobCondition.New), _) or (_, null) => Condition,
        (_, { Outcome: Outcome.Running } or { IsUnfinished: true }) => JobCondition.Running,
        (_, { Outcome: Outcome.Lost }) => JobCondition.Lost,
        (_, { Outcome: Outcome.Partial }) => JobCondition.Partial,
        (_, { Reason: SkipReason.Missed }) => JobCondition.Missed,
        _ => JobCondition.Healthy,
    };

    public static HealthLevel LevelOf(JobCondition condition) => condition switch
    {
        JobCondition.Failing or JobCondition.Overdue or JobCondition.Unreadable => HealthLevel.Trouble,
        JobCondition.Lost or JobCondition.Missed or JobCondition.Partial or JobCondition.NotConfigured => HealthLevel.Attention,
        _ => HealthLevel.Healthy,
    };

    private static bool IsWithoutSuccess(JobDefinition job, JobState state, DateTimeOffset now) =>
        state.IsSettledInFuture(job, now)
        || (state.WaitingSince is null && state.Unreadable.Any(column => column is nameof(JobState.LastSuccessAt) or nameof(JobState.FirstSeenAt)))
        || state.WaitingSince - now > JobState.MaxClockSkew
        || (state.WaitingSince is { } since
            && job.Schedule.Period(now) is { } period
            && now - since > job.OverduePeriods * period);
}

/// <summary>How severe something is. The names are written to JSON.</summary>
internal enum HealthLevel
{
    [JsonStringEnumMemberName("well")]
    Healthy,

    /// <summary>Worth knowing, but all due work is done.</summary>
    [JsonStringEnumMemberName("attention")]
    Attention,

    /// <summary>Due work is not being done.</summary>
    [JsonStringEnumMemberName("trouble")]
    Trouble,
}

/// <summary>The condition of a job. The names are written to JSON.</summary>
internal enum JobCondition
{
    [JsonStringEnumMemberName("well")]
    Healthy,

    /// <summary>It has never run, and is not overdue.</summary>
    [JsonStringEnumMemberName("new")]
    New,

    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Disabled by the operator or a setting.</summary>
    [JsonStringEnumMemberName("off")]
    Off,

    /// <summary>Its last run could not process some items.</summary>
    [JsonStringEnumMemberName("partial")]
    Partial,

    /// <summary>The process of its last run died.</summary>
    [JsonStringEnumMemberName("lost")]
    Lost,

    /// <summary>Its last occurrence was skipped, because it was found after the end of the catch-up window.</summary>
    [JsonStringEnumMemberName("missed")]
    Missed,

    /// <summary>A required setting of its task is missing.</summary>
    [JsonStringEnumMemberName("notConfigured")]
    NotConfigured,

    /// <summary>It has not succeeded for too many periods.</summary>
    [JsonStringEnumMemberName("overdue")]
    Overdue,

    [JsonStringEnumMemberName("failing")]
    Failing,

    /// <summary>The jobs table does not show whether it is enabled, so it does not run.</summary>
    [JsonStringEnumMemberName("unreadable")]
    Unreadable,
}
