using Azure;
using Azure.Data.Tables;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Jobs;

/// <summary>A row of the jobs table: the state of a job between runs.</summary>
internal sealed record JobState
{
    /// <summary>A time that is further ahead of our clock than this can't be true.</summary>
    public static readonly TimeSpan MaxClockSkew = TimeSpan.FromHours(1);

    private static readonly string[] Times =
    [
        nameof(DisabledUntil), nameof(SettledOccurrence), nameof(FirstSeenAt), nameof(LastSuccessAt),
        nameof(LastFailureAt), nameof(FailingSince), nameof(PartialSince), nameof(MissedOccurrence), nameof(EnabledAt),
    ];

    /// <summary>Set by <c>add</c> and <c>remove</c>; null if neither was used, so that the settings decide.</summary>
    public bool? Enabled { get; init; }

    /// <summary>When a <c>remove --for</c> expires.</summary>
    public DateTimeOffset? DisabledUntil { get; init; }

    /// <summary>What <see cref="Enabled"/> is again after <see cref="DisabledUntil"/>: its value before <c>remove --for</c>.</summary>
    public bool? EnabledBefore { get; init; }

    public string? DisabledReason { get; init; }

    /// <summary>The latest occurrence that needs no further run, whatever its outcome; null for a job that no tick has seen.</summary>
    public DateTimeOffset? SettledOccurrence { get; init; }

    /// <summary>When a tick first saw the job; null in rows of earlier versions.</summary>
    public DateTimeOffset? FirstSeenAt { get; init; }

    public DateTimeOffset? LastSuccessAt { get; init; }

    public DateTimeOffset? LastFailureAt { get; init; }

    public int ConsecutiveFailures { get; init; }

    public string? LastRunId { get; init; }

    /// <summary>When the first of the consecutive failures ended; null if the last run did not fail.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>The number of successful runs in a row, up to the last one, that could not process some items.</summary>
    public int ConsecutivePartials { get; init; }

    /// <summary>When the first of these runs ended; null if there is none.</summary>
    public DateTimeOffset? PartialSince { get; init; }

    /// <summary>The latest occurrence that was skipped because it was found too late.</summary>
    public DateTimeOffset? MissedOccurrence { get; init; }

    /// <summary>When <c>add</c> last enabled the job; null if it was never disabled.</summary>
    public DateTimeOffset? EnabledAt { get; init; }

    /// <summary>The runners that check the job on schedule, as recorded, newest first; empty if unknown, e.g. in rows of earlier versions.</summary>
    public IReadOnlyList<RunnerCheck> CheckedBy { get; init; } = [];

    /// <summary>The version of the row; null if it does not exist.</summary>
    public ETag? Version { get; init; }

    /// <summary>The row that was read, with the columns of other programs; null if it does not exist.</summary>
    public TableEntity? Row { get; init; }

    /// <summary>When the row was last written, by the clock of the storage service.</summary>
    public DateTimeOffset? WrittenAt { get; init; }

    /// <summary>The columns whose values can't be read.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];

    /// <summary>Whether the settled occurrence can't be read. The run records then show whether an occurrence is done.</summary>
    public bool IsSettledUnreadable => Unreadable.Contains(nameof(SettledOccurrence));

    /// <summary>
    /// Whether the columns that enable or disable the job can't be read. The job then does not run, but it doesn't count as disabled either:
    /// its occurrences stay open and it is still monitored.
    /// </summary>
    public bool IsSwitchUnreadable => Unreadable.Contains(nameof(Enabled))
        || (Enabled == false && Unreadable.Any(column => column is nameof(DisabledUntil) or nameof(EnabledBefore)));

    /// <summary>Whether the job may run now.</summary>
    public bool IsEnabled(JobDefinition job, DateTimeOffset now) => !IsSwitchUnreadable && (SwitchAt(now) ?? job.Enabled);

    /// <summary>Whether only the settings of this process disable the job. Another runner, with other settings, may run it.</summary>
    public bool IsOffBySettings(JobDefinition job, DateTimeOffset now) => !IsSwitchUnreadable && SwitchAt(now) is null && !job.Enabled;

    /// <summary>When a <c>remove --for</c> expires and switches the job on again; null if it doesn't, because the job was off before.</summary>
    public DateTimeOffset? EnabledAgainAt(JobDefinition job) => Enabled == false && (EnabledBefore ?? job.Enabled) ? DisabledUntil : null;

