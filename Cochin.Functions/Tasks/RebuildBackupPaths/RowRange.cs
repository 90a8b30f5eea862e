using Azure.Data.Tables;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>A stretch of row keys.</summary>
/// <param name="After">The last key before it; null for none.</param>
/// <param name="UpTo">Its last key; null for all that follow.</param>
internal readonly record struct RowRange(string? After, string? UpTo)
{
    /// <summary>The table filter that selects it, to be put behind another.</summary>
    public string AndFilter =>
        (After is null ? "" : " and " + TableClient.CreateQueryFilter($"RowKey gt {After}"))
        + (UpTo is null ? "" : " and " + TableClient.CreateQueryFilter($"RowKey le {UpTo}"));
}
