using System.Globalization;

namespace Cochin.Functions.Local.Azurite;

/// <summary>An exclusive lock on a file. The operating system releases it when the process dies.</summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ProgressDelay = TimeSpan.FromSeconds(3);

    // The error codes if another process holds the lock: EWOULDBLOCK on Linux and macOS, sharing and lock violation on Windows.
    private static readonly int[] HeldErrors = OperatingSystem.IsWindows() ? [32, 33] : OperatingSystem.IsMacOS() ? [35] : [11];

    private readonly FileStream stream;

    private FileLock(FileStream stream) => this.stream = stream;

    /// <summary>Acquires the lock, waiting while another process holds it.</summary>
    /// <param name="onProgress">Receives a line of text after a few seconds of waiting.</param>
    /// <exception cref="AzuriteException">Another process held it until the timeout, or the file can't be written.</exception>
    public static async Task<FileLock> AcquireAsync(
        string path, TimeSpan timeout, Action<string> onProgress, TimeProvider clock, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        for (var hasReported = false; ;)
        {
            if (TryAcquire(path) is { } fileLock)
            {
                return fileLock;
            }

            var waited = clock.GetElapsedTime(start);
            if (waited >= timeout)
            {
                throw new AzuriteException(
                    string.Create(CultureInfo.InvariantCulture, $"Another process has held {path} for more than {timeout.TotalMinutes:0.#} minutes."),
                    $"Find it with `fuser {path}` (or `lsof {path}`) and end it. Then try again.");
            }

            if (!hasReported && waited >= ProgressDelay)
            {
                hasReported = true;
                onProgress($"Waiting for another process that is starting, stopping or installing the storage emulator (it holds {path}) …");
            }

            await Task.Delay(RetryInterval, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Returns the lock; null if another process holds it.</summary>
    /// <exception cref="AzuriteException">The file can't be written.</exception>
    public static FileLock? TryAcquire(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (HeldErrors.Contains(e.HResult & 0xFFFF))
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AzuriteException.CannotWrite(Path.GetDirectoryName(path)!, e);
        }
    }

    public void Dispose() => stream.Dispose();
}
