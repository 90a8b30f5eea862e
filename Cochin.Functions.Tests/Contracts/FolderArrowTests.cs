using System.Text.RegularExpressions;

namespace Cochin.Functions.Tests.Contracts;

/// <summary>The dependencies of the architecture (README): a folder is a namespace, and uses only the folders that it points to.</summary>
public sealed partial class FolderArrowTests
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Formatting"] = [],
        ["Network"] = [],
        ["Storage"] = ["Network"],
        ["Notifications"] = ["Formatting", "Network"],
        ["Auditing"] = ["Storage"],
        ["Locking"] = ["Storage"],
        ["Devis"] = ["Storage"],
        ["Tasks"] = ["Auditing", "Devis", "Formatting", "Notifications", "Storage"],
        ["Backups"] = ["Auditing", "Jobs", "Storage", "Tasks"],
        ["Jobs"] = ["Locking", "Storage", "Tasks"],
        ["Runs"] = ["Auditing", "Jobs", "Locking", "Notifications", "Storage", "Tasks"],
        ["Notifications.Notices"] = ["Auditing", "Backups", "Formatting", "Jobs", "Network", "Notifications", "Runs", "Storage", "Tasks"],
        ["Scheduling"] = ["Jobs", "Notifications.Notices", "Runs", "Tasks"],
        ["Local.Azurite"] = [],
        ["Hosting"] =
        [
            "Auditing", "Backups", "Devis", "Jobs", "Local.Azurite", "Locking", "Notifications", "Notifications.Notices", "Runs", "Scheduling",
            "StatusPage", "Storage", "Tasks",
        ],
        ["StatusPage"] = ["Auditing", "Backups", "Formatting", "Jobs", "Notifications.Notices", "Runs", "Storage", "Tasks"],
        ["Doctor"] =
        [
            "Auditing", "Backups", "Hosting", "Jobs", "Locking", "Notifications", "Notifications.Notices", "Runs", "Scheduling", "Storage", "Tasks",
        ],
        ["Functions"] = ["Jobs", "Notifications.Notices", "Runs"],
        ["Cli"] =
        [
            "Auditing", "Backups", "Devis", "Doctor", "Formatting", "Hosting", "Jobs", "Local.Azurite", "Locking", "Notifications",
            "Notifications.Notices", "Runs", "Scheduling", "StatusPage", "Storage", "Tasks",
        ],
        ["Local"] = ["Cli", "Formatting", "Hosting", "Jobs", "Runs", "Storage", "Tasks"],
    };

    // Folders whose arrows differ from those of the folder around them: hosting uses nothing else of `Local`, and tasks nothing else of `Notifications`.
    private static readonly string[] Inner = ["Notifications.Notices", "Local.Azurite"];

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

    /// <summary>A task can be read, changed and removed by itself. What several tasks need is in <c>Operations</c> and <c>BackupRecords</c>.</summary>
    [Fact]
    public void Task_UsesNoOtherTask() => (
        from folder in new DirectoryInfo(PathOf("Tasks")).EnumerateDirectories()
        from file in folder.EnumerateFiles("*.cs", SearchOption.AllDirectories)
        from Match mention in TaskMention().Matches(File.ReadAllText(file.FullName))
        let other = mention.Groups[1].Value
        where other != folder.Name && Directory.Exists(PathOf($"Tasks.{other}")) && (IsShared(folder.Name) || !IsShared(other))
        select $"{folder.Name}/{file.Name} uses {other}")
        .Distinct().ShouldBeEmpty();

    private static bool IsShared(string folder) => folder is "Operations" or "BackupRecords";

    [Fact]
    public void OpenTelemetry_IsUsedByHostingOnly() => Directory
        .EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Source, file))
        .Where(file => file.Split(Path.DirectorySeparatorChar)[0] is not ("Hosting" or "bin" or "obj"))
        .Where(file => ExporterPackages().IsMatch(File.ReadAllText(Path.Combine(Source, file))))
        .ShouldBeEmpty();

    [Fact]
    public void Discord_IsKnownToHostingAlone() => Directory
        .EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Source, file))
        .Where(file => file.Split(Path.DirectorySeparatorChar) is not (["Hosting" or "bin" or "obj", ..] or ["Notifications", "Discord", ..]))
        .Where(file => DiscordNames().IsMatch(File.ReadAllText(Path.Combine(Source, file))))
        .ShouldBeEmpty();

    private static string PathOf(string folder) => Path.Combine([Source, .. folder.Split('.')]);

    private static string Source { get; } = Path.Combine(ProjectRoot.Path, "Cochin.Functions");

    [GeneratedRegex(@"\bNotifications\.Discord\b|\bDiscord(Webhook|Settings|Formatter|Message|Embed)\b")]
    private static partial Regex DiscordNames();

    [GeneratedRegex(@"^using (OpenTelemetry|Azure\.Monitor)\b", RegexOptions.Multiline)]
    private static partial Regex ExporterPackages();

    [GeneratedRegex(@"\bCochin\.Functions\.Tasks\.(\w+)\b")]
    private static partial Regex TaskMention();

    [GeneratedRegex(@"\bCochin\.Functions\.(Notifications\.Notices|Local\.Azurite|\w+)\b(?=[.;{\s])")]
    private static partial Regex Mention();
}

internal static class ArrowAssertions
{
    public static string[] ShouldContainKeyAndGet(this Dictionary<string, string[]> arrows, string folder) =>
        arrows.TryGetValue(folder, out var known)
            ? known
            : throw new ShouldAssertException($"The folder {folder} has no dependencies yet: add them to this test.");
}
