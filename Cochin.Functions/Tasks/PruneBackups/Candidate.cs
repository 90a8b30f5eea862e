using Azure;
using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks.Operations;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>
/// A completed backup: what the decision needs of its row, with its blob. All of them are in memory at once, so it is small, and texts that are
/// only compared are kept as hashes.
/// </summary>
internal sealed record Candidate
{
    /// <summary>The value of <see cref="Absent"/> if the blob does not exist.</summary>
    public const string Missing = "missing";

    /// <summary>The value of <see cref="Absent"/> if the blob is not below <c>storage/</c>.</summary>
    public const string Elsewhere = "elsewhere";

    // Some programs write local time as UTC. Later times are wrong.
    private static readonly TimeSpan MaxClockSkew = TimeSpan.FromDays(1);

    private static readonly TimeSpan TimeAccuracy = TimeSpan.FromSeconds(1);

    private readonly BlobKey checksum;
    private readonly BlobKey verifiedETag;
    private readonly bool isConfigurationStated;
    private readonly bool hasUploadTime;
    private readonly bool hasFileTime;

    private Candidate(Operation row, DateTimeOffset? at)
    {
        Id = row.Id;
        ETag = row.ETag;
        BlobName = row.BlobName;
        Configuration = ConfigurationOf(row);
        isConfigurationStated = row.Configuration is { Length: > 0 };
        Type = row.ComparableType;
        At = at;
        SizeBytes = row.SizeBytes;
        VerifiedAt = row.VerifiedAt;
        VerifiedLevel = row.VerifiedLevel;
        IsReportedDamaged = row.IsDamaged;
        IsRowProtected = row.IsProtected;
        IsPruneBegun = row.IsPruneBegun;
        checksum = FileMetadata.ParseChecksum(row.Sha256) is { } recorded ? BlobKey.Of(recorded) : default;
        verifiedETag = string.IsNullOrEmpty(row.VerifiedETag) ? default : BlobKey.Of(row.VerifiedETag);
        hasUploadTime = RegisteredBackup.HasUploadTime(row);
        hasFileTime = RegisteredBackup.Is(row) && row.StartedAt == at;
    }

