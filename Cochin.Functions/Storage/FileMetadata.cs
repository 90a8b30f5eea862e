using System.Globalization;
using System.Text.RegularExpressions;

namespace Cochin.Functions.Storage;

/// <summary>The metadata of a blob that was uploaded from a file: <c>sha256</c>, and <c>mtime</c> as rclone writes it.</summary>
internal static partial class FileMetadata
{
    private const string ChecksumKey = "sha256";
    private const string ModifiedKey = "mtime";
    private const int ChecksumLength = 64;

    /// <summary>The checksum as it was written; null if there is none.</summary>
    public static string? StatedChecksum(IEnumerable<KeyValuePair<string, string>>? metadata) => Find(metadata, ChecksumKey);

    /// <summary>The SHA-256 in lower-case hex; null if it is missing or invalid.</summary>
    public static string? ChecksumIn(IEnumerable<KeyValuePair<string, string>>? metadata) => ParseChecksum(StatedChecksum(metadata));

    /// <summary>When the file was changed last before it was uploaded; null if it is missing or can't be read.</summary>
    public static DateTimeOffset? ModifiedIn(IEnumerable<KeyValuePair<string, string>>? metadata) =>
        // rclone writes nanoseconds, .NET reads seven digits.
        Find(metadata, ModifiedKey) is { } text && Rfc3339().Match(text.Trim()) is { Success: true } match
        && DateTimeOffset.TryParse(
            match.Groups["time"].Value + match.Groups["zone"].Value, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;

    /// <summary>Reads a SHA-256: 64 hex digits, returned in lower case; null if it is missing or invalid.</summary>
    public static string? ParseChecksum(string? stated) =>
        stated?.Trim() is { Length: ChecksumLength } text && text.All(char.IsAsciiHexDigit) ? text.ToLowerInvariant() : null;

    /// <summary>Returns the metadata for new content. All other entries are kept, e.g. <c>protected</c>.</summary>
    public static Dictionary<string, string> With(IEnumerable<KeyValuePair<string, string>> metadata, string sha256, DateTimeOffset modifiedAt) =>
        new(WithChecksum(metadata, sha256).Where(entry => !Is(entry.Key, ModifiedKey)))
        {
            [ModifiedKey] = modifiedAt.UtcDateTime.ToString("o", CultureInfo.InvariantCulture),
        };

    /// <summary>Returns the metadata with the checksum of the content. All other entries are kept.</summary>
    public static Dictionary<string, string> WithChecksum(IEnumerable<KeyValuePair<string, string>> metadata, string sha256) =>
        new(metadata.Where(entry => !Is(entry.Key, ChecksumKey))) { [ChecksumKey] = sha256 };

    /// <summary>Finds an entry; its key ignores case.</summary>
    /// <returns>The value as it was written; null if there is none.</returns>
    public static string? Find(IEnumerable<KeyValuePair<string, string>>? metadata, string key) =>
        metadata?.FirstOrDefault(entry => Is(entry.Key, key)).Value;

    private static bool Is(string key, string other) => key.Equals(other, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(
        @"^(?<time>[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?)[0-9]*(?<zone>[Zz]|[+-][0-9]{2}:[0-9]{2})$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Rfc3339();
}
