namespace Cochin.Functions.Cli.Json;

internal sealed record OperationDocument(
    string Kind,
    string Id,
    string? Name,
    string? Status,
    string? Configuration,
    string? BlobName,
    long? SizeBytes,
    DateTime? CreatedAt,
    DateTime? StartedAt,
    DateTime? HeartbeatAt,
    DateTime? CompletedAt,
    string? WorkPath,
    string? ErrorMessage);

internal sealed record OperationsDocument(IReadOnlyList<OperationDocument> Operations);
