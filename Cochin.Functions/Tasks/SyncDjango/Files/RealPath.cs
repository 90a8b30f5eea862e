namespace Cochin.Functions.Tasks.SyncDjango.Files;

/// <summary>Resolves the links in a path, those of its folders too.</summary>
internal static class RealPath
{
    // As in Linux: more links are a loop.
    private const int MaxLinks = 40;

    /// <returns>The path without links; null if it leads to nothing, or if a link can't be read.</returns>
    public static string? Of(string path)
    {
        var full = Path.GetFullPath(path);
        var resolved = Path.GetPathRoot(full)!;
        var rest = new Stack<string>();
        Push(rest, full[resolved.Length..]);
        for (var links = 0; rest.TryPop(out var segment);)
        {
            var next = segment == ".." ? Path.GetDirectoryName(resolved) ?? resolved : Path.Combine(resolved, segment);
            if (segment == ".." || new FileInfo(next).LinkTarget is not { } target)
            {
                resolved = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                return null;
            }

            var root = Path.IsPathRooted(target) ? Path.GetPathRoot(target)! : "";
            resolved = root.Length > 0 ? root : resolved;
            Push(rest, target[root.Length..]);
        }

        return Path.Exists(resolved) ? resolved : null;
    }

    /// <summary>Whether a path without links is a folder or lies below it.</summary>
    public static bool IsWithin(string path, string folder) =>
        path == folder || path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static void Push(Stack<string> rest, string path)
    {
        foreach (var segment in path.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Reverse().Where(segment => segment is not ("" or ".")))
        {
            rest.Push(segment);
        }
    }
}
