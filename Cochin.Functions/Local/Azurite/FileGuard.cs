using System.Globalization;

namespace Cochin.Functions.Local.Azurite;

/// <summary>A file held open by one process at a time; the system lets go of it when the process dies.</summary>
internal sealed class FileGuard : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    // What the system answers while another process holds the file: EWOULDBLOCK on Linux and on macOS, two codes on Windows.
    private static readonly int[] Held = OperatingSystem.IsWindows() ? [32, 33] : OperatingSystem.IsMacOS() ? [35] : [11];

    private readonly FileStream stream;

    private FileGuard(FileStream stream) => this.stream = stream;

    /// <summary>Waits until no other process holds the file.</summary>
    /// <param name="limit">How long to wait at most.</param>
    /// <param name="say">Takes a line after a few seconds of waiting.</param>
    /// <exception cref="AzuriteException">Another process holds it for longer than the limit, or it can't be written.</exception>
    public static async Task<FileGuard> AcquireAsync(string path, TimeSpan limit, Action<string> say, TimeProvider clock, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        for (var said = false; ;)
        {
            if (TryAcquire(path) is { } guard)
            {
                return guard;
            }

            var waited = clock.GetElapsedTime(begun);
            if (waited >= limit)
            {
                throw new AzuriteException(
                    string.Create(CultureInfo.InvariantCulture, $"Another process has held {path} for more than {limit.TotalMinutes:0.#} minutes."),
                    $"Find it with `fuser {path}` (or `lsof {path}`) and end it, then try again.");
            }

            if (!said && waited >= Silence)
            {
                said = true;
                say($"Waiting for another process that is starting, stopping or installing the storage emulator (it holds {path}) …");
            }

            await Task.Delay(Interval, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The guard, or null while another process holds it.</summary>
    /// <exception cref="AzuriteException">The file can't be written.</exception>
    public static FileGuard? TryAcquire(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new FileGuard(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (Held.Contains(e.HResult & 0xFFFF))
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
