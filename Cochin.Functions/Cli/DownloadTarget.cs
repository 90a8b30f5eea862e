using System.Globalization;
using System.Text;

namespace Cochin.Functions.Cli;

/// <summary>The place of a downloaded backup, from the option <c>--to</c>.</summary>
internal static class DownloadTarget
{
    public const string StandardOutput = "-";

    // A file's name may have 255 bytes; the temporary file's is longer.
    private const int LongestName = 200;

    private const int LongestEnding = 20;

    // What is there are devices and pipes, which a file must not replace.
    private static readonly string[] SpecialFolders = ["/dev/", "/proc/", "/sys/"];

    private const string InMemory = "/dev/shm/";

    /// <param name="to">A file, a folder, or nothing for the current folder.</param>
    /// <param name="blobName">The blob, whose last part is the file's name in a folder.</param>
    /// <returns>The full path of the file.</returns>
    /// <exception cref="CliException">No file can be there.</exception>
    public static string Resolve(string? to, string blobName, string id)
    {
        var path = Path.GetFullPath(string.IsNullOrEmpty(to) ? "." : to);
        var target = Followed(Directory.Exists(path) ? Path.Join(path, FileNameOf(blobName, id)) : path);
        if (Directory.Exists(target))
        {
            throw new CliException("usage", $"'{target}' is a folder, so the backup can't be written there.", "Give the name of a file with --to.");
        }

        var folder = Path.GetDirectoryName(target)!;
        if (Path.EndsInDirectorySeparator(target) || !Directory.Exists(folder))
        {
            throw new CliException("usage", $"The folder '{folder}' does not exist.", "Create it, or give another place with --to.");
        }

        if (IsSpecial(path) || IsSpecial(target))
        {
            throw new CliException("usage", $"'{target}' is not a file that can be replaced.", "Write to standard output instead: --to - > FILE");
        }

        return target;
    }

    private static bool IsSpecial(string path) =>
        !path.StartsWith(InMemory, StringComparison.Ordinal) && SpecialFolders.Any(special => path.StartsWith(special, StringComparison.Ordinal));

    /// <summary>The last part of a blob's name as a file's name: it leads to no other folder, and the file is not hidden.</summary>
    public static string FileNameOf(string blobName, string id) =>
        Safe(blobName.TrimEnd('/', '\\').Split('/', '\\')[^1]) is { Length: > 0 } name ? name : Safe($"backup-{id}");

    private static string Safe(string text)
    {
        var name = string.Concat(text.Select(c => IsSafe(c) ? c : '_')).Trim();
        return Shortened(name.StartsWith('.') ? "_" + name[1..] : name);
    }

    private static bool IsSafe(char c) =>
        !char.IsControl(c) && !"<>:\"/\\|?*".Contains(c, StringComparison.Ordinal) && char.GetUnicodeCategory(c) != UnicodeCategory.Format;

    private static string Shortened(string name)
    {
        var ending = Path.GetExtension(name) is { Length: <= LongestEnding } shown ? shown : "";
        var stem = name[..^ending.Length];
        while (Encoding.UTF8.GetByteCount(stem) + Encoding.UTF8.GetByteCount(ending) > LongestName)
        {
            stem = stem[..^1];
        }

        return stem + ending;
    }

    // The file is replaced under its name, so it is the one that a link leads to.
    private static string Followed(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        }
        catch (IOException e)
        {
            throw new CliException("usage", $"The link '{path}' can't be followed: {e.Message}", "Give another place with --to.");
        }
    }
}
