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
            inUse = Lock(folder.FullName, FileMode.CreateNew);
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
                Lock(other.FullName, FileMode.Open).Dispose();
                Delete(other);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another process uses it, has only just created it, or is another user.
            }
        }
    }

    private static FileStream Lock(string path, FileMode mode) => new(System.IO.Path.Combine(path, LockName), mode, FileAccess.ReadWrite, FileShare.None);

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
