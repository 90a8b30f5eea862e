namespace Cochin.Functions.Storage.Azurite;

/// <summary>A file held open by one process at a time; the system lets go of it when the process dies.</summary>
internal sealed class FileGuard : IDisposable
{
    private readonly FileStream stream;

    private FileGuard(FileStream stream) => this.stream = stream;

    public static async Task<FileGuard> AcquireAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryAcquire(path) is { } guard)
            {
                return guard;
            }

            await Task.Delay(50, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The guard, or null while another process holds it.</summary>
    public static FileGuard? TryAcquire(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            return new FileGuard(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => stream.Dispose();
}
