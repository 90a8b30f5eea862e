using System.IO.Enumeration;
using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tasks.SyncDjango.Files;

/// <summary>Whether a file is in the folder.</summary>
internal enum FilePresence
{
    Present,

    /// <summary>It is certainly not there.</summary>
    Absent,

    /// <summary>It could not be looked at.</summary>
    Unknown,
}

/// <summary>A file that was found, or a problem with a file or folder.</summary>
internal readonly record struct FoundFile(SourceFile? File, FileState? Problem);

/// <summary>The files below <c>storage/</c> of the application's backups folder.</summary>
/// <param name="backups">The path of the backups folder.</param>
internal sealed class StorageFolder(string backups)
{
    private const string Name = "storage";
    private const char Replacement = '\uFFFD';

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly string backups = Path.GetFullPath(backups);

    private string Root => Path.Combine(backups, Name);

    /// <summary>Checks the folder, before anything is done.</summary>
    /// <returns>What is wrong and what to do, as one or two sentences; null if the folder can be read.</returns>
    public string? FindProblem()
    {
        const string Hint = "Check --backups or Cochin__Django__Backups.";
        if (Look(backups) is { } problem)
        {
            return $"The backups folder '{backups}' {problem}. {Hint}";
        }

        if (Look(Root) is { } other)
        {
            return Path.GetFileName(backups) == Name && !Path.Exists(Root)
                ? $"'{backups}' is the folder '{Name}' itself. Set --backups or Cochin__Django__Backups to its parent, '{Path.GetDirectoryName(backups)}'."
                : $"The folder '{Root}' {other}. Set --backups or Cochin__Django__Backups to the application's backups folder, which contains '{Name}'.";
        }

        return RealPath.Of(Root) is { } real && RealPath.Of(backups) is { } parent && RealPath.IsWithin(real, parent)
            ? null
            : $"The folder '{Root}' is a link to a place outside '{backups}', so its files are not read. Move the folder there, or mount it.";
    }

    /// <summary>Looks for the file of a blob on the disk.</summary>
    /// <param name="blobName">A name below <c>storage/</c>.</param>
    public FilePresence Find(string blobName)
    {
        if (!blobName.StartsWith(BackupBlob.Root, StringComparison.Ordinal) || blobName.Split('/').Contains(".."))
        {
            return FilePresence.Unknown;
        }

        try
        {
            var attributes = File.GetAttributes(Path.Combine(backups, blobName));
            return attributes.HasFlag(FileAttributes.Directory) ? FilePresence.Absent : FilePresence.Present;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // If the disk was unmounted in the meantime, no file is there, but none is gone.
            return Directory.Exists(Root) ? FilePresence.Absent : FilePresence.Unknown;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return FilePresence.Unknown;
        }
    }

    /// <summary>
    /// Finds all files, without hidden ones and the system folders of a NAS. A link inside the folder is followed, but not further links to
    /// folders behind it: what they lead to is found at its own place.
    /// </summary>
    /// <param name="isNeeded">Whether a hidden file or folder is reported, by the name that its blob would have; null for none.</param>
    public IEnumerable<FoundFile> FindAll(Func<string, bool>? isNeeded = null)
    {
        var root = RealPath.Of(Root) ?? Root;
        var places = new Stack<Place>([new Place(root, BackupBlob.Root, IsLinked: false)]);
        while (places.TryPop(out var place))
        {
            var (entries, unreadable) = Read(place);
            if (unreadable is not null)
            {
                yield return new(null, unreadable);
            }

            foreach (var entry in entries)
            {
                var name = place.Prefix + entry.Name;
                var isHidden = entry.IsHidden || BackupSettings.IsHidden(entry.Name);
                var (found, folder) = isHidden ? (isNeeded?.Invoke(name) is true ? SkipHidden(name) : default, null)
                    : entry.IsLink ? Follow(place, entry.Name, root)
                    : entry.IsFolder ? (default, place with { Path = Path.Combine(place.Path, entry.Name), Prefix = name + "/" })
                    : (Examine(new(name, Path.Combine(place.Path, entry.Name), entry.Size, entry.ModifiedAt)), null);
                if (folder is not null)
                {
                    places.Push(folder);
                }
                else if (found != default)
                {
                    yield return found;
                }
            }
        }
    }

