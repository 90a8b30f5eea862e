namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>
/// Reads what a <c>BlobName</c> may mean in the temporary areas. It is read as a <c>WorkPath</c> is, but a name below <c>storage/</c> raises no
/// doubt, and a list, quotes or a query still leave names that can be read.
/// </summary>
internal static class BlobPlace
{
    private const string Backups = "storage";

    private static readonly char[] Separators = [';', ',', '|', '<', '>', '[', ']', '(', ')', '{', '}', '\n', '\r', '\t'];

    /// <param name="text">Null or blank if there is no such name.</param>
    /// <returns>All that it may mean.</returns>
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
        var found = new WorkPath { IsEverything = !IsBelowStorage(text!) && whole.IsEverything && !parts.TrueForAll(part => part.IsCertain) };
        foreach (var reading in parts.Append(whole))
        {
            found.Claims.UnionWith(reading.Claims);
            found.Names.UnionWith(reading.Names);
        }

        return found;
    }

    /// <summary>Whether a name, however its beginning is to be read, is one below a folder of backups.</summary>
    public static bool IsBelowStorage(string name) =>
        Uri.UnescapeDataString(name).Replace('\\', '/').Split('/').SkipLast(1).Contains(Backups, StringComparer.OrdinalIgnoreCase);

    // A list, a quoted name or an address with a query: each name in it without what surrounds it.
    private static IEnumerable<string> Candidates(string text) => text
        .Split(Separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(part => part.Split('?', '#')[0].Trim('"', '\'', ' '))
        .Where(part => part.Length > 0);

    // Brackets and the like are usual in file names. A second path after a separator is not.
    private static bool IsContractName(string text)
    {
        var parts = text.Split(Separators);
        return parts[0].Split('/') is [Backups, _, ..] && !parts.Skip(1).Any(part => part.AsSpan().ContainsAny('/', '\\')) && !text.Split('/', '\\').Contains("..");
    }
}
