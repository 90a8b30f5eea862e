namespace Cochin.Functions.Status.Page;

/// <summary>A backup or restore under way.</summary>
/// <param name="Kind"><c>backup</c> or <c>restore</c>.</param>
/// <param name="Silent">Without a sign of life for so long that it is taken for stuck.</param>
/// <param name="Problem">What its row says that can't be relied on; null if there is nothing.</param>
internal sealed record StatusOperation(
    string Kind,
    string Id,
    string? Name,
    string Status,
    DateTime? StartedAt,
    DateTime? LastSignOfLife,
    bool Silent,
    string? Problem = null);
