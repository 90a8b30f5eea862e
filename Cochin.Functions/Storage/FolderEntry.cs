namespace Cochin.Functions.Storage;

/// <summary>
/// The entry that a folder has of its own in an account with a hierarchical namespace. It is listed as an empty blob, and can't be deleted
/// while something is below it.
/// </summary>
/// <remarks>https://learn.microsoft.com/azure/storage/blobs/storage-blob-directory-list</remarks>
internal static class FolderEntry
{
    /// <summary>The service's answer (409) to the deletion of a folder that is not empty.</summary>
    public const string NotEmpty = "DirectoryIsNotEmpty";

    private const string Key = "hdi_isfolder";

    /// <summary>Whether a blob's metadata says that it is a folder's entry.</summary>
    public static bool Is(IEnumerable<KeyValuePair<string, string>>? metadata) =>
        metadata?.Any(entry => IsSame(entry.Key, Key) && IsSame(entry.Value, "true")) is true;

    private static bool IsSame(string text, string other) => text.Equals(other, StringComparison.OrdinalIgnoreCase);
}
