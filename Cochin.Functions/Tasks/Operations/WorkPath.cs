using System.Buffers;
using System.Text.RegularExpressions;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.Operations;

/// <summary>The units that an operation's <c>WorkPath</c> may refer to, as normalized names (<see cref="NormalizedName"/>).</summary>
internal sealed class WorkPath
{
    public static WorkPath Nothing { get; } = new() { IsCertain = true };

    /// <summary>Whether its meaning is certain.</summary>
    public bool IsCertain { get; init; }

    /// <summary>Whether it may refer to any unit of any area.</summary>
    public bool IsEverything { get; set; }

    /// <summary>The areas and units (<c>temp/x</c>) that it may refer to.</summary>
    public HashSet<string> Claims { get; } = new(NormalizedName.Comparer);

    /// <summary>The names of units that it may refer to in any area.</summary>
    public HashSet<string> Names { get; } = new(NormalizedName.Comparer);

    /// <summary>If it is the name of a blob, the file names that the blob may have. It may be anywhere in the areas.</summary>
    public HashSet<string> FileNames { get; } = new(NormalizedName.Comparer);
}

/// <summary>
/// Reads a <c>WorkPath</c>. In the contract, it is a path from the container's root. Backslashes, leading, trailing and doubled slashes,
/// <c>./</c>, and the container's name or address before it are unambiguous. For any other text, everything it may refer to is protected.
/// </summary>
/// <param name="areas">All temporary areas.</param>
/// <param name="container">The name of the backup container, which may precede the path.</param>
internal sealed partial class WorkPathReader(TempAreas areas, string? container)
{
    private const string Backups = "storage";

    // Separators, quotes and wildcards.
    private static readonly SearchValues<char> Ambiguous = SearchValues.Create("\"'<>[](){}|;,?*");

    // Each area with the segments of its path.
    private readonly (string Name, string[] Parts)[] areas = [.. areas.Names.Select(name => (name, name.Split('/')))];

    public WorkPath Read(Operation operation) =>
        operation.IsWorkPathText ? Read(operation.WorkPath) : new WorkPath { IsEverything = true };

    /// <param name="text">The path; null or blank if there is none.</param>
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
            return ReadExact(path, isAddress: false) ?? ReadAmbiguous(path, isAddress: false);
        }

        path = Uri.UnescapeDataString(path[address.Length..].Split('?', '#')[0]);
        var isOfStorage = address.Value.StartsWith("http", StringComparison.OrdinalIgnoreCase);
        return (isOfStorage ? ReadExact(path, isAddress: true) : null) ?? ReadAmbiguous(path, isAddress: true);
    }

    /// <returns>Null if the path is ambiguous.</returns>
    private WorkPath? ReadExact(string path, bool isAddress)
    {
        var segments = path.TrimStart('/').Split('/');
        if (Drive().IsMatch(path) || path.Contains('%', StringComparison.Ordinal) || segments.Contains("..") || IsAmbiguous(path))
        {
            return null;
        }

        // An address starts with the container; that of an emulator, with the account and the container.
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
                return InArea(name, parts.ElementAtOrDefault(area.Length), segments);
            }
        }

        // An area may be a nested folder, and the path one of its parents.
        var below = areas.Where(area => parts.Count > 0 && area.Parts.Take(parts.Count).SequenceEqual(parts)).Select(area => area.Name).ToList();
        if (below.Count > 0)
        {
            var found = new WorkPath { IsCertain = true };
            found.Claims.UnionWith(below);
            return found;
        }

        return parts is [Backups, ..] && !path.StartsWith('/') ? WorkPath.Nothing : null;
    }

    private static WorkPath InArea(string area, string? unit, string[] segments)
    {
        var found = new WorkPath { IsCertain = true };
        found.Claims.Add(unit is null ? area : Unit(area, unit));

        // `temp//x` may also be a blob with an empty segment in its name, and a plus sign may be an encoded space.
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

    /// <summary>Finds everything that an ambiguous path may refer to.</summary>
    private WorkPath ReadAmbiguous(string path, bool isAddress)
    {
        var found = new WorkPath();
        var isRooted = isAddress || path.StartsWith('/') || Drive().IsMatch(path);
        foreach (var reading in Decodings(path))
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

    // The path as written, decoded once, and decoded twice.
    private static IEnumerable<string> Decodings(string path)
    {
        var once = Uri.UnescapeDataString(path).Replace('\\', '/');
        return new[] { path, once, Uri.UnescapeDataString(once).Replace('\\', '/') }.Distinct();
    }

    /// <summary>Adds each part as a unit of any area, and the part after an area's path as a unit of that area.</summary>
    /// <returns>Whether the parts contain the path of an area, or end with the start of one.</returns>
    private bool Add(WorkPath found, List<string> parts)
    {
        var isInside = false;
        found.FileNames.UnionWith(parts.TakeLast(1).Select(NormalizedName.Of));
        for (var i = 0; i < parts.Count; i++)
        {
            found.Names.Add(NormalizedName.Of(parts[i]));
            var rest = parts[i..];
            foreach (var (name, area) in areas)
            {
                // The path may start in the middle of the area's path.
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

    // A text with several paths, such as a list, is ambiguous, too.
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