    private bool? SwitchAt(DateTimeOffset now) => Enabled == false && DisabledUntil <= now ? EnabledBefore : Enabled;

    /// <summary>The start of the time without success: the last success, or when the job was enabled if that is later. Null if unknown.</summary>
    public DateTimeOffset? WaitingSince => (LastSuccessAt ?? FirstSeenAt) is { } since
        ? new[] { since, EnabledAt, Enabled == false ? DisabledUntil : null }.Max()
        : null;

    /// <summary>The runners that currently check the job; empty if there is none, or if that is unknown.</summary>
    public IEnumerable<RunnerCheck> CurrentRunners(DateTimeOffset now) => Checks.Where(check => now - check.At <= RunnerChecks.Limit);

    /// <summary>The last check of the job if no runner seems to check it any more; null if one does, or if that is unknown.</summary>
    public RunnerCheck? LastCheckBeforeStop(DateTimeOffset now)
    {
        if (CheckedBy.Count == 0)
        {
            return null;
        }

        // If an occurrence was settled long after the last check, the job has a runner of an earlier version, which records none.
        var last = Checks.MaxBy(check => check.At);
        return now - last.At > RunnerChecks.Limit && !(SettledOccurrence - last.At > RunnerChecks.Limit) ? last : null;
    }

    // A check can't be newer than the row: the runner's clock is ahead.
    private IEnumerable<RunnerCheck> Checks => CheckedBy.Select(check => check.At > WrittenAt ? check with { At = WrittenAt.Value } : check);

    /// <summary>
    /// Whether future occurrences are settled, so that nothing runs until then: the clock of a runner was far ahead. One occurrence that ran
    /// slightly early does not count.
    /// </summary>
    public bool IsSettledInFuture(JobDefinition job, DateTimeOffset now) =>
        SettledOccurrence > job.Schedule.Next(now) && SettledOccurrence - now > MaxClockSkew;

    public static JobState From(TableEntity row)
    {
        var unreadable = Times.Where(column => row.Has(column) && row.Time(column) is null)
            .Concat(row.Time(nameof(DisabledUntil))?.IsPlaceholder() == true ? [nameof(DisabledUntil)] : [])
            .Concat(new[] { nameof(Enabled), nameof(EnabledBefore) }.Where(column => row.Has(column) && row.Flag(column) is null))
            .ToList();
        return From(row, unreadable.Count == 0 ? [] : unreadable);
    }

    private static JobState From(TableEntity row, IReadOnlyList<string> unreadable) => new()
    {
        // A disabled job must not start again because its row can't be read.
        Enabled = unreadable.Contains(nameof(Enabled)) ? false : row.Flag(nameof(Enabled)),
        Unreadable = unreadable,
        DisabledUntil = unreadable.Contains(nameof(DisabledUntil)) ? null : row.Time(nameof(DisabledUntil)),
        EnabledBefore = row.Flag(nameof(EnabledBefore)),
        DisabledReason = unreadable.FirstOrDefault(column => column is nameof(Enabled) or nameof(DisabledUntil) or nameof(EnabledBefore)) is { } broken
            ? $"its {broken} in the jobs table can't be read"
            : row.Text(nameof(DisabledReason)),
        SettledOccurrence = row.Time(nameof(SettledOccurrence)),
        FirstSeenAt = row.Time(nameof(FirstSeenAt)),
        LastSuccessAt = row.Time(nameof(LastSuccessAt)),
        LastFailureAt = row.Time(nameof(LastFailureAt)),
        ConsecutiveFailures = Count(row, nameof(ConsecutiveFailures)),
        ConsecutivePartials = Count(row, nameof(ConsecutivePartials)),
        LastRunId = row.Text(nameof(LastRunId)),
        FailingSince = row.Time(nameof(FailingSince)),
        PartialSince = row.Time(nameof(PartialSince)),
        MissedOccurrence = row.Time(nameof(MissedOccurrence)),
        EnabledAt = row.Time(nameof(EnabledAt)),
        CheckedBy = RunnerChecks.Read(row),
        Version = row.ETag == default ? null : row.ETag,
        Row = row.ETag == default ? null : row,
        WrittenAt = row.Timestamp,
    };

    private static int Count(TableEntity row, string column) => (int)Math.Clamp(row.Number(column) ?? (row.Has(column) ? 1 : 0), 0, int.MaxValue);
}
