using System.Globalization;
using Azure;
using Azure.Data.Tables;

namespace Cochin.Functions.Storage;

/// <summary>A row of the operations table: a backup or restore of the Django application.</summary>
internal sealed record Operation
{
    public required string Kind { get; init; }

    public required string Id { get; init; }

    public ETag ETag { get; init; }

    /// <summary>The time of the last write, on the table service's clock; null if it was not requested.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    public string? Name { get; init; }

    /// <summary>The status in the contract's spelling if it is recognized; otherwise as written.</summary>
    public string? Status { get; init; }

    /// <summary>The original value if it differs from <see cref="Status"/>; otherwise null.</summary>
    public string? MisspelledStatus { get; init; }

    /// <summary>What the backup or restore comprises, as written; null if it is missing.</summary>
    public string? Type { get; init; }

    /// <summary>The type in a form to compare; empty if it is missing.</summary>
    public string ComparableType => TypeToCompare(Type) ?? "";

    /// <summary>Returns a type in a form to compare: without case and surrounding spaces.</summary>
    public static string? TypeToCompare(string? type) => type?.Trim().ToLowerInvariant();

    public string? Configuration { get; init; }

    public string? BlobName { get; init; }

    /// <summary>The type of the <see cref="BlobName"/> if it can't be read; otherwise null.</summary>
    public string? UnreadableBlobNameType { get; init; }

    public long? SizeBytes { get; init; }

    /// <summary>The type of <see cref="SizeBytes"/> if it can't be read; otherwise null.</summary>
    public string? UnreadableSizeType { get; init; }

    /// <summary>The value as written; it may not be a valid checksum.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The user whose key encrypted the backup, as <c>{user id}_{user name}</c>.</summary>
    public string? KeyOwner { get; init; }

    /// <summary>When the backup was last verified without finding damage; null if it never was, or if the value can't be read.</summary>
    public DateTimeOffset? VerifiedAt { get; init; }

    public string? VerifiedLevel { get; init; }

    /// <summary>The version of the blob at <see cref="VerifiedAt"/>.</summary>
    public string? VerifiedETag { get; init; }

    /// <summary>The damage that was found; null if none is known.</summary>
    public string? Damage { get; init; }

    public DateTimeOffset? DamagedAt { get; init; }

    public bool IsDamaged => Damage is not null;

    /// <summary>Whether <c>sync_django</c> found neither a file nor a blob of this backup, although it is completed for the application.</summary>
    public bool FileMissing { get; init; }

    /// <summary>Whether its file is known to be missing, from its status or <see cref="FileMissing"/>.</summary>
    public bool HasNoFile => Status == OperationStatus.FileMissing || (Status == OperationStatus.Completed && FileMissing);

    /// <summary>Whether the backup may never be pruned. A value that is not a Boolean protects as well.</summary>
    public bool IsProtected { get; init; }

    /// <summary>When a run began to prune the backup, and when it was pruned; null if never, or if that can't be read.</summary>
    public DateTimeOffset? PruneStartedAt { get; init; }

    public DateTimeOffset? PrunedAt { get; init; }

    /// <summary>Whether a run began to prune the backup and did not record the end of it.</summary>
    public bool IsPruneBegun => Status == OperationStatus.Completed && PruneStartedAt is not null;

    /// <summary>The backup that a restore reads.</summary>
    public string? BackupId { get; init; }

