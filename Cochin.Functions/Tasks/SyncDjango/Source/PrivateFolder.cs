namespace Cochin.Functions.Tasks.SyncDjango.Source;

/// <summary>
/// A temporary folder that only this user can read, as the database has password hashes. It is deleted when disposed. One that a killed process
/// left behind is deleted when the next one is created.
/// </summary>
internal sealed class PrivateFolder : IDisposable
{
    public const string Prefix = "cochin-django-";

    private const string LockName = "in-use";

    // The operating system releases it when the process dies.
    private readonly FileStream inUse;
    private readonly DirectoryInfo folder;

    /// <exception cref="SourceException">The folder can't be created.</exception>
    public PrivateFolder()
    {
        DeleteAbandoned();
        try
        {
            folder = Directory.CreateTempSubdirectory(Prefix);
            inUse = CreateLock(folder.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceException($"The temporary folder {System.IO.Path.GetTempPath()} can't be written: {e.Message} Set TMPDIR to another folder.", e);
        }
    }

    public string Path => folder.FullName;

    public void Dispose()
    {
        inUse.Dispose();
        Delete(folder);
    }

    private static void DeleteAbandoned()
    {
        foreach (var other in new DirectoryInfo(System.IO.Path.GetTempPath()).EnumerateDirectories(Prefix + "*"))
        {
            try
            {
                new FileStream(System.IO.Path.Combine(other.FullName, LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
                Delete(other);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another process uses it, has only just created it, or is another user.
            }
        }
    }

    /// <summary>Creates the lock file. It gets its name after it is locked, so another process never finds it unlocked.</summary>
    private static FileStream CreateLock(string path)
    {
        var unnamed = System.IO.Path.Combine(path, $"{LockName}.new");

        // Windows renames an open file only with Delete. Elsewhere, the lock is exclusive only with None.
        var share = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;
        var file = new FileStream(unnamed, FileMode.CreateNew, FileAccess.ReadWrite, share);
        File.Move(unnamed, System.IO.Path.Combine(path, LockName));
        return file;
    }

    private static void Delete(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next run tries again.
        }
    }
}
