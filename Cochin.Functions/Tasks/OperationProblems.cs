using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.CleanupTempFiles;

namespace Cochin.Functions.Tasks;

/// <summary>What the row of an operation that has not ended says and can't be relied on: each as text that follows the operation's name.</summary>
internal static class OperationProblems
{
    /// <summary>All of them; none for an operation that has ended.</summary>
    public static IEnumerable<string> Of(Operation operation, WorkPathReader paths, DateTimeOffset now) => operation.HasEnded
        ? []
        : new[] { OfStatus(operation), OfWorkPath(operation, paths.Read(operation)), OfTimes(operation, now) }.OfType<string>();

    public static string? OfStatus(Operation operation) =>
        operation.IsLive || operation.HasEnded ? null
        : string.IsNullOrWhiteSpace(operation.Status) ? "has no Status"
        : $"has the Status {Problems.Quote(operation.Status)}, which is none of the contract's";

    /// <summary>A status that is clear, but not spelled as in the contract: other programs may not know it.</summary>
    public static string? OfSpelling(Operation operation) =>
        operation.MisspelledStatus is { } written ? $"has the Status {Problems.Quote(written)}, which is read as {operation.Status}" : null;

    public static string? OfWorkPath(Operation operation, WorkPath path) =>
        path.IsCertain
            ? null
            : $"has the WorkPath {Problems.Quote(WithoutQuery(operation.WorkPath))}, which can't be placed in a temporary area with certainty";

    /// <summary>Times of a live operation.</summary>
    public static string? OfTimes(Operation operation, DateTimeOffset now)
    {
        var sign = LastActivity.Of(operation, now);
        if (!operation.IsLive || sign is { Unreadable.Count: 0, Ahead.Count: 0 })
        {
            return null;
        }

        var at = sign.At is { } known ? $"{known:u}" : "unknown";
        return sign.Unreadable.Count > 0 ? $"has something in {string.Join(" and ", sign.Unreadable)} that is not a time"
            : $"has a time in {string.Join(" and ", sign.InFuture)} that is still to come, so the row's own Timestamp counts instead ({at})";
    }

    // A shared access signature may follow the path of an address.
    private static string? WithoutQuery(string? path) => path?.Split('?')[0];
}
