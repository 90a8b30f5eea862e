using System.Globalization;

namespace Cochin.Functions.Tasks.SyncDjango.Files;

/// <summary>What the metadata of a blob says about the file that it was uploaded from.</summary>
internal static class FileMetadata
{
    private const string ChecksumKey = "sha256";
    private const string ModifiedKey = "mtime"; // The name and format that rclone uses.
    private const int ChecksumLength = 64;

    /// <summary>The SHA-256 in lower-case hex; null if there is none, or if it is not one.</summary>
    public static string? ChecksumIn(IEnumerable<KeyValuePair<string, string>>? metadata) =>
        Find(metadata, ChecksumKey)?.Trim() is { Length: ChecksumLength } text && text.All(char.IsAsciiHexDigit) ? text.ToLowerInvariant() : null;

    /// <summary>The time at which the file was changed last; null if there is none, or if it can't be read.</summary>
    public static DateTimeOffset? ModifiedIn(IEnumerable<KeyValuePair<string, string>>? metadata) =>
        DateTimeOffset.TryParse(
            Find(metadata, ModifiedKey), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;

    /// <summary>The metadata for a new content. All other entries are kept, e.g. <c>protected</c>.</summary>
    public static Dictionary<string, string> With(IEnumerable<KeyValuePair<string, string>> metadata, string sha256, DateTimeOffset modifiedAt) =>
        new(WithChecksum(metadata, sha256).Where(entry => !Is(entry.Key, ModifiedKey)))
        {
            [ModifiedKey] = modifiedAt.UtcDateTime.ToString("o", CultureInfo.InvariantCulture),
        };

    /// <summary>The metadata with the checksum of the content. All other entries are kept.</summary>
    public static Dictionary<string, string> WithChecksum(IEnumerable<KeyValuePair<string, string>> metadata, string sha256) =>
        new(metadata.Where(entry => !Is(entry.Key, ChecksumKey))) { [ChecksumKey] = sha256 };

    private static string? Find(IEnumerable<KeyValuePair<string, string>>? metadata, string key) =>
        metadata?.FirstOrDefault(entry => Is(entry.Key, key)).Value;

    private static bool Is(string key, string other) => key.Equals(other, StringComparison.OrdinalIgnoreCase);
}
