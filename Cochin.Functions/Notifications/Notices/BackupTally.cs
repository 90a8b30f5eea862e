using Azure;
using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>
/// The one rule of which completed backups are good, which are damaged or verified, and whether the newest good one of a configuration is
/// too old: notices, digest, <c>doctor</c>, <c>status</c> and the page all ask it. It keeps a few numbers a configuration, whatever the
/// number of rows.
/// </summary>
internal sealed class BackupTally(WatchSettings settings, DateTimeOffset now)
{
    // All rows of backups: the newest may come last, and a filter on the status would miss one that is spelled differently.
    private const string Filter = "PartitionKey eq '" + OperationKind.Backup + "'";

    // As for the time that a backup was made.
    private static readonly TimeSpan MaxClockSkew = TimeSpan.FromDays(1);

    private readonly Dictionary<string, BackupSummary> summaries = settings.BackupsExpectedOf
        .Where(expected => expected.Value > TimeSpan.Zero)
        .ToDictionary(expected => expected.Key, expected => new BackupSummary(expected.Key));

    /// <summary>The columns it needs.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(Operation.Status), nameof(Operation.Configuration),
        nameof(Operation.Name), nameof(Operation.SizeBytes), nameof(Operation.CompletedAt), nameof(Operation.CreatedAt),
        nameof(Operation.VerifiedAt), nameof(Operation.Damage), nameof(Operation.DamagedAt),
    ];

    /// <summary>How the backups stand, by all their rows.</summary>
    /// <exception cref="RequestFailedException">They can't be read to the end, or their table is gone: then nothing is known of any.</exception>
    public static async Task<IReadOnlyList<BackupSummary>> ReadAsync(
        CochinStorage storage, WatchSettings settings, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var tally = new BackupTally(settings, now);
        try
        {
            await foreach (var row in storage.Operations.RowsAsync(Filter, Columns, cancellationToken).ConfigureAwait(false))
            {
                tally.Add(Operation.From(row));
            }
        }
        catch (RequestFailedException e) when (MissingTable.Is(e))
        {
            if ((await MissingTable.ExplainAsync(storage, storage.Operations, cancellationToken).ConfigureAwait(false)).WasSeen)
            {
                throw;
            }
        }

        return tally.Summarize();
    }

    /// <summary>Adds an operation; one that is not a backup changes nothing.</summary>
    public void Add(Operation operation)
    {
        if (operation.Kind != OperationKind.Backup)
        {
            return;
        }

        var configuration = operation.Configuration ?? "";
        var summary = summaries.GetValueOrDefault(configuration) ?? new BackupSummary(configuration);
        summaries[configuration] = operation switch
        {
            { Status: not (OperationStatus.Completed or OperationStatus.FileMissing) } => WithOther(summary, operation),

            // A configuration whose backups have all gone missing is one without a backup, not none.
            { Status: OperationStatus.FileMissing } => summary with { Missing = summary.Missing + 1 },
            { IsDamaged: true } => WithDamaged(summary, operation),
            { SizeBytes: 0 } => summary with { Empty = summary.Empty + 1 },
            { UnreadableSizeType: not null } => summary with { Unread = summary.Unread + 1 },
            _ => WithGood(summary, operation),
        };
    }

    /// <summary>
    /// Each configuration that has a row of a backup, whatever its status, or of which one is expected by name. Left out is one that can't be expected
    /// to have a backup yet: its first is in progress, or its oldest row is younger than a backup may be.
    /// </summary>
    public IReadOnlyList<BackupSummary> Summarize() => [.. summaries.Values.Where(IsDue).Select(WithLimits)];

    private bool IsDue(BackupSummary summary)
    {
        var wasCompleted = summary.Completed + summary.Missing > 0;
        if (wasCompleted || settings.BackupsExpectedOf.GetValueOrDefault(summary.Configuration) > TimeSpan.Zero)
        {
            return true;
        }

        return summary.Configuration.Length > 0 && summary.HasEndedRow && !(now - summary.OldestRow <= settings.ExpectedOf(summary.Configuration));
    }

    private BackupSummary WithLimits(BackupSummary summary)
    {
        // What has no name can't be announced, nor be given an age of its own.
        var expected = summary.Configuration.Length > 0 ? settings.ExpectedOf(summary.Configuration) : TimeSpan.Zero;
        var isWatched = expected > TimeSpan.Zero;
        return summary with { IsWatched = isWatched, IsOverdue = isWatched && !(now - summary.Newest <= expected) };
    }

    // A row without a readable time may be of any age.
    private BackupSummary WithOther(BackupSummary summary, Operation operation)
    {
        var at = operation.MadeAt(now) ?? DateTimeOffset.MinValue;
        return summary with { HasEndedRow = summary.HasEndedRow || !operation.IsLive, OldestRow = summary.OldestRow < at ? summary.OldestRow : at };
    }

    private BackupSummary WithDamaged(BackupSummary summary, Operation operation)
    {
        var damaged = new DamagedBackup(operation.Id, operation.Name, operation.Damage!, operation.DamagedAt <= now ? operation.DamagedAt : null);
        return summary with
        {
            Damaged = summary.Damaged + 1,
            DamagedBackups =
            [
                .. summary.DamagedBackups.Append(damaged)
                    .OrderByDescending(one => one.Since).ThenBy(one => one.Id, StringComparer.Ordinal)
                    .Take(DamagedBackup.Named),
            ],
            DamagedSince = summary.DamagedSince < damaged.Since || damaged.Since is null ? summary.DamagedSince : damaged.Since,
        };
    }

    private BackupSummary WithGood(BackupSummary summary, Operation operation)
    {
        var size = operation.SizeBytes ?? 0;
        var at = operation.MadeAt(now);
        var check = operation.VerifiedAt - now > MaxClockSkew ? null : operation.VerifiedAt;
        return summary with
        {
            Verified = summary.Verified + (check is null ? 0 : 1),
            OldestCheck = summary.OldestCheck < check || check is null ? summary.OldestCheck : check,
            Count = summary.Count + 1,
            Bytes = long.MaxValue - size < summary.Bytes ? long.MaxValue : summary.Bytes + size,
            Newest = summary.Newest > at || at is null ? summary.Newest : at,
            Oldest = summary.Oldest < at || at is null ? summary.Oldest : at,
        };
    }
}

