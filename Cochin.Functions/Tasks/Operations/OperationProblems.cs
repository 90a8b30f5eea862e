using Azure.Data.Tables;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.Operations;

/// <summary>
/// Finds unreliable values in the row of an operation that has not ended. Each problem is text that follows the operation's name.
/// </summary>
internal static class OperationProblems
{
    /// <summary>The columns that <see cref="Of"/> needs.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(TableEntity.Timestamp),
        nameof(Operation.Status), nameof(Operation.WorkPath), nameof(Operation.BlobName), ProtectionReader.Column, .. LastActivity.Columns,
    ];

    /// <summary>Finds all problems. Of an operation that has ended, only the name of a backup's blob matters.</summary>
    public static IEnumerable<string> Of(Operation operation, WorkPathReader paths, DateTimeOffset now)
    {
        var place = TempBlobName.Read(operation.BlobName, paths);
        string?[] problems = operation.HasEnded
            ? [OfBackup(operation, place)]
            : [OfStatus(operation), OfWorkPath(operation, paths.Read(operation)), OfBlobName(operation, place), OfTimes(operation, now)];
        return problems.OfType<string>();
    }

    public static string? OfStatus(Operation operation) =>
        operation.IsLive || operation.HasEnded ? null
        : string.IsNullOrWhiteSpace(operation.Status) ? "has no Status"
        : $"has the Status {Problems.Quote(operation.Status)}, which is not a known status";

    /// <summary>Finds a status that is not spelled as in the contract. Its meaning is clear, but other programs may not recognize it.</summary>
    public static string? OfSpelling(Operation operation) =>
        operation.MisspelledStatus is { } written ? $"has the Status {Problems.Quote(written)}, which is read as {operation.Status}" : null;

    public static string? OfWorkPath(Operation operation, WorkPath path) =>
        path.IsCertain
            ? null
            : $"has the WorkPath {Problems.Quote(WithoutQuery(operation.WorkPath))}, which can't be matched to a temporary area with certainty";

    /// <summary>Finds a <c>BlobName</c> of an operation in progress that may mean several blobs in the temporary areas, or any.</summary>
    public static string? OfBlobName(Operation operation, WorkPath place) =>
        operation.UnreadableBlobNameType is { } type ? $"has a BlobName of type {type}"
        : place.IsCertain || TempBlobName.IsBelowStorage(operation.BlobName!) ? null
        : $"has a BlobName that can't be read with certainty ({Problems.Quote(WithoutQuery(operation.BlobName))})";

    /// <summary>Finds a backup that exists or is protected, and whose blob is unknown, or is or may be in a temporary area.</summary>
    public static string? OfBackup(Operation operation, WorkPath place) => operation switch
    {
        { Kind: OperationKind.Restore } or { IsProtected: false, Status: not (OperationStatus.Completed or OperationStatus.FileMissing) } => null,
        { UnreadableBlobNameType: { } type } => $"has a BlobName of type {type}",
        _ when place.Claims.Count == 0 && (place.Names.Count == 0 || TempBlobName.IsBelowStorage(operation.BlobName!)) => null,
        _ => $"is a {(operation.IsProtected ? "protected" : operation.Status)} backup {(place.IsCertain ? "" : "that may be ")}in a temporary area "
            + $"({Problems.Quote(WithoutQuery(operation.BlobName))})",
    };

    /// <summary>Finds unreadable or future times of a live operation.</summary>
    public static string? OfTimes(Operation operation, DateTimeOffset now)
    {
        var sign = LastActivity.Of(operation, now);
        if (!operation.IsLive || sign is { Unreadable.Count: 0, InFuture.Count: 0 })
        {
            return null;
        }

        var at = sign.At is { } known ? $"{known:u}" : "unknown";
        return sign.Unreadable.Count > 0 ? $"has a value in {string.Join(" and ", sign.Unreadable)} that is not a time"
            : $"has a time in {string.Join(" and ", sign.InFuture)} that is in the future, so the row's Timestamp is used instead ({at})";
    }

    // The path may be a URL with a shared access signature.
    private static string? WithoutQuery(string? path) => path?.Split('?')[0];
}