    /// <summary>The columns that are read.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(Operation.Status), nameof(Operation.Type), nameof(Operation.Configuration),
        nameof(Operation.BlobName), nameof(Operation.SizeBytes), nameof(Operation.Sha256), nameof(Operation.CreatedAt), nameof(Operation.StartedAt),
        nameof(Operation.CompletedAt), nameof(Operation.CreatedBy), nameof(Operation.BackupId), ProtectionReader.Column,
        nameof(Operation.VerifiedAt), nameof(Operation.VerifiedLevel), nameof(Operation.VerifiedETag), nameof(Operation.Damage),
        nameof(Operation.PruneStartedAt), nameof(Operation.PrunedAt),
    ];

    public string Id { get; }

    /// <summary>The version of the row.</summary>
    public ETag ETag { get; }

    /// <summary>The name of the blob in the row; null if it can't be read.</summary>
    public string? BlobName { get; }

    /// <summary>When the backup was made; null if that can't be read.</summary>
    public DateTimeOffset? At { get; }

    public string Target => $"{OperationKind.Backup}/{Id}";

    /// <summary>The configuration in the row. If it has none, the second segment of the path, as in rows that the reconciliation registers.</summary>
    public string Configuration { get; init; }

    /// <summary>What it comprises. A missing type, or one that can't be read, is a type of its own.</summary>
    public string Type { get; init; }

    public long? SizeBytes { get; }

    /// <inheritdoc cref="Operation.VerifiedAt"/>
    public DateTimeOffset? VerifiedAt { get; }

    public string? VerifiedLevel { get; init; }

    /// <summary>Whether its row reports damage.</summary>
    public bool IsReportedDamaged { get; }

    /// <inheritdoc cref="Operation.IsPruneBegun"/>
    public bool IsPruneBegun { get; }

    /// <summary>Which value can't be read, as a phrase that follows the name of the row; null if all can. Such a backup is kept.</summary>
    public string? Problem { get; init; }

    /// <summary>Which value was interpreted, as such a phrase; null if none was.</summary>
    public string? Note { get; init; }

    public CandidateBlob? Blob { get; init; }

    /// <summary>Why it is not considered by the rules; null if it is.</summary>
    public string? Absent { get; init; }

    public bool IsProtected => IsRowProtected || Blob is { IsProtected: true } or { HasProtectedRow: true };

    /// <summary>Whether it is not a good backup: damaged, without content, or of another size than recorded.</summary>
    public bool IsDamaged =>
        IsReportedDamaged || IsEmpty || HasOtherSize || (Blob is { } blob && (blob.HasDamagedRow || EmptyArchive.HasSizeOf(blob.Name, blob.Bytes)));

    /// <summary>Whether its blob was read and has no content, or could not be read.</summary>
    public bool IsEmpty { get; init; }

    /// <summary>Whether the size of the blob differs from the record, and this version was not verified.</summary>
    public bool HasOtherSize => !IsRewritten && Blob is { } blob && SizeBytes is { } size && size != blob.Bytes && !IsVersionVerified;

    /// <summary>Whether its blob was overwritten with another content after the time in the record, so that the time is not that of the blob.</summary>
    public bool IsRewritten =>
        Blob is { } blob && blob.LastModified > At
        && ((SizeBytes is { } size && size != blob.Bytes)
            || blob.HasOtherChecksum(checksum)
            || (hasFileTime && blob.FileTime - At > TimeAccuracy));

    /// <summary>Whether its time is that of an upload, which may be much later than the backup.</summary>
    public bool HasUploadTime => hasUploadTime && !(Blob?.FileTime is { } made && (made - At)?.Duration() <= TimeAccuracy);

    /// <summary>Whether exactly this version of the blob was verified.</summary>
    public bool IsVersionVerified => VerifiedAt is not null && HasVerifiedETag;

    private bool IsRowProtected { get; }

    private bool HasVerifiedETag => Blob is { } blob && verifiedETag != default && BlobKey.Of(BackupBlob.Text(blob.ETag)) == verifiedETag;

    /// <returns>Null if the row is not that of a completed backup with a blob. A row with an unknown status may be one.</returns>
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
                : Unreadable(row, nameof(Operation.Configuration), operation.Configuration)
                ?? ofTime
                ?? (operation.UnreadableSizeType is null ? null : $"has the SizeBytes {Written(row, nameof(Operation.SizeBytes))}, which is not a size")
                ?? Unreadable(row, nameof(Operation.Damage), row.TryGetValue(nameof(Operation.Damage), out var damage) ? damage as string : null)
                ?? Unreadable(row, nameof(Operation.PruneStartedAt), operation.PruneStartedAt),
            Note = ProtectionReader.Of(row) == Protection.Unreadable
                ? $"has the Protected {Written(row, ProtectionReader.Column)}, which is not a Boolean, so it counts as protected"
                : null,
        };
    }

    /// <summary>The configuration of a backup: that in its row, or that in the name of its blob.</summary>
    public static string ConfigurationOf(Operation row) =>
        row.Configuration is { Length: > 0 } stated ? stated : ConfigurationIn(row.BlobName ?? "");

    /// <summary>Adds the blob that the row refers to.</summary>
    public Candidate With(CandidateBlob blob) =>
        this with { Blob = blob, Configuration = isConfigurationStated ? Configuration : ConfigurationIn(blob.Name) };

    /// <summary>Whether this version of the blob was verified and is sound.</summary>
    public bool IsSound(DateTimeOffset now) =>
        !IsDamaged
        && VerifiedAt <= now + MaxClockSkew
        && (verifiedETag == default || HasVerifiedETag);

    /// <summary>Whether it counts as a good backup.</summary>
    public bool IsGood => Blob is not null && Problem is null && !IsDamaged;

    public RetainedBackup ToRetained(DateTimeOffset now) => new(Id, At!.Value, IsProtected, IsDamaged, IsSound(now), Type);

    private static (DateTimeOffset? At, string? Problem) TimeOf(TableEntity row, Operation operation, DateTimeOffset now)
    {
        foreach (var (column, time) in new[] { (nameof(Operation.CompletedAt), operation.CompletedAt), (nameof(Operation.CreatedAt), operation.CreatedAt) })
        {
            if (row.Has(column))
            {
                return time is null ? (null, $"has the {column} {Written(row, column)}, which is not a time")
                    : time > now + MaxClockSkew ? (null, $"has the {column} {time:u}, which is in the future")
                    : time.Value.IsPlaceholder() ? (null, $"has the {column} {time:u}, which can't be the time of a backup")
                    : operation.CreatedAt - time > MaxClockSkew && !RegisteredBackup.Is(operation) // There, CreatedAt is the upload.
                        ? (null, $"has the {column} {time:u}, which is before its CreatedAt ({operation.CreatedAt:u})")
                    : (time, null);
            }
        }

        return (null, "has neither a CompletedAt nor a CreatedAt");
    }

    private static string ConfigurationIn(string blobName) =>
        blobName.StartsWith(BackupBlob.Root, StringComparison.Ordinal) ? BackupBlob.ConfigurationOf(blobName) : "";

    private static string? Unreadable(TableEntity row, string column, object? value) =>
        row.Has(column) && value is null ? $"has the {column} {Written(row, column)}" : null;

    private static string Written(TableEntity row, string column) => Problems.Quote(row.Written(column));
}
