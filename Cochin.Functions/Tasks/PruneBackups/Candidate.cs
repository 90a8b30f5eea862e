using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tasks.VerifyBackups;

namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>A row that may be of a backup to prune, as it was read, with its blob once the listing has shown it.</summary>
internal sealed record Candidate(Operation Row, DateTimeOffset? At)
{
    // Some programs write local time as UTC. A time further ahead can't be true.
    private static readonly TimeSpan FurthestAhead = TimeSpan.FromDays(1);

    /// <summary>The columns that are read.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(Operation.Status), nameof(Operation.Configuration), nameof(Operation.BlobName),
        nameof(Operation.SizeBytes), nameof(Operation.CreatedAt), nameof(Operation.CompletedAt), nameof(Operation.BackupId), ProtectionReader.Column,
        nameof(Operation.VerifiedAt), nameof(Operation.VerifiedLevel), nameof(Operation.VerifiedETag), nameof(Operation.Damage),
        nameof(Operation.PruneStartedAt), nameof(Operation.PrunedAt),
    ];

    public string Target => $"{OperationKind.Backup}/{Row.Id}";

    /// <summary>The configuration in the row, otherwise the second segment of the path, as for backups that the reconciliation registers.</summary>
    public string Configuration => Row.Configuration is { Length: > 0 } stated ? stated
        : (Blob?.Name ?? Row.BlobName) is { } name && name.StartsWith(BackupBlob.Root, StringComparison.Ordinal) ? BackupBlob.ConfigurationOf(name)
        : "";

    /// <summary>Why it can't be judged; it follows its name. Null if it can.</summary>
    public string? Problem { get; init; }

    /// <summary>What is odd about it though it can be judged; null if nothing is.</summary>
    public string? Note { get; init; }

    public ListedBlob? Blob { get; init; }

    /// <summary>Why it has no place in the rules: <c>missing</c> or <c>elsewhere</c>; null if it has one.</summary>
    public string? Absent { get; init; }

    public bool IsProtected => Row.IsProtected || IsProtectedByMetadata || IsTwinProtected;

    /// <summary>A blob without content, or of another size than recorded, does not count as a good backup either.</summary>
    public bool IsDamaged => Row.IsDamaged || IsTwinDamaged || IsEmpty || HasOtherSize || (Blob is { } blob && EmptyArchive.HasSizeOf(blob.Name, blob.Bytes));

    /// <summary>Whether its blob was read and has no content, or could not be read to find out.</summary>
    public bool IsEmpty { get; init; }

    /// <summary>Whether another row of the same blob reports damage.</summary>
    public bool IsTwinDamaged { get; init; }

    /// <summary>Whether another row of the same blob is protected.</summary>
    public bool IsTwinProtected { get; init; }

    /// <summary>Whether the blob differs in size from the record, and no verification has found this version sound.</summary>
    public bool HasOtherSize => Blob is { } blob && Row.SizeBytes is { } size && size != blob.Bytes && !IsVerifiedAsItIs;

    /// <returns>Null for a row that is not of a completed backup with a blob. One of an unknown status may be of one.</returns>
    public static Candidate? Of(TableEntity row, Operation operation, DateTimeOffset now)
    {
        var isUnknown = !operation.HasEnded && !operation.IsLive;
        if (operation.Kind != OperationKind.Backup || !(operation.Status == OperationStatus.Completed || isUnknown))
        {
            return null;
        }

        if (string.IsNullOrWhiteSpace(operation.BlobName) && operation.UnreadableBlobNameType is null)
        {
            return null;
        }

        var (at, ofTime) = TimeOf(row, operation, now);
        return new(operation, at)
        {
            Problem = isUnknown ? OperationProblems.OfStatus(operation)
                : operation.UnreadableBlobNameType is { } type ? $"has a BlobName of the type {type}"
                : row.Has(nameof(Operation.Configuration)) && operation.Configuration is null ? $"has the Configuration {Written(row, nameof(Operation.Configuration))}"
                : ofTime
                ?? (row.Has(nameof(Operation.Damage)) && row[nameof(Operation.Damage)] is not string ? $"has the Damage {Written(row, nameof(Operation.Damage))}"
                : row.Has(nameof(Operation.PruneStartedAt)) && operation.PruneStartedAt is null
                    ? $"has the PruneStartedAt {Written(row, nameof(Operation.PruneStartedAt))}"
                    : null),
            Note = ProtectionReader.Of(row) == Protection.Unreadable
                ? $"has the Protected {Written(row, ProtectionReader.Column)}, which is not a Boolean, so it counts as protected"
                : null,
        };
    }

    /// <summary>Whether a verification found just this version of the blob sound.</summary>
    public bool IsSound(DateTimeOffset now) =>
        !IsDamaged
        && Row.VerifiedAt <= now + FurthestAhead
        && (string.IsNullOrEmpty(Row.VerifiedETag) || (Blob is { } blob && BackupSource.Text(blob.ETag) == Row.VerifiedETag));

    public RetainedBackup ToRetained(DateTimeOffset now) => new(Row.Id, At!.Value, IsProtected, IsDamaged, IsSound(now));

    public PlannedBackup ToPlanned(PruneDecision decision, string reason, DateTimeOffset now) => new(Row.Id, Configuration, At, Row.ETag)
    {
        Blob = Blob,
        Decision = decision,
        Reason = reason,
        IsGood = Blob is not null && Problem is null && !IsDamaged,
        Verified = Row.IsDamaged ? "damaged" : IsSound(now) ? $"{Row.VerifiedLevel} {Row.VerifiedAt:yyyy-MM-dd}".Trim() : null,
        IsBegun = Row.IsPruneBegun,
        RowBlobName = Row.BlobName,
        IsBlobGone = Absent is not null,
        BlobName = Blob?.Name ?? BlobNameReading.Redact(Row.BlobName ?? ""),
    };

    private bool IsVerifiedAsItIs =>
        Row.VerifiedAt is not null && Blob is { } blob && !string.IsNullOrEmpty(Row.VerifiedETag) && BackupSource.Text(blob.ETag) == Row.VerifiedETag;

    private bool IsProtectedByMetadata => Blob?.Metadata is { } metadata && ProtectionReader.Of(metadata) != Protection.None;

    private static (DateTimeOffset? At, string? Problem) TimeOf(TableEntity row, Operation operation, DateTimeOffset now)
    {
        foreach (var (column, time) in new[] { (nameof(Operation.CompletedAt), operation.CompletedAt), (nameof(Operation.CreatedAt), operation.CreatedAt) })
        {
            if (row.Has(column))
            {
                return time is null ? (null, $"has the {column} {Written(row, column)}, which is not a time")
                    : time > now + FurthestAhead ? (null, $"has the {column} {time:u}, which is in the future")
                    : (time, null);
            }
        }

        return (null, "has neither a CompletedAt nor a CreatedAt");
    }

    private static string Written(TableEntity row, string column) => Problems.Quote(row.Written(column));
}
