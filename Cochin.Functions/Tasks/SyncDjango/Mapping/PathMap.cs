using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tasks.SyncDjango.Mapping;

/// <summary>Turns paths of the application's database into names of blobs.</summary>
/// <param name="root">What absolute paths begin with: the backups folder as the application sees it, or several, separated by ';'.</param>
internal sealed class PathMap(string root)
{
    public const char Separator = ';';

    // https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
    private const int MaxNameLength = 1_024;

    private const string Marker = "/" + BackupBlob.Root;

    private readonly List<string> roots =
    [
        .. root.Split(Separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(one => WithSlashes(one).TrimEnd('/'))
            .Distinct().OrderByDescending(one => one.Length),
    ];

    /// <summary>The root; several are separated by ';'.</summary>
    public string Root { get; } = root.Contains(Separator, StringComparison.Ordinal) ? root : WithSlashes(root).TrimEnd('/');

    /// <param name="path">A path that is not empty: absolute, or relative to the backups folder.</param>
    public MappedPath Map(string path)
    {
        var text = WithSlashes(path);
        return !IsAbsolute(text) ? MapRelative(text)
            : roots.Where(one => text.StartsWith(one + "/", StringComparison.Ordinal)).Select(one => MapRelative(text[one.Length..]))
                .OrderByDescending(one => one.Place == PathPlace.Storage)
                .FirstOrDefault(new MappedPath(PathPlace.OutsideRoot, null));
    }

    private static MappedPath MapRelative(string text)
    {
        var segments = text.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(segment => segment != ".").ToList();
        var name = string.Join('/', segments);
        return segments.Contains("..") || text.EndsWith('/') || name.Length > MaxNameLength || name.Contains('\uFFFD', StringComparison.Ordinal)
            ? new(PathPlace.Unreadable, null)
            : name.StartsWith(BackupBlob.Root, StringComparison.Ordinal) ? new(PathPlace.Storage, name)
            : new(PathPlace.Elsewhere, null);
    }

    /// <summary>Returns the roots with which an absolute path would be below <c>storage/</c>, each with the name that its blob would have.</summary>
    public static IEnumerable<(string Root, string BlobName)> FindFittingRoots(string path)
    {
        var text = WithSlashes(path);
        for (var at = text.IndexOf(Marker, StringComparison.Ordinal); IsAbsolute(text) && at >= 0; at = text.IndexOf(Marker, at + 1, StringComparison.Ordinal))
        {
            yield return (at == 0 ? "/" : text[..at], text[(at + 1)..]);
        }
    }

    // In a path of Linux, a backslash is a character like any other.
    private static string WithSlashes(string path) =>
        path is [_, ':', '\\' or '/', ..] or ['\\', '\\', ..] ? path.Replace('\\', '/') : path;

    /// <summary>Whether a path begins with a root, and not with a folder of the backups folder.</summary>
    public static bool IsAbsolute(string path) => path is ['/' or '\\', ..] or [_, ':', '/' or '\\', ..];
}

/// <param name="BlobName">The name of the blob; null unless the place is <see cref="PathPlace.Storage"/>.</param>
internal readonly record struct MappedPath(PathPlace Place, string? BlobName);

internal enum PathPlace
{
    /// <summary>Below <c>storage/</c>.</summary>
    Storage,

    /// <summary>In another folder, such as <c>uploads/</c>.</summary>
    Elsewhere,

    /// <summary>An absolute path that does not begin with the root.</summary>
    OutsideRoot,

    Unreadable,
}
