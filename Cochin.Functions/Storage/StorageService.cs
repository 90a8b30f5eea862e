namespace Cochin.Functions.Storage;

/// <summary>A service of the storage account, each with roles of its own.</summary>
internal enum StorageService
{
    Blob,
    Table,
}
