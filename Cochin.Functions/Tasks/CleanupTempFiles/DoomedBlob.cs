using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>A blob that is to be deleted, as a part of its unit.</summary>
/// <param name="Address">Where a request for it goes.</param>
internal readonly record struct DoomedBlob(UnitDeletion Deletion, ListedBlob Blob, Uri Address);