    private static string? Look(string folder)
    {
        try
        {
            if (!File.GetAttributes(folder).HasFlag(FileAttributes.Directory))
            {
                return "is a file, not a folder";
            }

            using var entries = Directory.EnumerateFileSystemEntries(folder).GetEnumerator();
            entries.MoveNext();
            return null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return "does not exist";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"can't be read by the user {Environment.UserName}: {e.Message.TrimEnd('.')}";
        }
    }

    private static (List<Entry> Entries, FileState? Problem) Read(Place place)
    {
        var entries = new List<Entry>();
        try
        {
            entries.AddRange(new FileSystemEnumerable<Entry>(place.Path, Entry.From, Everything));
            entries.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
            return (entries, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var why = place.Prefix.Contains(Replacement) ? "its name is not valid UTF-8" : e.Message.TrimEnd('.');
            return (entries, new(place.Prefix, 0, null, FileOutcome.Unreadable, $"can't be read: {why}"));
        }
    }

    private static FoundFile SkipHidden(string name)
    {
        const string Problem = "is hidden or has the name of a system folder, so it is not copied; rename it, in the paths of the application too";
        return new(null, new(name, 0, null, FileOutcome.Skipped, Problem));
    }

    private static (FoundFile Found, Place? Folder) Follow(Place place, string entry, string root)
    {
        var name = place.Prefix + entry;
        if (RealPath.Of(Path.Combine(place.Path, entry)) is not { } target)
        {
            return (Problem(FileOutcome.Unreadable, "is a link that leads to nothing"), null);
        }

        if (!RealPath.IsWithin(target, root))
        {
            const string Hint = "put the files there in place of the link, or mount their folder there";
            return (Problem(FileOutcome.Skipped, $"is a link to '{target}', which is outside the folder, so it is not copied; {Hint}"), null);
        }

        if (!Directory.Exists(target))
        {
            var file = new FileInfo(target);
            return file.Exists
                ? (Examine(new(name, target, file.Length, file.LastWriteTimeUtc)), null)
                : (Problem(FileOutcome.Unreadable, "is a link to a file that can't be read"), null);
        }

        return RealPath.IsWithin(place.Path, target) ? (default, null) // A loop.
            : place.IsLinked ? (Problem(FileOutcome.Skipped, "is a link behind another link, so it is not followed; put a folder in place of the link"), null)
            : (default, new Place(target, name + "/", IsLinked: true));

        FoundFile Problem(FileOutcome outcome, string problem) => new(null, new(name, 0, null, outcome, problem));
    }

    private static FoundFile Examine(SourceFile file)
    {
        try
        {
            var isOtherName = file.BlobName.Contains(Replacement) && !File.Exists(file.FullPath);
            return isOtherName ? Problem(FileOutcome.Unreadable, "has a name that is not valid UTF-8; rename it")
                : BlobNameRule.FindProblem(file.BlobName) is { } problem ? Problem(FileOutcome.Failed, problem)
                : file.Size == 0 && FileKind.IsSpecial(file.FullPath) ? Problem(FileOutcome.Skipped, "is a device, a pipe or a socket, so it is not copied")
                : new(file, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Problem(FileOutcome.Unreadable, $"can't be read: {e.Message.TrimEnd('.')}");
        }

        FoundFile Problem(FileOutcome outcome, string problem) => new(null, new(file.BlobName, file.Size, null, outcome, problem));
    }

    /// <summary>A folder to read.</summary>
    /// <param name="Path">The path without links.</param>
    /// <param name="Prefix">The beginning of the names of its blobs.</param>
    private sealed record Place(string Path, string Prefix, bool IsLinked);

    private readonly record struct Entry(string Name, bool IsFolder, bool IsLink, bool IsHidden, long Size, DateTimeOffset ModifiedAt)
    {
        public static Entry From(ref FileSystemEntry entry) => new(
            entry.FileName.ToString(),
            entry.IsDirectory,
            entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
            entry.Attributes.HasFlag(FileAttributes.Hidden),
            entry.IsDirectory ? 0 : entry.Length,
            entry.LastWriteTimeUtc);
    }
}
