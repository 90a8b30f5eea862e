using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>A page of rows.</summary>
/// <param name="Next">Where the next one begins; null after the last one.</param>
internal sealed record RowPage(IReadOnlyList<Operation> Rows, string? Next);
