namespace Cochin.Functions.Tasks.Operations;

/// <summary>
/// Finds the units in the temporary areas that a <c>BlobName</c> may refer to. It is read like a <c>WorkPath</c>, except that a name below
/// <c>storage/</c> is certain, and that the names in a list, in quotes or before a query are read as well.
/// </summary>
internal static class TempBlobName
{
    private const string Backups = "storage";

    private static readonly char[] Separators = [';', ',', '|', '<', '>', '[', ']', '(', ')', '{', '}', '\n', '\r', '\t'];

    /// <param name="text">The name; null or blank if there is none.</param>
    /// <returns>Everything that the name may refer to.</returns>
    public static WorkPath Read(string? text, WorkPathReader paths)
    {
        var whole = paths.Read(text);
        if (whole.IsCertain)
        {
            return whole;
        }

        if (IsContractName(text!))
        {
            return WorkPath.Nothing;
        }

        var parts = Candidates(text!).Select(paths.Read).ToList();
        var mayBeInAreas = !IsBelowStorage(text!);
        var found = new WorkPath { IsEverything = mayBeInAreas && whole.IsEverything && !parts.TrueForAll(part => part.IsCertain) };
        foreach (var reading in parts.Append(whole))
        {
            found.Claims.UnionWith(reading.Claims);
            found.Names.UnionWith(reading.Names);
            found.FileNames.UnionWith(mayBeInAreas ? reading.FileNames : []);
        }

        return found;
    }

    /// <summary>Whether the name is below a folder <c>storage</c>, with any folders before it.</summary>
    public static bool IsBelowStorage(string name) =>
        Uri.UnescapeDataString(name).Replace('\\', '/').Split('/').SkipLast(1).Contains(Backups, StringComparer.OrdinalIgnoreCase);

    // The names in a list, in quotes or before the query of an address.
    private static IEnumerable<string> Candidates(string text) => text
        .Split(Separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(part => part.Split('?', '#')[0].Trim('"', '\'', ' '))
        .Where(part => part.Length > 0);

    // File names may contain brackets and other separators, but not a second path after one.
    private static bool IsContractName(string text)
    {
        var parts = text.Split(Separators);
        return parts[0].Split('/') is [Backups, _, ..]
            && !parts.Skip(1).Any(part => part.AsSpan().ContainsAny('/', '\\'))
            && !text.Split('/', '\\').Contains("..");
    }
}