/// <summary>How the backups of one configuration stand.</summary>
/// <param name="Configuration">Its name; empty for backups without one.</param>
internal sealed record BackupSummary(string Configuration)
{
    /// <summary>How many are good, as far as their records say. A record without a size may be of a good one.</summary>
    public int Count { get; init; }

    /// <summary>How many of the good ones were verified.</summary>
    public int Verified { get; init; }

    /// <summary>When the one of them that was verified the longest ago was; null if none was.</summary>
    public DateTimeOffset? OldestCheck { get; init; }

    /// <summary>How many a verification has found damaged.</summary>
    public int Damaged { get; init; }

    /// <summary>Some of them, the latest found first.</summary>
    public IReadOnlyList<DamagedBackup> DamagedBackups { get; init; } = [];

    /// <summary>Since when the first of them is known to be; null if that is not known.</summary>
    public DateTimeOffset? DamagedSince { get; init; }

    /// <summary>How many of all backups were verified, and when the one was that was verified the longest ago.</summary>
    public static (long Verified, long Completed, DateTimeOffset? OldestCheck) Verification(IReadOnlyCollection<BackupSummary> summaries) => (
        summaries.Sum(summary => (long)summary.Verified),
        summaries.Sum(summary => (long)summary.Completed),
        summaries.Min(summary => summary.OldestCheck));

    /// <summary>How many are completed, good or not.</summary>
    public int Completed => Count + Damaged + Empty + Unread;

    /// <summary>How many have 0 bytes: these are no backups.</summary>
    public int Empty { get; init; }

    /// <summary>How many have a size that can't be read, so that nothing says that they are not empty.</summary>
    public int Unread { get; init; }

    /// <summary>How many were completed and have lost their blob.</summary>
    public int Missing { get; init; }

    /// <summary>The bytes of the good ones, as far as they are recorded.</summary>
    public long Bytes { get; init; }

    /// <summary>When the newest good one was completed; null if there is none with a time.</summary>
    public DateTimeOffset? Newest { get; init; }

    public DateTimeOffset? Oldest { get; init; }

    /// <summary>Whether any row that is neither completed nor missing is not in progress either: failed, cancelled, or of an unknown status.</summary>
    public bool HasEndedRow { get; init; }

    /// <summary>When the oldest of the rows that are neither completed nor missing was made; null if there are none.</summary>
    public DateTimeOffset? OldestRow { get; init; }

    /// <summary>Whether it is set how old the newest may be.</summary>
    public bool IsWatched { get; init; }

    /// <summary>Whether the newest is older than that, or there is none.</summary>
    public bool IsOverdue { get; init; }
}

/// <summary>A backup that a verification has found damaged.</summary>
/// <param name="Damage">What is wrong with it; it follows "the backup".</param>
/// <param name="Since">When that was found out; null if that is not known.</param>
internal sealed record DamagedBackup(string Id, string? Name, string Damage, DateTimeOffset? Since)
{
    /// <summary>As many of one configuration are named.</summary>
    public const int Named = 5;
}
