using Cochin.Functions.Tasks.SyncDjango.Files;
using Cochin.Functions.Tasks.SyncDjango.Mapping;

namespace Cochin.Functions.Tasks.SyncDjango;

/// <summary>Finds the root that fits paths which do not begin with the one in the settings.</summary>
/// <param name="find">Looks for the file of a blob.</param>
internal sealed class FittingRoots(Func<string, FilePresence> find)
{
    private const int MaxRoots = 100;

    private readonly Dictionary<string, (long Files, long Paths)> votes = new(StringComparer.Ordinal);

    /// <summary>The root with which the most paths name a file of the folder; null if no path is below a folder <c>storage/</c>.</summary>
    public string? Best => votes.Count == 0 ? null : votes.OrderByDescending(root => root.Value).ThenBy(root => root.Key, StringComparer.Ordinal).First().Key;

    public void Add(string path)
    {
        foreach (var (root, name) in PathMap.FindFittingRoots(path))
        {
            var (files, paths) = votes.GetValueOrDefault(root);
            if (paths > 0 || votes.Count < MaxRoots)
            {
                votes[root] = (files + (find(name) == FilePresence.Present ? 1 : 0), paths + 1);
            }
        }
    }
}
