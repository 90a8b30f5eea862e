using Cochin.Functions.Tasks.SyncDjango.Files;
using Cochin.Functions.Tasks.SyncDjango.Mapping;

namespace Cochin.Functions.Tasks.SyncDjango;

/// <summary>Finds out whether another root than the one in the settings fits the paths of the database.</summary>
/// <param name="paths">The paths with the root in the settings.</param>
/// <param name="find">Looks for the file of a blob.</param>
internal sealed class FittingRoots(PathMap paths, Func<string, FilePresence> find)
{
    private const int MaxRoots = 100;

    private readonly Dictionary<string, (long Files, long Paths)> votes = new(StringComparer.Ordinal);
    private long below;

    /// <param name="place">Where it is with the root in the settings.</param>
    public void Add(string? path, PathPlace place)
    {
        if (path is null || !PathMap.IsAbsolute(path))
        {
            return;
        }

        if (place == PathPlace.Storage)
        {
            below++;
            return;
        }

        foreach (var (root, name) in PathMap.FindFittingRoots(path))
        {
            var (files, count) = votes.GetValueOrDefault(root);
            if (count > 0 || votes.Count < MaxRoots)
            {
                votes[root] = (files + (find(name) == FilePresence.Present ? 1 : 0), count + 1);
            }
        }
    }

    /// <param name="all">All paths again; read only if there is another root.</param>
    /// <returns>The best other root, if no path names a file of the folder with the root in the settings; otherwise null.</returns>
    public string? FindBetter(IEnumerable<string?> all)
    {
        if (votes.Count == 0)
        {
            return null;
        }

        var (best, (files, _)) = votes.OrderByDescending(root => root.Value).ThenBy(root => root.Key, StringComparer.Ordinal).First();
        return below == 0 || (files > 0 && !all.Any(IsFile)) ? best : null;
    }

    /// <returns>The root with which a path names a file of the folder; null if there is none.</returns>
    public string? FindFor(string path) =>
        PathMap.FindFittingRoots(path).Where(one => find(one.BlobName) == FilePresence.Present).Select(one => one.Root).FirstOrDefault();

    private bool IsFile(string? path) =>
        !string.IsNullOrWhiteSpace(path) && PathMap.IsAbsolute(path) && paths.Map(path).BlobName is { } name && find(name) == FilePresence.Present;
}
