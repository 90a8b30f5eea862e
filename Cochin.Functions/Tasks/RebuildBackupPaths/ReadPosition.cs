namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>How far records have been read again.</summary>
/// <param name="Range">Which of the ranges is being read.</param>
/// <param name="After">The last row key that was dealt with; null at the beginning of the range.</param>
internal readonly record struct ReadPosition(int Range, string? After);
