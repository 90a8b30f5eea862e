using System.Globalization;
using System.Text.RegularExpressions;
using Azure;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>A blob under <c>storage/</c>, as listed.</summary>
/// <param name="Sha256">The checksum in its metadata, in lower case; null if it is missing or invalid.</param>
internal sealed partial record BackupBlob(string Name, long Size, ETag ETag, DateTimeOffset CreatedOn, DateTimeOffset LastModified, string? Sha256)
{
    /// <summary>Whether it is the entry of a folder, as created by accounts with a hierarchical namespace and some tools.</summary>
    public bool IsFolder { get; init; }

    /// <summary>Whether its content can be read. False in the archive tier or with a customer-provided key.</summary>
    public bool IsReadable { get; init; } = true;

    /// <summary>
    /// When the file was changed last before it was uploaded, from the metadata <c>mtime</c> that rclone and <c>sync_django</c> write; null if it is
    /// missing, can't be read, or is not earlier than the upload.
    /// </summary>
    public DateTimeOffset? FileTime { get; init; }

    /// <summary>The folder of the backups: <c>storage/{configuration}/{file}</c>.</summary>
    public const string Root = "storage/";

    private const string ChecksumKey = "sha256";
    private const string FolderKey = "hdi_isfolder";
    private const string FileTimeKey = "mtime";

    // Programs that don't know the time of a file write 1970 or 1980.
    private const int MinFileYear = 2000;

    /// <summary>The second segment of the path; empty if the file is directly in <c>storage/</c>.</summary>
    public string Configuration => ConfigurationOf(Name);

    /// <summary>The path below the configuration.</summary>
    public string FileName => Name[NameStart..];

    // After the slash of the configuration, or after the root if there is none.
    private int NameStart => StartOf(Name);

    public static BackupBlob From(ListedBlob blob) => new(
        blob.Name,
        blob.Bytes,
        blob.ETag,
        blob.CreatedOn ?? blob.LastModified,
        blob.LastModified,
        Checksum(Find(blob.Metadata, ChecksumKey)))
    {
        IsFolder = blob.Bytes == 0 && Find(blob.Metadata, FolderKey) is { } folder && folder.Equals("true", StringComparison.OrdinalIgnoreCase),
        FileTime = FileTimeIn(blob.Metadata, blob.LastModified),
        IsReadable = !blob.IsArchived,
    };

    /// <param name="name">A name below <see cref="Root"/>.</param>
    public static string ConfigurationOf(string name) => name[Root.Length..StartOf(name)].TrimEnd('/');

    public TimeSpan Age(DateTimeOffset now) => now - LastModified;

    private static int StartOf(string name) => Math.Max(name.IndexOf('/', Root.Length) + 1, Root.Length);

    /// <summary>Reads a SHA-256: 64 hex digits, in lower case; null if it is missing or invalid.</summary>
    public static string? Checksum(string? stated) =>
        stated?.Trim() is { Length: 64 } text && text.All(char.IsAsciiHexDigit) ? text.ToLowerInvariant() : null;

    private static DateTimeOffset? FileTimeIn(IReadOnlyDictionary<string, string>? metadata, DateTimeOffset uploaded) =>
        // rclone writes nanoseconds, .NET reads seven digits.
        Find(metadata, FileTimeKey) is { } text && Rfc3339().Match(text.Trim()) is { Success: true } match
        && DateTimeOffset.TryParse(
            match.Groups["time"].Value + match.Groups["zone"].Value, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time)
        && time < uploaded && time.Year >= MinFileYear
            ? time
            : null;

    private static string? Find(IReadOnlyDictionary<string, string>? metadata, string key) =>
        metadata?.FirstOrDefault(entry => entry.Key.Equals(key, StringComparison.OrdinalIgnoreCase)).Value;

    [GeneratedRegex(
        @"^(?<time>[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?)[0-9]*(?<zone>[Zz]|[+-][0-9]{2}:[0-9]{2})$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Rfc3339();
}
