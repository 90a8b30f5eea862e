using System.Globalization;
using Azure;
using Azure.Data.Tables;

namespace Cochin.Functions.Storage;

/// <summary>A row of the operations table: one backup or restore of the Django application.</summary>
internal sealed record Operation
{
    public required string Kind { get; init; }

    public required string Id { get; init; }

    public ETag ETag { get; init; }

    /// <summary>When the row was last written, on the table service's clock; null where it was not asked for.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    public string? Name { get; init; }

    /// <summary>In the contract's spelling, if it is certain which one is meant; otherwise as it was written.</summary>
    public string? Status { get; init; }

    /// <summary>What was written, if <see cref="Status"/> is spelled otherwise; null if not.</summary>
    public string? MisspelledStatus { get; init; }

    public string? Configuration { get; init; }

    public string? BlobName { get; init; }

    /// <summary>Of what type the <see cref="BlobName"/> is if it is there and can't be read; else null.</summary>
    public string? UnreadableBlobNameType { get; init; }

    public long? SizeBytes { get; init; }

    /// <summary>Of what type the <see cref="SizeBytes"/> are if they are there and can't be read; else null.</summary>
    public string? UnreadableSizeType { get; init; }

    /// <summary>As it was written, readable as a checksum or not.</summary>
    public string? Sha256 { get; init; }

    /// <summary><c>{user id}_{user name}</c> whose key encrypted the backup.</summary>
    public string? KeyOwner { get; init; }

    /// <summary>When the backup was last found sound; null if it never was, or if that can't be read.</summary>
    public DateTimeOffset? VerifiedAt { get; init; }

    public string? VerifiedLevel { get; init; }

    /// <summary>The blob's version then.</summary>
    public string? VerifiedETag { get; init; }

    /// <summary>What is wrong with the backup; null if nothing is known to be.</summary>
    public string? Damage { get; init; }

    public DateTimeOffset? DamagedAt { get; init; }

    public bool IsDamaged => Damage is not null;

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? HeartbeatAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public string? ErrorMessage { get; init; }

    public string? WorkPath { get; init; }

    /// <summary>Whether <see cref="WorkPath"/> was written as text; what it means is another question.</summary>
    public bool IsWorkPathText { get; init; } = true;

    /// <summary>The columns of times that hold something else.</summary>
    public IReadOnlyList<string> UnreadableTimes { get; init; } = [];

    public bool IsLive => Status is OperationStatus.Pending or OperationStatus.Running;

    /// <summary>Whether it surely is over. An unknown status is no proof of that.</summary>
    public bool HasEnded =>
        Status is OperationStatus.Completed or OperationStatus.Failed or OperationStatus.Cancelled or OperationStatus.FileMissing or OperationStatus.Pruned;

    // Some programs write local time as UTC. A time further ahead proves nothing.
    private static readonly TimeSpan FurthestAhead = TimeSpan.FromDays(1);

    /// <summary>When a backup was made, as far as its row proves it: a time more than a day ahead proves nothing. Null without a proof.</summary>
    public DateTimeOffset? MadeAt(DateTimeOffset now) =>
        CompletedAt <= now + FurthestAhead ? CompletedAt : CreatedAt <= now + FurthestAhead ? CreatedAt : null;

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
        Configuration = row.Name(nameof(Configuration)) ?? row.Number(nameof(Configuration))?.ToString(CultureInfo.InvariantCulture),
        BlobName = row.Name(nameof(BlobName)),
        UnreadableBlobNameType = row.Unread(nameof(BlobName), row.Name(nameof(BlobName))),
        SizeBytes = row.Size(nameof(SizeBytes)),
        UnreadableSizeType = row.Unread(nameof(SizeBytes), row.Size(nameof(SizeBytes))),
        Sha256 = row.Written(nameof(Sha256)),
        KeyOwner = row.Text(nameof(KeyOwner)),
        VerifiedAt = row.Time(nameof(VerifiedAt)),
        VerifiedLevel = row.Text(nameof(VerifiedLevel)),
        VerifiedETag = row.Text(nameof(VerifiedETag)),
        Damage = row.Has(nameof(Damage)) ? row.Written(nameof(Damage)) : null,
        DamagedAt = row.Time(nameof(DamagedAt)),
        CreatedAt = row.Time(nameof(CreatedAt)),
        StartedAt = row.Time(nameof(StartedAt)),
        HeartbeatAt = row.Time(nameof(HeartbeatAt)),
        CompletedAt = row.Time(nameof(CompletedAt)),
        ErrorMessage = row.Text(nameof(ErrorMessage)),
        WorkPath = row.Written(nameof(WorkPath)),
        IsWorkPathText = !row.TryGetValue(nameof(WorkPath), out var path) || path is null or string,
        UnreadableTimes = Unreadable(row),
    };

    private static string[] Unreadable(TableEntity row) => [.. LastActivity.Columns.Where(column => row.Has(column) && row.Time(column) is null)];
}
