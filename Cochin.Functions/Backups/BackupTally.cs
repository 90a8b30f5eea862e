using Azure;
using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks.VerifyBackups.Readers;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Backups;

/// <summary>
/// Summarizes the backups of each configuration: how many are good, verified or damaged, and whether the newest good backup is too old. The
/// notices, the digest, <c>doctor</c>, <c>status</c> and the status page all use it. Memory use does not depend on the number of rows.
/// </summary>
internal sealed class BackupTally(ExpectedAges ages, DateTimeOffset now)
{
    // No filter on the status: it would miss statuses in a different spelling.
    private const string Filter = "PartitionKey eq '" + OperationKind.Backup + "'";

    // The tolerance that also applies to the creation time of a backup.
    private static readonly TimeSpan MaxClockSkew = TimeSpan.FromDays(1);

    private readonly Dictionary<string, BackupSummary> summaries = ages.ByName
        .Where(expected => expected.Value > TimeSpan.Zero)
        .ToDictionary(expected => expected.Key, expected => new BackupSummary(expected.Key));

    private readonly Dictionary<string, SimilarConfigurations> bySimilarName = [];
    private BackupConfigurations configurations = BackupConfigurations.None;

    /// <summary>The columns that <see cref="Add"/> needs.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(Operation.Status), nameof(Operation.Type), nameof(Operation.Configuration),
        nameof(Operation.Name), nameof(Operation.BlobName), nameof(Operation.SizeBytes), nameof(Operation.CompletedAt), nameof(Operation.CreatedAt),
        nameof(Operation.StartedAt), nameof(Operation.CreatedBy), nameof(Operation.VerifiedAt), nameof(Operation.Damage), nameof(Operation.DamagedAt),
        nameof(Operation.FileMissing),
    ];

    /// <summary>Reads all rows and returns a summary for each configuration.</summary>
    /// <exception cref="RequestFailedException">The rows can't all be read.</exception>
    /// <exception cref="LostTableException">The operations or the configurations were lost, so the state of the backups is unknown.</exception>
    public static async Task<IReadOnlyList<BackupSummary>> ReadAsync(
        CochinStorage storage, ExpectedAges ages, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var configurations = await BackupConfigurations.ReadAsync(storage, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(storage, configurations, ages, now, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="ReadAsync(CochinStorage, ExpectedAges, DateTimeOffset, CancellationToken)"/>
    public static async Task<IReadOnlyList<BackupSummary>> ReadAsync(
        CochinStorage storage, BackupConfigurations configurations, ExpectedAges ages, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await configurations.FindLostAsync(storage, cancellationToken).ConfigureAwait(false) is { } lost)
        {
            throw new LostTableException(lost);
        }

        var tally = new BackupTally(ages, now);
        tally.Expect(configurations);
        var hasRows = false;
        try
        {
            await foreach (var row in storage.Operations.RowsAsync(Filter, Columns, cancellationToken).ConfigureAwait(false))
            {
                hasRows = true;
                tally.Add(Operation.From(row));
            }
        }
        catch (RequestFailedException e) when (MissingTable.Is(e) && !hasRows)
        {
            // A new account does not have the table yet.
        }

        if (!hasRows)
        {
            await MissingTable.EnsureNotLostAsync(storage, storage.Operations, cancellationToken).ConfigureAwait(false);
        }

        return tally.Summarize();
    }

    /// <summary>
    /// Adds the maximum ages that follow from the frequency of configurations. The first backup of one may be as late as its row is old.
    /// </summary>
    public void Expect(BackupConfigurations known)
    {
        configurations = known;
        foreach (var row in known.All.Where(row => row is { ExpectedAge: not null, Timestamp: not null } && IsWatched(row.Name)))
        {
            summaries.TryAdd(row.Name, new BackupSummary(row.Name));
            SimilarTo(row.Name).Expect(row.Timestamp!.Value);
        }
    }

    /// <summary>Adds an operation. Operations other than backups are ignored.</summary>
    public void Add(Operation operation)
    {
        if (operation.Kind != OperationKind.Backup)
        {
            return;
        }

        var configuration = operation.Configuration ?? "";
        SimilarTo(configuration).HasOthers |= RegisteredBackup.IsOther(operation);
        var summary = summaries.GetValueOrDefault(configuration) ?? new BackupSummary(configuration);
        summaries[configuration] = operation switch
        {
            { Status: not (OperationStatus.Completed or OperationStatus.FileMissing) } => WithOther(summary, operation),

            // If all backups of a configuration are missing, it still counts as a configuration.
            { HasNoFile: true } => summary with { Missing = summary.Missing + 1 },
            { IsDamaged: true } => WithDamaged(summary, operation),
            { SizeBytes: { } size } when EmptyArchive.HasSizeOf(operation.BlobName, size) => summary with { Empty = summary.Empty + 1 },
            { UnreadableSizeType: not null } => summary with { Unread = summary.Unread + 1 },
            _ => WithGood(summary, operation),
        };
    }

    /// <summary>
    /// Returns a summary for each configuration that has a backup row or is named in the settings. Configurations that can't have a backup yet
    /// are left out: the first backup is in progress, or the oldest row is younger than the maximum age of a backup.
    /// </summary>
    public IReadOnlyList<BackupSummary> Summarize() =>
    [
        .. summaries.Values.GroupBy(summary => BackupConfigurations.SimilarName(summary.Configuration))
            .SelectMany(WithoutOtherSpellings).Where(IsDue).Select(WithLimits),
    ];

    /// <summary>Leaves out names that only the settings or the configurations table have, if backups of a similar name are watched.</summary>
    private IEnumerable<BackupSummary> WithoutOtherSpellings(IEnumerable<BackupSummary> similar)
    {
        var recorded = similar.Where(HasRows).ToList();
        return recorded.Exists(summary => IsWatched(summary.Configuration)) ? recorded : recorded.Concat(similar.Where(summary => !HasRows(summary)).Take(1));
    }

    private bool IsDue(BackupSummary summary)
    {
        if (HasCompleted(summary) || ages.ForName(summary.Configuration) > TimeSpan.Zero)
        {
            return true;
        }

        // The row of a configuration may be older than its first backup.
        var expectedSince = SimilarTo(summary.Configuration).ExpectedSince;
        var since = summary.OldestRow < expectedSince || expectedSince is null ? summary.OldestRow : expectedSince;
        return summary.Configuration.Length > 0
            && (summary.HasEndedRow || expectedSince is not null)
            && !(now - since <= ages.Of(summary.Configuration, configurations));
    }

    private static bool HasRows(BackupSummary summary) => HasCompleted(summary) || summary.OldestRow is not null;

    private static bool HasCompleted(BackupSummary summary) => summary.Completed + summary.Missing > 0;

    private bool IsWatched(string configuration) => ages.Of(configuration, configurations) > TimeSpan.Zero;

    private SimilarConfigurations SimilarTo(string configuration)
    {
        var name = BackupConfigurations.SimilarName(configuration);
        return bySimilarName.TryGetValue(name, out var similar) ? similar : bySimilarName[name] = new SimilarConfigurations();
    }

    private BackupSummary WithLimits(BackupSummary summary)
    {
        // Backups without a configuration can't be announced or have a maximum age.
        var (name, similar) = (summary.Configuration, SimilarTo(summary.Configuration));
        var expected = name.Length > 0 ? ages.ByType(name, configurations) : [(null, TimeSpan.Zero)];
        var overdue = expected.Where(one => one.MaxAge > TimeSpan.Zero && !(now - similar.FindNewest(one.Type) <= one.MaxAge)).ToList();
        var newest = (overdue.Count > 0 ? overdue : expected).Select(one => similar.FindNewest(one.Type, name)).ToList();
        return summary with
        {
            IsWatched = expected.Any(one => one.MaxAge > TimeSpan.Zero),
            IsOverdue = overdue.Count > 0,
            Newest = overdue.Count == 0 ? newest.Max() : newest.Contains(null) ? null : newest.Min(),
        };
    }

    // A row without a readable time may have any age.
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
                    .OrderByDescending(backup => backup.Since).ThenBy(backup => backup.Id, StringComparer.Ordinal)
                    .Take(DamagedBackup.MaxListed),
            ],
            DamagedSince = summary.DamagedSince < damaged.Since || damaged.Since is null ? summary.DamagedSince : damaged.Since,
        };
    }

    private BackupSummary WithGood(BackupSummary summary, Operation operation)
    {
        var size = operation.SizeBytes ?? 0;
        var at = operation.MadeAt(now);
        var check = operation.VerifiedAt - now > MaxClockSkew ? null : operation.VerifiedAt;
        if (at is { } time)
        {
            SimilarTo(summary.Configuration).Add(operation, time);
        }

        return summary with
        {
            Verified = summary.Verified + (check is null ? 0 : 1),
            OldestCheck = summary.OldestCheck < check || check is null ? summary.OldestCheck : check,
            Count = summary.Count + 1,
            Encrypted = summary.Encrypted + (ArchiveValidator.IsEncrypted(operation.BlobName ?? "") ? 1 : 0),
            Bytes = long.MaxValue - size < summary.Bytes ? long.MaxValue : summary.Bytes + size,
            Oldest = summary.Oldest < at || at is null ? summary.Oldest : at,
        };
    }
}
