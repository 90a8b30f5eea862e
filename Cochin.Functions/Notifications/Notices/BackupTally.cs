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
    private static readonly TimeSpan FurthestAhead = TimeSpan.FromDays(1);

    private readonly Dictionary<string, BackupStanding> standings = settings.BackupsExpectedOf
        .Where(expected => expected.Value > TimeSpan.Zero)
        .ToDictionary(expected => expected.Key, expected => new BackupStanding(expected.Key));

    /// <summary>The columns it needs.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(Operation.Status), nameof(Operation.Configuration),
        nameof(Operation.Name), nameof(Operation.BlobName), nameof(Operation.SizeBytes), nameof(Operation.CompletedAt), nameof(Operation.CreatedAt),
        nameof(Operation.VerifiedAt), nameof(Operation.Damage), nameof(Operation.DamagedAt),
    ];

    /// <summary>How the backups stand, by all their rows.</summary>
    /// <exception cref="RequestFailedException">They can't be read to the end, or their table is gone: then nothing is known of any.</exception>
    public static async Task<IReadOnlyList<BackupStanding>> ReadAsync(
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
            if ((await MissingTable.ExplainAsync(storage, storage.Operations, cancellationToken).ConfigureAwait(false)).ExistedBefore)
            {
                throw;
            }
        }

        return tally.Judge();
    }

    /// <summary>Adds an operation; one that is not a backup changes nothing.</summary>
    public void Add(Operation operation)
    {
        if (operation.Kind != OperationKind.Backup)
        {
            return;
        }

        var configuration = operation.Configuration ?? "";
        var standing = standings.GetValueOrDefault(configuration) ?? new BackupStanding(configuration);
        standings[configuration] = operation switch
        {
            { Status: not (OperationStatus.Completed or OperationStatus.FileMissing) } => WithOther(standing, operation),

            // A configuration whose backups have all gone missing is one without a backup, not none.
            { Status: OperationStatus.FileMissing } => standing with { Missing = standing.Missing + 1 },
            { IsDamaged: true } => WithDamaged(standing, operation),
            { SizeBytes: { } size } when EmptyArchive.HasSizeOf(operation.BlobName, size) => standing with { Empty = standing.Empty + 1 },
            { UnreadableSizeType: not null } => standing with { Unread = standing.Unread + 1 },
            _ => WithGood(standing, operation),
        };
    }

    /// <summary>
    /// Each configuration that has a row of a backup, whatever its status, or of which one is expected by name. Left out is one that can't be expected
    /// to have a backup yet: its first is in progress, or its oldest row is younger than a backup may be.
    /// </summary>
    public IReadOnlyList<BackupStanding> Judge() => [.. standings.Values.Where(IsDue).Select(Judge)];

    private bool IsDue(BackupStanding standing)
    {
        var wasCompleted = standing.Completed + standing.Missing > 0;
        if (wasCompleted || settings.BackupsExpectedOf.GetValueOrDefault(standing.Configuration) > TimeSpan.Zero)
        {
            return true;
        }

        return standing.Configuration.Length > 0 && standing.HasEndedRow && !(now - standing.OldestRow <= settings.ExpectedOf(standing.Configuration));
    }

    private BackupStanding Judge(BackupStanding standing)
    {
        // What has no name can't be announced, nor be given an age of its own.
        var expected = standing.Configuration.Length > 0 ? settings.ExpectedOf(standing.Configuration) : TimeSpan.Zero;
        var isWatched = expected > TimeSpan.Zero;
        return standing with { IsWatched = isWatched, IsOverdue = isWatched && !(now - standing.Newest <= expected) };
    }

    // A row without a readable time may be of any age.
    private BackupStanding WithOther(BackupStanding standing, Operation operation)
    {
        var at = operation.MadeAt(now) ?? DateTimeOffset.MinValue;
        return standing with { HasEndedRow = standing.HasEndedRow || !operation.IsLive, OldestRow = standing.OldestRow < at ? standing.OldestRow : at };
    }

    private BackupStanding WithDamaged(BackupStanding standing, Operation operation)
    {
        var damaged = new DamagedBackup(operation.Id, operation.Name, operation.Damage!, operation.DamagedAt <= now ? operation.DamagedAt : null);
        return standing with
        {
            Damaged = standing.Damaged + 1,
            DamagedOnes =
            [
                .. standing.DamagedOnes.Append(damaged)
                    .OrderByDescending(one => one.Since).ThenBy(one => one.Id, StringComparer.Ordinal)
                    .Take(DamagedBackup.Named),
            ],
            DamagedSince = standing.DamagedSince < damaged.Since || damaged.Since is null ? standing.DamagedSince : damaged.Since,
        };
    }

    private BackupStanding WithGood(BackupStanding standing, Operation operation)
    {
        var size = operation.SizeBytes ?? 0;
        var at = operation.MadeAt(now);
        var check = operation.VerifiedAt - now > FurthestAhead ? null : operation.VerifiedAt;
        return standing with
        {
            Verified = standing.Verified + (check is null ? 0 : 1),
            OldestCheck = standing.OldestCheck < check || check is null ? standing.OldestCheck : check,
            Count = standing.Count + 1,
            Bytes = long.MaxValue - size < standing.Bytes ? long.MaxValue : standing.Bytes + size,
            Newest = standing.Newest > at || at is null ? standing.Newest : at,
            Oldest = standing.Oldest < at || at is null ? standing.Oldest : at,
        };
    }
}

/// <summary>How the backups of one configuration stand.</summary>
/// <param name="Configuration">Its name; empty for backups without one.</param>
internal sealed record BackupStanding(string Configuration)
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
    public IReadOnlyList<DamagedBackup> DamagedOnes { get; init; } = [];

    /// <summary>Since when the first of them is known to be; null if that is not known.</summary>
    public DateTimeOffset? DamagedSince { get; init; }

    /// <summary>How many of all backups were verified, and when the one was that was verified the longest ago.</summary>
    public static (long Verified, long Completed, DateTimeOffset? OldestCheck) Verification(IReadOnlyCollection<BackupStanding> standings) => (
        standings.Sum(standing => (long)standing.Verified),
        standings.Sum(standing => (long)standing.Completed),
        standings.Min(standing => standing.OldestCheck));

    /// <summary>How many are completed, good or not.</summary>
    public int Completed => Count + Damaged + Empty + Unread;

    /// <summary>How many have no content by their size: these are not backups.</summary>
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
