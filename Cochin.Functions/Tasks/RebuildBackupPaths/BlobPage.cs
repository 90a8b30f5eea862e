namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>A page of the listing, by which it can be listed again.</summary>
/// <param name="Marker">Null for the first one.</param>
/// <param name="Blobs">How many blobs it showed.</param>
internal readonly record struct BlobPage(string? Marker, int Blobs);
