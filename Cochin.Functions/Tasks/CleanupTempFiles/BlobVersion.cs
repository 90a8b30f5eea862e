using Azure;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>A blob as a listing showed it; a delete goes through only while it is still this version.</summary>
internal readonly record struct BlobVersion(string Name, ETag ETag, long Bytes);
