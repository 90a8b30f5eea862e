using System.Buffers;
using System.Text.RegularExpressions;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>What an operation's <c>WorkPath</c> may mean; all names are loose (<see cref="NormalizedName"/>).</summary>
internal sealed class WorkPath
{
    public static WorkPath Nothing { get; } = new() { IsCertain = true };

    /// <summary>Whether there is only one thing that it can mean.</summary>
    public bool IsCertain { get; init; }

    /// <summary>Whether it may mean any unit of any area.</summary>
    public bool IsEverything { get; set; }

    /// <summary>The areas and units (<c>temp/x</c>) that it may mean.</summary>
    public HashSet<string> Claims { get; } = new(NormalizedName.Comparer);

    /// <summary>Units of these names may be meant in any area.</summary>
    public HashSet<string> Names { get; } = new(NormalizedName.Comparer);
}

/// <summary>
/// Reads <c>WorkPath</c>s. The contract's form is a path from the container's root; backslashes, a slash at either end, doubled
/// slashes, <c>./</c>, the container's name or its address in front leave no doubt. Anything else protects all that it could mean.
/// </summary>
/// <param name="areas">All temporary areas.</param>
/// <param name="container">The backup container's name, which may stand in front.</param>
internal sealed partial class WorkPathReader(TempAreas areas, string? container)
{
    private const string Backups = "storage";

    // In a path they may separate, quote or stand for something else.
    private static readonly SearchValues<char> Ambiguous = SearchValues.Create("\"'<>[](){}|;,?*");

    // Each with the parts of its path.
    private readonly (string Name, string[] Parts)[] areas = [.. areas.Names.Select(name => (name, name.Split('/')))];

    public WorkPath Read(Operation operation) =>
        operation.IsWorkPathText ? Read(operation.WorkPath) : new WorkPath { IsEverything = true };

    /// <param name="text">Null or blank if there is no such path.</param>
    public WorkPath Read(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return WorkPath.Nothing;
        }

        var path = text.Trim().Replace('\\', '/');
        var address = Address().Match(path);
        if (!address.Success)
        {
            return Contract(path, isAddress: false) ?? Guess(path, isAddress: false);
        }

        path = Uri.UnescapeDataString(path[address.Length..].Split('?', '#')[0]);
        var isOfStorage = address.Value.StartsWith("http", StringComparison.OrdinalIgnoreCase);
        return (isOfStorage ? Contract(path, isAddress: true) : null) ?? Guess(path, isAddress: true);
    }

    /// <returns>Null if the path leaves a doubt.</returns>
    private WorkPath? Contract(string path, bool isAddress)
    {
        var segments = path.TrimStart('/').Split('/');
        if (Drive().IsMatch(path) || path.Contains('%', StringComparison.Ordinal) || segments.Contains("..") || IsAmbiguous(path))
        {
            return null;
        }

        // An address has the container in front, and an emulator's the account before that.
        var parts = Parts(path);
        var start = isAddress ? parts.FindIndex(0, Math.Min(2, parts.Count), part => part == container) + 1
            : parts is [var first, _, ..] && first == container ? 1
            : 0;
        if ((isAddress && start == 0) || (!isAddress && start == 1 && areas.Any(area => area.Parts[0] == container)))
        {
            return null;
        }

        parts.RemoveRange(0, start);
        foreach (var (name, area) in areas)
        {
            if (parts.Take(area.Length).SequenceEqual(area))
            {
                return Inside(name, parts.ElementAtOrDefault(area.Length), segments);
            }
        }

        // An area may be a folder in a folder, and the path lie above it.
        var below = areas.Where(area => parts.Count > 0 && area.Parts.Take(parts.Count).SequenceEqual(parts)).Select(area => area.Name).ToList();
        if (below.Count > 0)
        {
            var found = new WorkPath { IsCertain = true };
            found.Claims.UnionWith(below);
            return found;
        }

        return parts is [Backups, ..] && !path.StartsWith('/') ? WorkPath.Nothing : null;
    }

    private static WorkPath Inside(string area, string? unit, string[] segments)
    {
        var found = new WorkPath { IsCertain = true };
        found.Claims.Add(unit is null ? area : Unit(area, unit));

        // `temp//x` may also be a blob whose name has an empty part, and a plus sign an encoded space.
        if (segments.SkipLast(1).Any(segment => segment.Length == 0))
        {
            found.Claims.Add(Unit(area, ""));
        }

        if (unit?.Contains('+', StringComparison.Ordinal) is true)
        {
            found.Claims.Add(Unit(area, unit.Replace('+', ' ')));
        }

        return found;
    }

    /// <summary>All that a path could mean whose form is not the contract's.</summary>
    private WorkPath Guess(string path, bool isAddress)
    {
        var found = new WorkPath();
        var isRooted = isAddress || path.StartsWith('/') || Drive().IsMatch(path);
        foreach (var reading in Readings(path))
        {
            var parts = Parts(Drive().Replace(reading, ""));
            var isInside = Add(found, [.. parts.Where(part => part != "..")]);
            var (resolved, escapes) = Resolve(parts);
            isInside |= Add(found, resolved);
            found.IsEverything |= escapes
                || IsAmbiguous(reading)
                || resolved.Count == 0
                || (isRooted && !isInside)
                || (container is not null && NormalizedName.Comparer.Equals(NormalizedName.Of(resolved[^1]), container));
        }

        return found;
    }

    // Encoded once or twice, or not at all.
    private static IEnumerable<string> Readings(string path)
    {
        var once = Uri.UnescapeDataString(path).Replace('\\', '/');
        return new[] { path, once, Uri.UnescapeDataString(once).Replace('\\', '/') }.Distinct();
    }

    /// <summary>Each part may be a unit of any area; what follows an area's path is a unit of that one.</summary>
    /// <returns>Whether the path of an area, or the beginning of one at the end, is among the parts.</returns>
    private bool Add(WorkPath found, List<string> parts)
    {
        var isInside = false;
        for (var i = 0; i < parts.Count; i++)
        {
            found.Names.Add(NormalizedName.Of(parts[i]));
            var rest = parts[i..];
            foreach (var (name, area) in areas)
            {
                // The path may begin in the middle of the area's.
                for (var skipped = 0; skipped < area.Length; skipped++)
                {
                    var tail = area[skipped..];
                    var common = Math.Min(tail.Length, rest.Count);
                    if (rest.Take(common).Select(NormalizedName.Of).SequenceEqual(tail.Take(common), NormalizedName.Comparer))
                    {
                        isInside = true;
                        found.Claims.Add(rest.Count > tail.Length ? Unit(name, rest[tail.Length]) : name);
                    }
                }
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

    // Also several paths in one text, such as a list.
    private bool IsAmbiguous(string path) =>
        path.AsSpan().ContainsAny(Ambiguous)
        || path.Any(char.IsControl)
        || areas.Any(area => path.Contains($" {area.Name}/", StringComparison.OrdinalIgnoreCase));

    private static string Unit(string area, string name) => $"{area}/{NormalizedName.Of(name)}";

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9+.-]+://[^/]*")]
    private static partial Regex Address();

    [GeneratedRegex("^[A-Za-z]:")]
    private static partial Regex Drive();
}
