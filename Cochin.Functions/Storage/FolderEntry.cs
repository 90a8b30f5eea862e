namespace Cochin.Functions.Storage;

/// <summary>
/// The entry of a folder in an account with a hierarchical namespace. It is listed as an empty blob and can't be deleted while the folder
/// has content.
/// </summary>
/// <remarks>https://learn.microsoft.com/azure/storage/blobs/storage-blob-directory-list</remarks>
internal static class FolderEntry
{
    /// <summary>The error code (status 409) for deleting a folder that is not empty.</summary>
    public const string NotEmpty = "DirectoryIsNotEmpty";

    private const string Key = "hdi_isfolder";

    /// <summary>Whether the metadata is that of a folder entry.</summary>
    public static bool Is(IEnumerable<KeyValuePair<string, string>>? metadata) =>
        metadata?.Any(entry => IsSame(entry.Key, Key) && IsSame(entry.Value, "true")) is true;

    private static bool IsSame(string text, string other) => text.Equals(other, StringComparison.OrdinalIgnoreCase);
}
