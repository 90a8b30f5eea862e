using Azure.Data.Tables;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Running;

/// <summary>A row of the jobs table: what is remembered of a job between runs.</summary>
internal sealed record JobState
{
    private static readonly TimeSpan ClocksMayDiffer = TimeSpan.FromHours(1);

    private static readonly string[] Times =
    [
        nameof(DisabledUntil), nameof(SettledOccurrence), nameof(FirstSeenAt), nameof(LastSuccessAt),
        nameof(LastFailureAt), nameof(FailingSince), nameof(MissedOccurrence), nameof(EnabledAt),
    ];

    /// <summary>What <c>add</c> and <c>remove</c> said last; null where neither was used, then the settings count.</summary>
    public bool? Enabled { get; init; }

    /// <summary>When <c>remove --for</c> ends by itself.</summary>
    public DateTimeOffset? DisabledUntil { get; init; }

    public string? DisabledReason { get; init; }

    /// <summary>The latest occurrence that is done with, however it went; null for a job never seen.</summary>
    public DateTimeOffset? SettledOccurrence { get; init; }

    /// <summary>When a tick met the job for the first time; null in rows from before this was kept.</summary>
    public DateTimeOffset? FirstSeenAt { get; init; }

    public DateTimeOffset? LastSuccessAt { get; init; }

    public DateTimeOffset? LastFailureAt { get; init; }

    public int ConsecutiveFailures { get; init; }

    public string? LastRunId { get; init; }

    /// <summary>When the first of the failures in a row ended; null while the job does not fail.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>The latest occurrence that was found too late to be made up.</summary>
    public DateTimeOffset? MissedOccurrence { get; init; }

    /// <summary>When <c>add</c> switched it on again; null where it was never off.</summary>
    public DateTimeOffset? EnabledAt { get; init; }

    /// <summary>The columns that hold something that can't be read.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];

    /// <summary>Whether what is settled can't be read; then the run records show whether an occurrence is done.</summary>
    public bool IsSettledUnreadable => Unreadable.Contains(nameof(SettledOccurrence));

    /// <summary>
    /// Whether it can't be read if the job is switched on, or when it will be. Then it does not run, as that is no permission, but it was not
    /// switched off either: its occurrences stay open and it is watched.
    /// </summary>
    public bool IsSwitchUnreadable => Unreadable.Contains(nameof(Enabled)) || (Enabled == false && Unreadable.Contains(nameof(DisabledUntil)));

    /// <summary>Whether the job may run now.</summary>
    public bool IsEnabled(JobDefinition job, DateTimeOffset now) => Enabled switch
    {
        null => job.Enabled,
        true => true,
        false => !IsSwitchUnreadable && DisabledUntil <= now,
    };

    /// <summary>Whether its failures and its silence matter: not those of a job that was switched off.</summary>
    public bool IsWatched(JobDefinition job, DateTimeOffset now) => IsSwitchUnreadable || IsEnabled(job, now);

    /// <summary>From when on a success is waited for: the last one, or where it was off since then, its being switched on.</summary>
    public DateTimeOffset? WaitingSince => (LastSuccessAt ?? FirstSeenAt) is { } since
        ? new[] { since, EnabledAt, Enabled == false ? DisabledUntil : null }.Max()
        : null;

    /// <summary>
    /// Whether the job has gone without success for longer than <see cref="JobDefinition.OverduePeriods"/> of its periods, or will,
    /// since a clock was wrong, or may have, since the time of the last success can't be read.
    /// </summary>
    public bool IsOverdue(JobDefinition job, DateTimeOffset now) =>
        IsWatched(job, now)
        && (IsSettledInFuture(job, now)
            || (WaitingSince is null && (Unreadable.Contains(nameof(LastSuccessAt)) || Unreadable.Contains(nameof(FirstSeenAt))))
            || WaitingSince - now > ClocksMayDiffer
            || (WaitingSince is { } since
                && job.Schedule.Period(now) is { } period
                && now - since > job.OverduePeriods * period));

    /// <summary>
    /// Whether occurrences are settled which are still to come, so that nothing runs until then: some runner's clock was far ahead.
    /// One occurrence that was done a little early is no matter.
    /// </summary>
    public bool IsSettledInFuture(JobDefinition job, DateTimeOffset now) =>
        SettledOccurrence > job.Schedule.Next(now) && SettledOccurrence - now > ClocksMayDiffer;

    public static JobState From(TableEntity row)
    {
        var unreadable = Times.Where(column => row.Has(column) && row.Time(column) is null)
            .Concat(row.Has(nameof(Enabled)) && row.Flag(nameof(Enabled)) is null ? [nameof(Enabled)] : [])
            .ToList();
        return From(row, unreadable.Count == 0 ? [] : unreadable);
    }

    private static JobState From(TableEntity row, IReadOnlyList<string> unreadable) => new()
    {
        // What was switched off must not start again because its row can't be read.
        Enabled = unreadable.Contains(nameof(Enabled)) ? false : row.Flag(nameof(Enabled)),
        Unreadable = unreadable,
        DisabledUntil = row.Time(nameof(DisabledUntil)),
        DisabledReason = unreadable.FirstOrDefault(column => column is nameof(Enabled) or nameof(DisabledUntil)) is { } broken
            ? $"its {broken} in the jobs table can't be read"
            : row.Text(nameof(DisabledReason)),
        SettledOccurrence = row.Time(nameof(SettledOccurrence)),
        FirstSeenAt = row.Time(nameof(FirstSeenAt)),
        LastSuccessAt = row.Time(nameof(LastSuccessAt)),
        LastFailureAt = row.Time(nameof(LastFailureAt)),
        ConsecutiveFailures = (int)Math.Clamp(row.Number(nameof(ConsecutiveFailures)) ?? (row.Has(nameof(ConsecutiveFailures)) ? 1 : 0), 0, int.MaxValue),
        LastRunId = row.Text(nameof(LastRunId)),
        FailingSince = row.Time(nameof(FailingSince)),
        MissedOccurrence = row.Time(nameof(MissedOccurrence)),
        EnabledAt = row.Time(nameof(EnabledAt)),
    };
}
