using Azure.Data.Tables;

namespace Cochin.Functions.Storage;

/// <summary>Whether something forbids that a backup is ever pruned.</summary>
internal enum Protection
{
    None,
    Protected,

    /// <summary>There is a value, but neither true nor false. It counts as protected.</summary>
    Unreadable,
}

/// <summary>Reads the two places that can protect a backup: its row and its blob's metadata. One of them is enough.</summary>
internal static class ProtectionReader
{
    /// <summary>The column of the row.</summary>
    public const string Column = "Protected";

    private const string MetadataKey = "protected";

    /// <summary>Only a Boolean is believed: text may mean anything.</summary>
    public static Protection Of(TableEntity row) => Read(row.TryGetValue(Column, out var value) ? value as bool? : null, row.Has(Column));

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