    /// <summary>The type of <see cref="BackupId"/> if it can't be read; otherwise null.</summary>
    public string? UnreadableBackupIdType { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? HeartbeatAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public string? ErrorMessage { get; init; }

    /// <summary>The id of a user, or the task that created the row.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>The application's own status when <c>sync_django</c> last wrote the row; null if it never did.</summary>
    public string? SyncedStatus { get; init; }

    /// <summary>Whether <c>sync_django</c> copied it from the application's database.</summary>
    public bool IsCopied => SyncedStatus is not null;

    public string? WorkPath { get; init; }

    /// <summary>Whether <see cref="WorkPath"/> is text or missing.</summary>
    public bool IsWorkPathText { get; init; } = true;

    /// <summary>The time columns whose value is not a time.</summary>
    public IReadOnlyList<string> UnreadableTimes { get; init; } = [];

    /// <summary>
    /// Whether it is neither a backup nor a restore, perhaps because its PartitionKey has another spelling. What it names may be in use, whatever its status.
    /// </summary>
    public bool IsOfUnknownKind => Kind is not (OperationKind.Backup or OperationKind.Restore);

    public bool IsLive => Status is OperationStatus.Pending or OperationStatus.Running;

    /// <summary>Whether the operation has certainly ended; false for an unknown status.</summary>
    public bool HasEnded =>
        Status is OperationStatus.Completed or OperationStatus.Failed or OperationStatus.Cancelled or OperationStatus.FileMissing or OperationStatus.Pruned;

    // Some programs write local time as UTC. A time further in the future is not reliable.
    private static readonly TimeSpan MaxClockError = TimeSpan.FromDays(1);

    /// <summary>Returns when the backup was made; null if unknown. A placeholder and a time more than a day in the future are ignored.</summary>
    public DateTimeOffset? MadeAt(DateTimeOffset now)
    {
        return IsReliable(CompletedAt) ? CompletedAt : IsReliable(CreatedAt) ? CreatedAt : null;

        bool IsReliable(DateTimeOffset? time) => time <= now + MaxClockError && !time.Value.IsPlaceholder();
    }

    public static Operation From(TableEntity row)
    {
        var written = row.Written(nameof(Status));
        var status = OperationStatus.Normalise(written);
        return From(row, status, status == written ? null : written);
    }

    private static Operation From(TableEntity row, string? status, string? misspelled) => new()
    {
        Kind = row.PartitionKey,
        Id = row.RowKey,
        ETag = row.ETag,
        Timestamp = row.Timestamp,
        Name = row.Text(nameof(Name)),
        Status = status,
        MisspelledStatus = misspelled,
        Type = row.Has(nameof(Type)) ? row.Written(nameof(Type)) : null,
        Configuration = IdOf(row, nameof(Configuration)),
        BlobName = row.Name(nameof(BlobName)),
        UnreadableBlobNameType = row.UnreadableType(nameof(BlobName), row.Name(nameof(BlobName))),
        SizeBytes = row.Size(nameof(SizeBytes)),
        UnreadableSizeType = row.UnreadableType(nameof(SizeBytes), row.Size(nameof(SizeBytes))),
        Sha256 = row.Written(nameof(Sha256)),
        KeyOwner = row.Text(nameof(KeyOwner)),
        VerifiedAt = row.Time(nameof(VerifiedAt)),
        VerifiedLevel = row.Text(nameof(VerifiedLevel)),
        VerifiedETag = row.Text(nameof(VerifiedETag)),
        Damage = row.Has(nameof(Damage)) ? row.Written(nameof(Damage)) : null,
        DamagedAt = row.Time(nameof(DamagedAt)),
        FileMissing = row.Flag(nameof(FileMissing)) is true,
        IsProtected = ProtectionReader.Of(row) != Protection.None,
        PruneStartedAt = row.Time(nameof(PruneStartedAt)),
        PrunedAt = row.Time(nameof(PrunedAt)),
        BackupId = IdOf(row, nameof(BackupId)),
        UnreadableBackupIdType = row.UnreadableType(nameof(BackupId), IdOf(row, nameof(BackupId))),
        CreatedAt = row.Time(nameof(CreatedAt)),
        StartedAt = row.Time(nameof(StartedAt)),
        HeartbeatAt = row.Time(nameof(HeartbeatAt)),
        CompletedAt = row.Time(nameof(CompletedAt)),
        ErrorMessage = row.Text(nameof(ErrorMessage)),
        CreatedBy = IdOf(row, nameof(CreatedBy)),
        SyncedStatus = row.Written(nameof(SyncedStatus)),
        WorkPath = row.Written(nameof(WorkPath)),
        IsWorkPathText = !row.TryGetValue(nameof(WorkPath), out var path) || path is null or string,
        UnreadableTimes = FindUnreadableTimes(row),
    };

    // Some programs write ids and names as numbers.
    private static string? IdOf(TableEntity row, string column) => row.Name(column) ?? row.Number(column)?.ToString(CultureInfo.InvariantCulture);

    private static string[] FindUnreadableTimes(TableEntity row) => [.. LastActivity.Columns.Where(column => row.Has(column) && row.Time(column) is null)];
}

/// <summary>The partitions of the operations table.</summary>
internal static class OperationKind
{
    public const string Backup = "backup";
    public const string Restore = "restore";
}
