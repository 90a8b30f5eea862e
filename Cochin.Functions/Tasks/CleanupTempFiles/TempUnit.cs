using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>
/// A top-level item of a temporary area: a blob, a folder with its content, or both if they have the same name. It is kept or deleted as a
/// whole.
/// </summary>
internal sealed class TempUnit(string area, string name)
{
    private List<ListedBlob>? blobs = [];
    private DateTimeOffset? newestBlob;
    private DateTimeOffset newestFolder;

    /// <summary>Creates a unit from a checkpoint. Its blobs are not known.</summary>
    public TempUnit(UnitFacts facts)
        : this(facts.Area, facts.Name)
    {
        newestBlob = facts.HasOnlyFolders ? null : facts.Newest;
        newestFolder = facts.Newest;
        (Bytes, BlobCount, IsLeased) = (facts.Bytes, facts.Blobs, facts.IsLeased);
        blobs = null;
    }

    /// <summary>The area without its slash, e.g. <c>temp</c>.</summary>
    public string Area { get; } = area;

    public string Name { get; } = name;

    /// <summary>The path from the container's root, without a trailing slash.</summary>
    public string Path => $"{Area}/{Name}";

    /// <summary>When its newest blob was written, which determines its age. Folder entries count only if there are no other blobs.</summary>
    public DateTimeOffset Newest => newestBlob ?? newestFolder;

    public long Bytes { get; private set; }

    public long BlobCount { get; private set; }

    public bool IsLeased { get; private set; }

    /// <summary>Its blobs; null if there are too many to keep, so that they have to be listed again.</summary>
    public IReadOnlyList<ListedBlob>? Blobs => blobs;

    public UnitFacts Facts => new(Area, Name, Newest, Bytes, BlobCount, IsLeased) { HasOnlyFolders = newestBlob is null };

    /// <summary>Whether a blob's name, without the area, belongs to this unit.</summary>
    public bool Owns(ReadOnlySpan<char> name) =>
        name.StartsWith(Name, StringComparison.Ordinal) && (name.Length == Name.Length || name[Name.Length] == '/');

    /// <summary>Whether it has, or may have, a blob of one of these sizes.</summary>
    public bool MayHaveBlobOf(HashSet<long> sizes) =>
        sizes.Count > 0 && (blobs is null ? Bytes >= sizes.Min() : blobs.Exists(blob => sizes.Contains(blob.Bytes)));

    /// <summary>Whether it has, or may have, a blob with one of these file names (<see cref="NormalizedName"/>).</summary>
    public bool MayHaveBlobNamed(HashSet<string> fileNames) =>
        fileNames.Count > 0
        && (blobs is null || blobs.Exists(blob => fileNames.Contains(NormalizedName.Of(blob.Name[(blob.Name.LastIndexOf('/') + 1)..]))));

    /// <param name="keep">Whether there is room to keep the blob. If not, the unit drops all of its blobs.</param>
    public void Add(ListedBlob blob, bool keep)
    {
        if (blob.IsFolder)
        {
            newestFolder = blob.LastModified > newestFolder ? blob.LastModified : newestFolder;
        }
        else
        {
            newestBlob = blob.LastModified > newestBlob ? blob.LastModified : newestBlob ?? blob.LastModified;
        }

        Bytes += blob.Bytes;
        BlobCount++;
        IsLeased |= blob.IsLeased;
        blobs = keep ? blobs : null;
        blobs?.Add(blob with { Metadata = null });
    }
}
