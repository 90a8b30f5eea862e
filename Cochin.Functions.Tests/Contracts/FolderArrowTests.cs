using System.Text.RegularExpressions;

namespace Cochin.Functions.Tests.Contracts;

/// <summary>The dependencies of the architecture (README): a folder is a namespace, and uses only the folders that it points to.</summary>
public sealed partial class FolderArrowTests
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Network"] = [],
        ["Storage"] = ["Network"],
        ["Occurrences"] = [],
        ["Notifications"] = ["Network"],
        ["Auditing"] = ["Storage"],
        ["Locking"] = ["Storage"],
        ["Devis"] = ["Storage"],
        ["Tasks"] = ["Auditing", "Notifications", "Storage"],
        ["Backups"] = ["Auditing", "Storage", "Tasks"],
        ["Running"] = ["Auditing", "Locking", "Notifications", "Occurrences", "Storage", "Tasks"],
        ["Watching"] = ["Auditing", "Network", "Notifications", "Occurrences", "Running", "Storage", "Tasks"],
        ["Simulation"] = ["Running"],
        ["Scheduling"] = ["Running", "Tasks", "Watching"],
        ["Local.Azurite"] = [],
        ["Hosting"] =
        [
            "Auditing", "Devis", "Local.Azurite", "Locking", "Notifications", "Occurrences", "Running", "Scheduling", "Status.Page", "Storage", "Tasks",
            "Watching",
        ],
        ["Status.Page"] = ["Auditing", "Occurrences", "Running", "Storage", "Tasks", "Watching"],
        ["Status"] = ["Auditing", "Hosting", "Locking", "Notifications", "Occurrences", "Running", "Scheduling", "Storage", "Tasks", "Watching"],
        ["Functions"] = ["Running", "Watching"],
        ["Cli"] =
        [
            "Auditing", "Backups", "Devis", "Hosting", "Local.Azurite", "Locking", "Notifications", "Occurrences", "Running", "Scheduling", "Simulation", "Status",
            "Status.Page", "Storage", "Tasks", "Watching",
        ],
        ["Local"] = ["Cli", "Hosting", "Running", "Storage", "Tasks"],
    };

    // Folders whose arrows differ from those of the folder around them: hosting uses these and nothing else of `Status` and `Local`.
    private static readonly string[] Inner = ["Status.Page", "Local.Azurite"];

    public static TheoryData<string> Folders() =>
        [.. new DirectoryInfo(Source).EnumerateDirectories().Select(folder => folder.Name).Where(name => name is not ("bin" or "obj")), .. Inner];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Folder_UsesOnlyItsDependencies(string folder)
    {
        var allowed = Arrows.ShouldContainKeyAndGet(folder).Append(folder).ToHashSet();

        var known =
            from file in Directory.EnumerateFiles(PathOf(folder), "*.cs", SearchOption.AllDirectories)
            where !Inner.Any(inner => inner != folder && file.StartsWith(PathOf(inner), StringComparison.Ordinal))
            from Match mention in Mention().Matches(File.ReadAllText(file))
            where !allowed.Contains(mention.Groups[1].Value)
            select $"{Path.GetRelativePath(Source, file)} uses {mention.Groups[1].Value}";

        known.Distinct().ShouldBeEmpty();
    }

    [Fact]
    public void OpenTelemetry_IsUsedByHostingOnly() => Directory
        .EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Source, file))
        .Where(file => file.Split(Path.DirectorySeparatorChar)[0] is not ("Hosting" or "bin" or "obj"))
        .Where(file => ExporterPackages().IsMatch(File.ReadAllText(Path.Combine(Source, file))))
        .ShouldBeEmpty();

    private static string PathOf(string folder) => Path.Combine([Source, .. folder.Split('.')]);

    private static string Source { get; } = Path.Combine(ProjectRoot.Path, "Cochin.Functions");

    [GeneratedRegex(@"^using (OpenTelemetry|Azure\.Monitor)\b", RegexOptions.Multiline)]
    private static partial Regex ExporterPackages();

    [GeneratedRegex(@"\bCochin\.Functions\.(Status\.Page|Local\.Azurite|\w+)\b(?=[.;{\s])")]
    private static partial Regex Mention();
}

internal static class ArrowAssertions
{
    public static string[] ShouldContainKeyAndGet(this Dictionary<string, string[]> arrows, string folder) =>
        arrows.TryGetValue(folder, out var known) ? known : throw new ShouldAssertException($"The folder {folder} has no dependencies yet: add them to this test.");
}
