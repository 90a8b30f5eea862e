using Azure;

namespace Cochin.Functions.Storage.Batch;

/// <summary>A blob to delete, with its snapshots, as long as it is still this version.</summary>
/// <param name="Address">As its client has it: escaped, and with the SAS where that is the credential.</param>
internal readonly record struct PartToDelete(Uri Address, ETag ETag);
