using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Watching;

/// <summary>
/// The one rule of which completed backups are good, and whether the newest good one of a configuration is too old: notices, digest,
/// <c>doctor</c>, <c>status</c> and the page all ask it. It keeps a few numbers a configuration, whatever the number of rows.
/// </summary>
internal sealed class BackupTally(WatchSettings settings, DateTimeOffset now)
{
    // All rows of backups: the newest may come last, and a filter on the status would miss one that is spelled differently.
    private const string Filter = "PartitionKey eq '" + OperationKind.Backup + "'";

    private readonly Dictionary<string, BackupStanding> standings = settings.BackupsExpectedOf
        .Where(expected => expected.Value > TimeSpan.Zero)
        .ToDictionary(expected => expected.Key, expected => new BackupStanding(expected.Key));

    /// <summary>The columns it needs.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(Operation.Status), nameof(Operation.Configuration),
        nameof(Operation.SizeBytes), nameof(Operation.CompletedAt), nameof(Operation.CreatedAt),
    ];

    /// <summary>How the backups stand, by all their rows.</summary>
    /// <exception cref="Azure.RequestFailedException">They can't be read to the end: then nothing is known of any.</exception>
    public static async Task<IReadOnlyList<BackupStanding>> ReadAsync(
        CochinStorage storage, WatchSettings settings, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var tally = new BackupTally(settings, now);
        await foreach (var row in storage.Operations.ReadAsync(Filter, Columns, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            tally.Add(Operation.From(row));
        }

        return tally.Judge();
    }

    /// <summary>Adds an operation; those that are not backups once completed change nothing.</summary>
    public void Add(Operation operation)
    {
        if (operation is not { Kind: OperationKind.Backup, Status: OperationStatus.Completed or OperationStatus.FileMissing })
        {
            return;
        }

        var configuration = operation.Configuration ?? "";
        var standing = standings.GetValueOrDefault(configuration) ?? new BackupStanding(configuration);
        standings[configuration] = operation switch
        {
            // A configuration whose backups have all gone missing is one without a backup, not none.
            { Status: OperationStatus.FileMissing } => standing with { Missing = standing.Missing + 1 },
            { SizeBytes: 0 } => standing with { Empty = standing.Empty + 1 },
            { UnreadSize: not null } => standing with { Unread = standing.Unread + 1 },
            _ => WithGood(standing, operation),
        };
    }

    /// <summary>Each configuration that has, or had, a completed backup, or of which one is expected by name.</summary>
    public IReadOnlyList<BackupStanding> Judge() => [.. standings.Values.Select(Judge)];

    private BackupStanding Judge(BackupStanding standing)
    {
        // What has no name can't be announced, nor be given an age of its own.
        var expected = standing.Configuration.Length > 0 ? settings.ExpectedOf(standing.Configuration) : TimeSpan.Zero;
        var isWatched = expected > TimeSpan.Zero;
        return standing with { IsWatched = isWatched, IsOverdue = isWatched && !(now - standing.Newest <= expected) };
    }

    private BackupStanding WithGood(BackupStanding standing, Operation operation)
    {
        var size = operation.SizeBytes ?? 0;
        var at = operation.MadeAt(now);
        return standing with
        {
            Count = standing.Count + 1,
            Bytes = long.MaxValue - size < standing.Bytes ? long.MaxValue : standing.Bytes + size,
            Newest = standing.Newest > at || at is null ? standing.Newest : at,
            Oldest = standing.Oldest < at || at is null ? standing.Oldest : at,
        };
    }
}

/// <summary>How the completed backups of one configuration stand.</summary>
/// <param name="Configuration">Its name; empty for backups without one.</param>
internal sealed record BackupStanding(string Configuration)
{
    /// <summary>How many are good, as far as their records say. A record without a size may be of a good one.</summary>
    public int Count { get; init; }

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

    /// <summary>Whether it is set how old the newest may be.</summary>
    public bool IsWatched { get; init; }

    /// <summary>Whether the newest is older than that, or there is none.</summary>
    public bool IsOverdue { get; init; }
}
