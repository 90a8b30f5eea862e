using Azure;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.BackupRecords;

/// <summary>A blob under <c>storage/</c>, as listed.</summary>
/// <param name="Sha256">The checksum in its metadata, in lower case; null if it is missing or invalid.</param>
internal sealed record BackupBlob(string Name, long Size, ETag ETag, DateTimeOffset CreatedOn, DateTimeOffset LastModified, string? Sha256)
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

    private const string FolderKey = "hdi_isfolder";

    /// <summary>The second segment of the path; empty if the file is directly in <c>storage/</c>.</summary>
    public string Configuration => ConfigurationOf(Name);

    /// <summary>The path below the configuration.</summary>
    public string FileName => Name[NameStart..];

    // After the slash of the configuration, or after the root if there is none.
    private int NameStart => StartOf(Name);

    /// <summary>Formats an ETag as it is stored in rows.</summary>
    public static string Text(ETag etag) => etag.ToString().Trim('"');

    public static BackupBlob From(ListedBlob blob) => new(
        blob.Name,
        blob.Bytes,
        blob.ETag,
        blob.CreatedOn ?? blob.LastModified,
        blob.LastModified,
        FileMetadata.ChecksumIn(blob.Metadata))
    {
        IsFolder = blob.Bytes == 0 && FileMetadata.Find(blob.Metadata, FolderKey) is { } folder && folder.Equals("true", StringComparison.OrdinalIgnoreCase),
        FileTime = FileTimeIn(blob.Metadata, blob.LastModified),
        IsReadable = !blob.IsArchived,
    };

    /// <param name="name">A name below <see cref="Root"/>.</param>
    public static string ConfigurationOf(string name) => name[Root.Length..StartOf(name)].TrimEnd('/');

    public TimeSpan Age(DateTimeOffset now) => now - LastModified;

    private static int StartOf(string name) => Math.Max(name.IndexOf('/', Root.Length) + 1, Root.Length);

    // It says nothing if it is not earlier than the upload, or not a time of a file.
    private static DateTimeOffset? FileTimeIn(IReadOnlyDictionary<string, string>? metadata, DateTimeOffset uploaded) =>
        FileMetadata.ModifiedIn(metadata) is { } time && time < uploaded && !time.IsPlaceholder() ? time : null;
}
