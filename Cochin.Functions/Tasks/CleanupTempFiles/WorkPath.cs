using System.Text.RegularExpressions;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>
/// What an operation's <c>WorkPath</c> means. The contract's form is a path from the container's root; backslashes, a slash at either end,
/// doubled slashes, <c>./</c>, the container's name or its address in front leave no doubt. Anything else protects all that it could mean.
/// </summary>
internal sealed partial class WorkPath
{
    private const string Backups = "storage";

    private static readonly WorkPath Nothing = new() { IsCertain = true };

    private readonly HashSet<string> claims = new(LooseName.Comparer);
    private readonly HashSet<string> names = new(LooseName.Comparer);

    private WorkPath()
    {
    }

    /// <summary>Whether there is only one thing that it can mean.</summary>
    public bool IsCertain { get; private init; }

    /// <summary>Whether it may mean any unit of any area.</summary>
    public bool IsEverything { get; private set; }

    /// <summary>The areas and units (<c>temp/x</c>) that it may mean, as loose names.</summary>
    public IReadOnlyCollection<string> Claims => claims;

    /// <summary>Units of these names, as loose names, may be meant in any area.</summary>
    public IReadOnlyCollection<string> Names => names;

    public static WorkPath Of(Operation operation, string? container) =>
        operation.IsWorkPathText ? Parse(operation.WorkPath, container) : new WorkPath { IsEverything = true };

    /// <param name="text">Null or blank if there is no such path.</param>
    /// <param name="container">The backup container's name, which may stand in front.</param>
    public static WorkPath Parse(string? text, string? container)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return Nothing;
        }

        var path = text.Trim().Replace('\\', '/');
        var address = Address().Match(path);
        if (!address.Success)
        {
            return Contract(path, isAddress: false, container) ?? Guess(path, isAddress: false, container);
        }

        path = Uri.UnescapeDataString(path[address.Length..].Split('?', '#')[0]);
        var isOfStorage = address.Value.StartsWith("http", StringComparison.OrdinalIgnoreCase);
        return (isOfStorage ? Contract(path, isAddress: true, container) : null) ?? Guess(path, isAddress: true, container);
    }

    /// <returns>Null if the path leaves a doubt.</returns>
    private static WorkPath? Contract(string path, bool isAddress, string? container)
    {
        var segments = path.TrimStart('/').Split('/');
        if (Drive().IsMatch(path) || path.Contains('%', StringComparison.Ordinal) || segments.Contains(".."))
        {
            return null;
        }

        // An address has the container in front, and an emulator's the account before that.
        var parts = Parts(path);
        var start = isAddress ? parts.FindIndex(0, Math.Min(2, parts.Count), part => part == container) + 1
            : parts is [var first, _, ..] && first == container && !IsArea(first) ? 1
            : 0;
        if (isAddress && start == 0)
        {
            return null;
        }

        if (parts.Count > start && IsArea(parts[start]))
        {
            var found = new WorkPath { IsCertain = true };
            found.claims.Add(parts.Count > start + 1 ? Unit(parts[start], parts[start + 1]) : parts[start]);

            // `temp//x` may also be a blob whose name has an empty part.
            if (Array.IndexOf(segments, parts[start]) is >= 0 and var at && at + 2 < segments.Length && segments[at + 1].Length == 0)
            {
                found.claims.Add(Unit(parts[start], ""));
            }

            return found;
        }

        return parts.Count > start && parts[start] == Backups && !path.StartsWith('/') ? Nothing : null;
    }

    /// <summary>All that a path could mean whose form is not the contract's.</summary>
    private static WorkPath Guess(string path, bool isAddress, string? container)
    {
        var found = new WorkPath();
        var isRooted = isAddress || path.StartsWith('/') || Drive().IsMatch(path);
        foreach (var reading in Readings(path))
        {
            var parts = Parts(Drive().Replace(reading, ""));
            var isInside = found.Add([.. parts.Where(part => part != "..")]);
            var (resolved, escapes) = Resolve(parts);
            isInside |= found.Add(resolved);
            found.IsEverything |= escapes
                || resolved.Count == 0
                || (isRooted && !isInside)
                || (container is not null && LooseName.Comparer.Equals(LooseName.Of(resolved[^1]), container));
        }

        return found;
    }

    // Encoded once or twice, or not at all.
    private static IEnumerable<string> Readings(string path)
    {
        var once = Uri.UnescapeDataString(path).Replace('\\', '/');
        return new[] { path, once, Uri.UnescapeDataString(once).Replace('\\', '/') }.Distinct();
    }

    /// <summary>Each part may be a unit of any area; what follows an area's name is a unit of that one.</summary>
    /// <returns>Whether an area is among the parts.</returns>
    private bool Add(List<string> parts)
    {
        var isInside = false;
        for (var i = 0; i < parts.Count; i++)
        {
            names.Add(LooseName.Of(parts[i]));
            if (TempListing.Areas.FirstOrDefault(area => LooseName.Comparer.Equals(area, LooseName.Of(parts[i]))) is { } area)
            {
                isInside = true;
                claims.Add(i + 1 < parts.Count ? Unit(area, parts[i + 1]) : area);
            }
        }

        return isInside;
    }

    private static (List<string> Parts, bool Escapes) Resolve(List<string> parts)
    {
        var (resolved, escapes) = (new List<string>(), false);
        foreach (var part in parts)
        {
            if (part != "..")
            {
                resolved.Add(part);
            }
            else if (resolved.Count > 0)
            {
                resolved.RemoveAt(resolved.Count - 1);
            }
            else
            {
                escapes = true;
            }
        }

        return (resolved, escapes);
    }

    private static List<string> Parts(string path) => [.. path.Split('/').Select(part => part.Trim()).Where(part => part.Length > 0 && part != ".")];

    private static bool IsArea(string part) => TempListing.Areas.Contains(part);

    private static string Unit(string area, string name) => $"{area}/{LooseName.Of(name)}";

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9+.-]+://[^/]*")]
    private static partial Regex Address();

    [GeneratedRegex("^[A-Za-z]:")]
    private static partial Regex Drive();
}
