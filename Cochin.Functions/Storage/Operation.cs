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

    public string? Status { get; init; }

    public string? Configuration { get; init; }

    public string? BlobName { get; init; }

    public long? SizeBytes { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? HeartbeatAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public string? ErrorMessage { get; init; }

    public string? WorkPath { get; init; }

    public bool IsLive => Status is OperationStatus.Pending or OperationStatus.Running;

    /// <summary>Whether it surely is over. A status that nobody knows is no proof of that.</summary>
    public bool HasEnded => Status is OperationStatus.Completed or OperationStatus.Failed or OperationStatus.Cancelled or OperationStatus.FileMissing;

    /// <summary>The last sign of life: the latest of heartbeat, start and creation; null where none can be read.</summary>
    public DateTimeOffset? LastSignOfLife => new[] { HeartbeatAt, StartedAt, CreatedAt }.Max();

    public static Operation From(TableEntity row) => new()
    {
        Kind = row.PartitionKey,
        Id = row.RowKey,
        ETag = row.ETag,
        Timestamp = row.Timestamp,
        Name = row.Text(nameof(Name)),
        Status = row.Text(nameof(Status)),
        Configuration = row.Text(nameof(Configuration)),
        BlobName = row.Text(nameof(BlobName)),
        SizeBytes = row.Number(nameof(SizeBytes)),
        CreatedAt = row.Time(nameof(CreatedAt)),
        StartedAt = row.Time(nameof(StartedAt)),
        HeartbeatAt = row.Time(nameof(HeartbeatAt)),
        CompletedAt = row.Time(nameof(CompletedAt)),
        ErrorMessage = row.Text(nameof(ErrorMessage)),
        WorkPath = row.Text(nameof(WorkPath)),
    };
}
