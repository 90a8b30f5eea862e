using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Cochin.Functions.Tasks.SyncDjango.Files;

/// <summary>A file that is read once from its beginning to its end, although the application may write to it.</summary>
internal sealed class OpenedFile : IDisposable
{
    private const int ReadSize = 1024 * 1024;

    private readonly string path;
    private readonly SafeFileHandle handle;

    private OpenedFile(string path, SafeFileHandle handle)
    {
        (this.path, this.handle) = (path, handle);
        Size = RandomAccess.GetLength(handle);
        ModifiedAt = File.GetLastWriteTimeUtc(handle);
    }

    public long Size { get; }

    public DateTimeOffset ModifiedAt { get; }

    /// <exception cref="FileProblemException">It can't be opened.</exception>
    public static OpenedFile Open(string path) => Translate(() =>
    {
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        try
        {
            return new OpenedFile(path, handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    });

    public void Dispose() => handle.Dispose();

    /// <summary>Fills a buffer.</summary>
    /// <exception cref="FileProblemException">The file became shorter or can't be read.</exception>
    public async Task ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        for (var at = 0; at < buffer.Length;)
        {
            int count;
            try
            {
                count = await RandomAccess.ReadAsync(handle, buffer[at..], offset + at, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw FileProblemException.Unreadable(e);
            }

            at += count > 0 ? count : throw FileProblemException.Changed();
        }
    }

    /// <summary>Reads the file to compute its SHA-256, in lower-case hex.</summary>
    /// <exception cref="FileProblemException">The file changed or can't be read.</exception>
    public async Task<string> HashAsync(CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[(int)Math.Min(ReadSize, Size)];
        for (long offset = 0; offset < Size; offset += buffer.Length)
        {
            var piece = buffer.AsMemory(0, (int)Math.Min(buffer.Length, Size - offset));
            await ReadAsync(piece, offset, cancellationToken).ConfigureAwait(false);
            hash.AppendData(piece.Span);
        }

        EnsureUnchanged();
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Checks that the file has not changed since it was opened, and that its path still leads to it.</summary>
    /// <exception cref="FileProblemException">It has changed.</exception>
    public void EnsureUnchanged() => Translate(() =>
    {
        var current = new FileInfo(path);
        return RandomAccess.GetLength(handle) == Size && File.GetLastWriteTimeUtc(handle) == ModifiedAt
            && current.Exists && current.Length == Size && current.LastWriteTimeUtc == ModifiedAt
            ? true
            : throw FileProblemException.Changed();
    });

    private static T Translate<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileProblemException(FileOutcome.Changed, "vanished before it could be read; the next run looks for it again");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FileProblemException.Unreadable(e);
        }
    }
}

/// <summary>A file can't be read, or not as one version.</summary>
internal sealed class FileProblemException(FileOutcome outcome, string problem) : Exception(problem)
{
    public FileOutcome Outcome { get; } = outcome;

    public static FileProblemException Changed() => new(FileOutcome.Changed, "changed while it was read; the next run uploads it");

    public static FileProblemException Unreadable(Exception e) => new(FileOutcome.Unreadable, $"can't be read: {e.Message.TrimEnd('.')}");
}
