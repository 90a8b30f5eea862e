using Azure.Data.Tables;

namespace Cochin.Functions.Storage;

/// <summary>Whether a backup is protected from being pruned.</summary>
internal enum Protection
{
    None,
    Protected,

    /// <summary>The value is neither true nor false. It counts as protected.</summary>
    Unreadable,
}

/// <summary>Reads the protection of a backup from its row or from its blob's metadata. Either one is enough to protect it.</summary>
internal static class ProtectionReader
{
    /// <summary>The column of the row.</summary>
    public const string Column = "Protected";

    private const string MetadataKey = "protected";

    /// <summary>Reads the protection from a row. Only a Boolean can be read; any other value is unreadable.</summary>
    public static Protection Of(TableEntity row) => Read(row.TryGetValue(Column, out var value) ? value as bool? : null, row.Has(Column));

    /// <summary>Reads the protection from the metadata of a blob, where the value is <c>true</c> or <c>false</c>.</summary>
    public static Protection Of(IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var text = metadata.FirstOrDefault(entry => entry.Key.Equals(MetadataKey, StringComparison.OrdinalIgnoreCase)).Value;
        return Read(bool.TryParse(text, out var flag) ? flag : null, !string.IsNullOrWhiteSpace(text));
    }

    /// <summary>Metadata that is encrypted with a customer-provided key may protect the blob, so it counts as unreadable.</summary>
    public static Protection Of(ListedBlob blob) =>
        blob.IsMetadataEncrypted ? Protection.Unreadable : blob.Metadata is { } metadata ? Of(metadata) : Protection.None;

    private static Protection Read(bool? flag, bool hasValue) => flag switch
    {
        true => Protection.Protected,
        false => Protection.None,
        null => hasValue ? Protection.Unreadable : Protection.None,
    };
}
