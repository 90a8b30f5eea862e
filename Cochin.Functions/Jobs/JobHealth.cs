using System.Text.Json.Serialization;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Jobs;

/// <summary>
/// The one rule for the health of a job: <c>status</c>, <c>doctor</c>, the page, the notices, the digest and the telemetry all ask it.
/// It depends on the job with its settings, its state and the time alone.
/// </summary>
internal sealed record JobHealth
{
    // Ticks come every quarter of an hour at the latest; a run may take half of one.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    public required JobCondition Condition { get; init; }

    public required bool IsEnabled { get; init; }

    /// <summary>Whether its failures matter: not those of a job that was switched off.</summary>
    public required bool IsWatched { get; init; }

    /// <summary>Whether it should succeed from time to time: it is watched, and no setting that it needs is missing.</summary>
    public required bool ExpectsSuccess { get; init; }

    /// <summary>Whether its last run failed.</summary>
    public required bool IsFailing { get; init; }

    /// <summary>
    /// Whether a success is expected and has not come for longer than <see cref="JobDefinition.OverduePeriods"/> of its periods, or will not come
    /// since a clock was wrong, or may not have come since its time can't be read.
    /// </summary>
    public required bool IsOverdue { get; init; }

    /// <summary>Whether occurrences in the future are settled, so that nothing runs until then.</summary>
    public required bool IsSettledInFuture { get; init; }

    /// <summary>The due time that no run has taken up for an hour or more; null if there is none.</summary>
    public DateTimeOffset? NotStarted { get; init; }

    /// <summary>The next due time at which the job will run; null if it is switched off without an end.</summary>
    public DateTimeOffset? NextRun { get; init; }

    public HealthLevel Level => LevelOf(Condition);

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
            NotStarted = isEnabled && latest > state.SettledOccurrence && now - latest > Patience ? latest : null,
            NextRun = isEnabled ? job.Schedule.Next(now)
                : state is { Enabled: false, DisabledUntil: { } until } ? job.Schedule.Next(until)
                : null,
        };
    }

    /// <summary>The condition, with what the newest run adds to that of a healthy job.</summary>
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

    /// <summary>Worth knowing; all work that is due is done.</summary>
    [JsonStringEnumMemberName("attention")]
    Attention,

    /// <summary>Work that is due is not being done.</summary>
    [JsonStringEnumMemberName("trouble")]
    Trouble,
}

/// <summary>The condition of a job in one word. The names are written to JSON.</summary>
internal enum JobCondition
{
    [JsonStringEnumMemberName("well")]
    Healthy,

    /// <summary>It has never run, and need not have.</summary>
    [JsonStringEnumMemberName("new")]
    New,

    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Switched off by the operator or a setting.</summary>
    [JsonStringEnumMemberName("off")]
    Off,

    /// <summary>Its last run left some items undone.</summary>
    [JsonStringEnumMemberName("partial")]
    Partial,

    /// <summary>Its last run died.</summary>
    [JsonStringEnumMemberName("lost")]
    Lost,

    /// <summary>Its last due time was found too late to be made up.</summary>
    [JsonStringEnumMemberName("missed")]
    Missed,

    /// <summary>A setting that its task needs is not set.</summary>
    [JsonStringEnumMemberName("notConfigured")]
    NotConfigured,

    /// <summary>It has gone without success for too many of its periods.</summary>
    [JsonStringEnumMemberName("overdue")]
    Overdue,

    [JsonStringEnumMemberName("failing")]
    Failing,

    /// <summary>The table does not show whether it is switched on, so it does not run.</summary>
    [JsonStringEnumMemberName("unreadable")]
    Unreadable,
}
