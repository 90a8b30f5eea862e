using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>
/// A first-level item of a temporary area: a blob, or a folder with all that is in it, or both where they have one name. It is
/// kept or deleted as a whole.
/// </summary>
internal sealed class TempUnit(string area, string name)
{
    private List<ListedBlob>? blobs = [];
    private DateTimeOffset? newestBlob;
    private DateTimeOffset newestFolder;

    /// <summary>One that an earlier run began; its blobs are not known any more.</summary>
    public TempUnit(UnitFacts facts)
        : this(facts.Area, facts.Name)
    {
        newestBlob = facts.HasOnlyFolders ? null : facts.Newest;
        newestFolder = facts.Newest;
        (Bytes, BlobCount, IsLeased) = (facts.Bytes, facts.Blobs, facts.IsLeased);
        blobs = null;
    }

    /// <summary>Without a slash, e.g. <c>temp</c>.</summary>
    public string Area { get; } = area;

    public string Name { get; } = name;

    /// <summary>From the container's root, without a slash at its end.</summary>
    public string Path => $"{Area}/{Name}";

    /// <summary>When its youngest blob was written: that decides its age. Entries of folders count only if there is nothing else.</summary>
    public DateTimeOffset Newest => newestBlob ?? newestFolder;

    public long Bytes { get; private set; }

    public long BlobCount { get; private set; }

    public bool IsLeased { get; private set; }

    /// <summary>Its blobs, or null where they were too many to keep: then its prefix has to be listed again.</summary>
    public IReadOnlyList<ListedBlob>? Blobs => blobs;

    public UnitFacts Facts => new(Area, Name, Newest, Bytes, BlobCount, IsLeased) { HasOnlyFolders = newestBlob is null };

    /// <summary>Whether a blob's name, without the area, belongs to this unit.</summary>
    public bool Owns(ReadOnlySpan<char> name) =>
        name.StartsWith(Name, StringComparison.Ordinal) && (name.Length == Name.Length || name[Name.Length] == '/');

    /// <param name="keep">Whether there is room for the blob; once there was none, the unit keeps no blobs at all.</param>
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
