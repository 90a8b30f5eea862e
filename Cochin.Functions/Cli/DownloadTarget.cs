using System.Globalization;
using System.Text;

namespace Cochin.Functions.Cli;

/// <summary>Resolves the option <c>--to</c> to the path of the downloaded file.</summary>
internal static class DownloadTarget
{
    public const string StandardOutput = "-";

    // File names are limited to 255 bytes, and the name of the partial file is longer.
    private const int MaxNameBytes = 200;

    private const int MaxExtensionLength = 20;

    private const string SharedMemory = "/dev/shm/";

    // Contain devices and pipes, which must not be replaced by a file.
    private static readonly string[] SpecialFolders = ["/dev/", "/proc/", "/sys/"];

    /// <param name="to">The path of a file or folder; null or empty for the current folder.</param>
    /// <param name="blobName">The name of the blob. In a folder, its last segment becomes the name of the file.</param>
    /// <param name="id">The id of the backup, for the name of the file if the blob's name has no usable last segment.</param>
    /// <returns>The full path of the file.</returns>
    /// <exception cref="CliException">The path can't be written as a file.</exception>
    public static string Resolve(string? to, string blobName, string id)
    {
        var path = Path.GetFullPath(string.IsNullOrEmpty(to) ? "." : to);
        var target = ResolveLink(Directory.Exists(path) ? Path.Join(path, FileNameOf(blobName, id)) : path);
        if (Directory.Exists(target))
        {
            throw new CliException("usage", $"'{target}' is a folder, so the backup can't be written there.", "Set --to to the path of a file.");
        }

        var folder = Path.GetDirectoryName(target)!;
        if (Path.EndsInDirectorySeparator(target) || !Directory.Exists(folder))
        {
            throw new CliException("usage", $"The folder '{folder}' does not exist.", "Create it, or choose another place with --to.");
        }

        if (IsSpecial(path) || IsSpecial(target))
        {
            throw new CliException(
                "usage",
                $"'{target}' is a device or special file, so it can't be replaced.",
                "Write to standard output instead: --to - > FILE");
        }

        return target;
    }

    private static bool IsSpecial(string path) =>
        !path.StartsWith(SharedMemory, StringComparison.Ordinal) && SpecialFolders.Any(special => path.StartsWith(special, StringComparison.Ordinal));

    /// <summary>Returns the last segment of a blob's name as a valid file name: without a path, and not hidden.</summary>
    public static string FileNameOf(string blobName, string id) =>
        Sanitize(blobName.TrimEnd('/', '\\').Split('/', '\\')[^1]) is { Length: > 0 } name ? name : Sanitize($"backup-{id}");

    private static string Sanitize(string text)
    {
        var name = string.Concat(text.Select(c => IsAllowed(c) ? c : '_')).Trim();
        return Truncate(name.StartsWith('.') ? "_" + name[1..] : name);
    }

    private static bool IsAllowed(char c) =>
        !char.IsControl(c) && !"<>:\"/\\|?*".Contains(c, StringComparison.Ordinal) && char.GetUnicodeCategory(c) != UnicodeCategory.Format;

    private static string Truncate(string name)
    {
        var extension = Path.GetExtension(name) is { Length: <= MaxExtensionLength } value ? value : "";
        var stem = name[..^extension.Length];
        while (Encoding.UTF8.GetByteCount(stem) + Encoding.UTF8.GetByteCount(extension) > MaxNameBytes)
        {
            stem = stem[..^1];
        }

        return stem + extension;
    }

    // The target is replaced by a rename, which would otherwise replace the link and not the file that it points to.
    private static string ResolveLink(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        }
        catch (IOException e)
        {
            throw new CliException("usage", $"The link '{path}' can't be resolved: {e.Message}", "Choose another place with --to.");
        }
    }
}
