using System.IO.Hashing;
using System.Text;
using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tasks.VerifyBackups;

/// <summary>A backup in the plan. Kept small; the full row is read again before the verification.</summary>
internal sealed record PlannedBackup(string Id, DueReason Reason, (int Group, long Within) Rank)
{
    /// <summary>The size of the blob; the recorded size if the blob was not listed.</summary>
    public long Bytes { get; init; }

    /// <summary>Whether the blob is in the archive tier and can't be read.</summary>
    public bool IsArchived { get; init; }

    /// <summary>The name of the blob; null if no list of backups is needed.</summary>
    public string? BlobName { get; init; }

    public DateTimeOffset? MadeAt { get; init; }

    public DateTimeOffset? VerifiedAt { get; init; }
}

/// <summary>The backups to verify, in order.</summary>
/// <param name="Examined">The number of completed backups with a <c>BlobName</c>.</param>
/// <param name="Due">The due backups in the order of verification.</param>
/// <param name="NotDue">The backups that are not due; empty if no list of backups is needed.</param>
/// <param name="Problems">Backups whose <c>BlobName</c> can't be read.</param>
/// <param name="Archived">The number of backups that are not due because their blob can't be read.</param>
internal sealed record VerifyPlan(
    long Examined,
    IReadOnlyList<PlannedBackup> Due,
    IReadOnlyList<PlannedBackup> NotDue,
    IReadOnlyList<(PlannedBackup Backup, string Problem)> Problems,
    long Archived)
{
    public static VerifyPlan Nothing { get; } = new(0, [], [], [], 0);

    /// <summary>Whether any row was read, of backups or others.</summary>
    public bool HasRows { get; init; }

    /// <summary>Warnings about rows that are not backups but may be meant as such, as sentences.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>Creates the plan: reads the rows, then lists the blobs to find those that were overwritten.</summary>
internal sealed class VerifyPlanner(CochinStorage storage, VerifyBackupsOptions options, DueRule rule, bool includeNotDue)
{
    private static readonly string[] Columns =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(Operation.Status), nameof(Operation.BlobName), nameof(Operation.SizeBytes),
        nameof(Operation.CreatedAt), nameof(Operation.CompletedAt), nameof(Operation.VerifiedAt), nameof(Operation.VerifiedETag), nameof(Operation.Damage),
        nameof(Operation.DamagedAt),
    ];

    private readonly List<(PlannedBackup Backup, ulong VerifiedETag)> candidates = [];
    private readonly Dictionary<BlobKey, List<int>> byBlob = [];
    private readonly List<(PlannedBackup Backup, string Problem)> problems = [];
    private readonly List<string> unknownPartitions = [];

    /// <param name="now">The current time, to recognize invalid times.</param>
    /// <exception cref="Azure.RequestFailedException">The rows or blobs can't all be read.</exception>
    public async Task<VerifyPlan> CreateAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        // All rows are read, to notice a table that was emptied, and rows with another spelling of the PartitionKey.
        var hasRows = false;
        var filter = options.BackupId is { } id ? TableClient.CreateQueryFilter($"PartitionKey eq {OperationKind.Backup} and RowKey eq {id}") : "";
        await foreach (var row in storage.Operations.RowsAsync(filter, Columns, cancellationToken).ConfigureAwait(false))
        {
            hasRows = true;
            var operation = Operation.From(row);
            UnknownPartitions.Add(unknownPartitions, operation);
            Add(operation, now);
        }

        if (candidates.Count > 0)
        {
            await foreach (var blob in storage.BackupListing.BlobsAsync(new ListingQuery(BackupBlob.Root), cancellationToken).ConfigureAwait(false))
            {
                Match(blob);
            }
        }

        var backups = candidates.Select(candidate => candidate.Backup).ToList();
        return new VerifyPlan(
            backups.Count + problems.Count,
            [.. backups.Where(IsDue).OrderBy(backup => backup.Rank).ThenBy(backup => backup.Id, StringComparer.Ordinal)],
            includeNotDue ? [.. backups.Where(backup => !IsDue(backup))] : [],
            problems,
            backups.Count(backup => backup.IsArchived && !IsDue(backup)))
        {
            HasRows = hasRows,
            Warnings = [.. UnknownPartitions.Warnings(unknownPartitions, "they are not verified")],
        };
    }

    private void Add(Operation backup, DateTimeOffset now)
    {
        if (backup is not { Kind: OperationKind.Backup, Status: OperationStatus.Completed }
            || (string.IsNullOrWhiteSpace(backup.BlobName) && backup.UnreadableBlobNameType is null))
        {
            return;
        }

        var reason = rule.Evaluate(backup, etag: null);
        var isRequested = reason == DueReason.Fresh && (options.All || options.BackupId is not null);
        var planned = new PlannedBackup(backup.Id, isRequested ? DueReason.Asked : reason, rule.Rank(backup))
        {
            Bytes = backup.SizeBytes ?? 0,
            BlobName = includeNotDue ? backup.BlobName : null,
            MadeAt = backup.MadeAt(now),
            VerifiedAt = backup.VerifiedAt,
        };
        if (backup.UnreadableBlobNameType is { } type)
        {
            problems.Add((planned, $"its BlobName can't be read because its type is {type}; write it as text."));
            return;
        }

        candidates.Add((planned, HashOf(backup.VerifiedETag ?? "")));
        foreach (var name in BlobNameReading.NamesOf(backup.BlobName!, storage.Backups.Uri))
        {
            var key = BlobKey.Of(name);
            (byBlob.TryGetValue(key, out var places) ? places : byBlob[key] = []).Add(candidates.Count - 1);
        }
    }

    private void Match(ListedBlob blob)
    {
        foreach (var i in byBlob.GetValueOrDefault(BlobKey.Of(blob.Name)) ?? [])
        {
            var (backup, verified) = candidates[i];
            var isChanged = backup.Reason is DueReason.Fresh or DueReason.Asked or DueReason.Old && HashOf(BackupBlob.Text(blob.ETag)) != verified;
            var reason = isChanged ? DueReason.Changed : backup.Reason;
            candidates[i] = (backup with { Bytes = blob.Bytes, IsArchived = blob.IsArchived, Reason = reason }, verified);
        }
    }

    // A blob in the archive tier is read only if the backup was requested by id.
    private bool IsDue(PlannedBackup backup) => backup.Reason != DueReason.Fresh && (!backup.IsArchived || options.BackupId is not null);

    private static ulong HashOf(string etag) => XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(etag.Trim('"')));
}
