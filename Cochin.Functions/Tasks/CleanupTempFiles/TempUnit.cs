using System.Diagnostics.CodeAnalysis;
using Azure.Storage.Blobs.Models;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>
/// A first-level item of a temporary area: a blob, or a folder with all that is in it, or both where they have one name. It is
/// kept or deleted as a whole.
/// </summary>
internal sealed class TempUnit(string area, string name)
{
    private List<BlobVersion>? blobs = [];

    /// <summary>Without a slash, e.g. <c>temp</c>.</summary>
    public string Area { get; } = area;

    public string Name { get; } = name;

    /// <summary>From the container's root, without a slash at its end.</summary>
    public string Path => $"{Area}/{Name}";

    /// <summary>When its youngest blob was written: that decides its age.</summary>
    public DateTimeOffset Newest { get; private set; }

    public long Bytes { get; private set; }

    public long BlobCount { get; private set; }

    public bool IsLeased { get; private set; }

    /// <summary>Its blobs, or null where they were too many to keep: then its prefix has to be listed again.</summary>
    public IReadOnlyList<BlobVersion>? Blobs => blobs;

    /// <summary>Whether a blob's name, without the area, belongs to this unit.</summary>
    public bool Owns(ReadOnlySpan<char> name) =>
        name.StartsWith(Name, StringComparison.Ordinal) && (name.Length == Name.Length || name[Name.Length] == '/');

    /// <returns>Whether the blob was kept in <see cref="Blobs"/>.</returns>
    public bool Add(BlobItem blob, bool keep)
    {
        var properties = blob.Properties;
        Newest = properties.LastModified > Newest ? properties.LastModified.Value : Newest;
        Bytes += properties.ContentLength ?? 0;
        BlobCount++;
        IsLeased |= IsLeasedNow(blob);
        if (!keep || !IsComplete())
        {
            blobs = null;
            return false;
        }

        blobs.Add(new BlobVersion(blob.Name, properties.ETag ?? default, properties.ContentLength ?? 0));
        return true;
    }

    public static bool IsLeasedNow(BlobItem blob) => blob.Properties.LeaseStatus == LeaseStatus.Locked;

    [MemberNotNullWhen(true, nameof(blobs))]
    private bool IsComplete() => blobs is not null;
}
