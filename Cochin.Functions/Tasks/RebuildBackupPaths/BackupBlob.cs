using Azure;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>A blob under <c>storage/</c>, as listed.</summary>
/// <param name="Sha256">The checksum in its metadata, in lower case; null if it is missing or invalid.</param>
internal sealed record BackupBlob(string Name, long Size, ETag ETag, DateTimeOffset CreatedOn, DateTimeOffset LastModified, string? Sha256)
{
    /// <summary>Whether it is the entry of a folder, as created by accounts with a hierarchical namespace and some tools.</summary>
    public bool IsFolder { get; init; }

    /// <summary>Whether its content can be read. False in the archive tier or with a customer-provided key.</summary>
    public bool IsReadable { get; init; } = true;

    /// <summary>The folder of the backups: <c>storage/{configuration}/{file}</c>.</summary>
    public const string Root = "storage/";

    private const string ChecksumKey = "sha256";
    private const string FolderKey = "hdi_isfolder";

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
        blob.Metadata?.GetValueOrDefault(ChecksumKey) is { } stated ? Checksum(stated) : null)
    {
        IsFolder = blob.Bytes == 0 && blob.Metadata?.GetValueOrDefault(FolderKey) is { } folder && folder.Equals("true", StringComparison.OrdinalIgnoreCase),
        IsReadable = !blob.IsArchived,
    };

    /// <param name="name">A name below <see cref="Root"/>.</param>
    public static string ConfigurationOf(string name) => name[Root.Length..StartOf(name)].TrimEnd('/');

    public TimeSpan Age(DateTimeOffset now) => now - LastModified;

    private static int StartOf(string name) => Math.Max(name.IndexOf('/', Root.Length) + 1, Root.Length);

    private static string? Checksum(string stated) =>
        stated.Length == 64 && stated.All(char.IsAsciiHexDigit) ? stated.ToLowerInvariant() : null;
}
