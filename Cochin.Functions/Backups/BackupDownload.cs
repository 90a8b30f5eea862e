using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Backups;

/// <summary>The result of a complete download.</summary>
/// <param name="File">The full path; null for standard output.</param>
/// <param name="Bytes">The size of the backup.</param>
/// <param name="Continued">The number of bytes that an earlier, interrupted download had already written.</param>
/// <param name="Sha256">The SHA-256 of all bytes, in lower-case hex.</param>
internal sealed record DownloadResult(string? File, long Bytes, long Continued, string Sha256);

/// <summary>Downloads one backup and checks its SHA-256.</summary>
/// <param name="progress">Called with the total number of bytes so far, each time more arrive. The calls come from several threads.</param>
internal sealed class BackupDownload(StoredBackup backup, Action<long> progress)
{
    private const int ReadSize = 1024 * 1024;
    private const int KeyLength = 8;
    private const string PartialExtension = ".part";
    private const string Changed = "changed";

    private readonly List<string> notes = [];
    private long done;

    /// <summary>Messages for the operator about the download.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>
    /// Downloads to a file. The bytes are written to a partial file next to the target, which is renamed once it is complete and its checksum
    /// is correct. An interrupted download keeps the partial file, and the next download of the same version of the blob continues it.
    /// </summary>
    /// <exception cref="BackupException">The backup changed, its checksum differs, it can't be read, or the file can't be written.</exception>
    public async Task<DownloadResult> ToFileAsync(string target, bool overwrite, CancellationToken cancellationToken)
    {
        var part = PartialFileOf(target);
        NoteOtherPartialFiles(target, part);
        for (var isRetry = false; ; isRetry = true)
        {
            var (continued, sha256) = await DownloadAsync(part, cancellationToken).ConfigureAwait(false);
            if (backup.Sha256 is null || sha256 == backup.Sha256)
            {
                TranslateErrors(target, () => File.Move(part, target, overwrite));
                return new DownloadResult(target, backup.Length, continued, sha256);
            }

            if (continued == 0 || isRetry)
            {
                throw ChecksumMismatch(sha256, $"'{target}' was not written; the bytes are in '{part}'.");
            }

            notes.Add("The partial file of an earlier download had wrong contents, so the download started over.");
            TranslateErrors(part, () => File.Delete(part));
        }
    }

    /// <summary>Downloads to a stream. The checksum is known only at the end, when everything is already written.</summary>
    /// <inheritdoc cref="ToFileAsync" path="/exception"/>
    public async Task<DownloadResult> ToStreamAsync(Func<ReadOnlyMemory<byte>, Task> write, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await TransferAsync(0, hash, write, "Discard the output and run the command again.", cancellationToken).ConfigureAwait(false);
        var sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        return backup.Sha256 is null || sha256 == backup.Sha256
            ? new DownloadResult(null, backup.Length, 0, sha256)
            : throw ChecksumMismatch(sha256, "Discard the output.");
    }

    private async Task<(long Continued, string Sha256)> DownloadAsync(string part, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, useAsync: true);
            await using (file.ConfigureAwait(false))
            {
                return await DownloadAsync(file, part, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (BackupException e) when (e.Code == Changed)
        {
            TranslateErrors(part, () => File.Delete(part));
            notes.Add("The partial file of the earlier version was deleted.");
            throw;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            notes.Add($"The partial download is in '{part}'. Run the same command to continue.");
            throw;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // ArgumentOutOfRangeException: the file system does not support files of this size (FAT32).
            throw CannotWrite(part, e);
        }
    }

    private async Task<(long Continued, string Sha256)> DownloadAsync(FileStream file, string part, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (backup.Sha256 is null && file.Length > 0)
        {
            notes.Add("No SHA-256 is recorded, so the partial file of an earlier download can't be checked. The download started over.");
            file.SetLength(0);
        }

        if (file.Length > backup.Length)
        {
            file.SetLength(0);
        }

        done = 0;
        var continued = file.Length;
        await HashAsync(file, continued, hash, cancellationToken).ConfigureAwait(false);
        await TransferAsync(
            continued,
            hash,
            piece => file.WriteAsync(piece, cancellationToken).AsTask(),
            $"The partial download is in '{part}'. Run the same command to continue.",
            cancellationToken).ConfigureAwait(false);
        file.Flush(flushToDisk: true);
        return (continued, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private async Task HashAsync(FileStream file, long length, IncrementalHash hash, CancellationToken cancellationToken)
    {
        var buffer = new byte[ReadSize];
        for (var remaining = length; remaining > 0;)
        {
            var count = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(remaining, buffer.Length)), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                throw new EndOfStreamException("the file became shorter while it was read");
            }

            hash.AppendData(buffer, 0, count);
            ReportReceived(count);
            remaining -= count;
        }
    }

    private async Task TransferAsync(
        long offset, IncrementalHash hash, Func<ReadOnlyMemory<byte>, Task> write, string hint, CancellationToken cancellationToken)
    {
        try
        {
            var transfer = new BlobTransfer(backup.Blob, backup.Version, backup.Length, ReportReceived);
            await transfer.CopyAsync(offset, WriteHashedAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ConditionNotMet || e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            throw new BackupException(Changed, $"backup/{backup.Id} was overwritten or deleted while it was downloaded.", "Run the command again.");
        }
        catch (Exception e) when (StorageProblem.Explain(e) is not null)
        {
            var problem = StorageProblem.Explain(e)!;
            throw new BackupException("storage", problem.Message, $"{hint} {problem.Hint}");
        }

        async Task WriteHashedAsync(ReadOnlyMemory<byte> piece)
        {
            await write(piece).ConfigureAwait(false);
            hash.AppendData(piece.Span);
        }
    }

    private void ReportReceived(long count) => progress(Interlocked.Add(ref done, count));

    private static void TranslateErrors(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(path, e);
        }
    }

    private static BackupException CannotWrite(string path, Exception reason) => new(
        "not_written",
        $"'{path}' can't be written: {reason.Message.TrimEnd('.')}.",
        "Check the free space, the folder's permissions, and that no other download is writing to it, or choose another place with --to. "
        + "The partial download is kept; the same command continues it.");

    private BackupException ChecksumMismatch(string sha256, string note) => new(
        "checksum",
        $"The SHA-256 of backup/{backup.Id} is {sha256}, but {backup.Sha256} is recorded. {note}",
        $"To verify it and record the damage: ./cochin verify_backups --backup-id {backup.Id}");

    /// <summary>The path of the partial file. It depends on the version of the blob, but not on the address of the storage.</summary>
    private string PartialFileOf(string target)
    {
        var version = $"{backup.Blob.AccountName}/{backup.Blob.BlobContainerName}/{backup.Blob.Name}\n{backup.Version}\n{backup.Length}";
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(version)).AsSpan(0, KeyLength));
        return $"{target}.{key}{PartialExtension}";
    }

    private void NoteOtherPartialFiles(string target, string part)
    {
        var folder = Path.GetDirectoryName(target)!;
        if (Directory.Exists(folder))
        {
            notes.AddRange(
                from other in Directory.EnumerateFiles(folder)
                where other != part && other.Length == part.Length && other.StartsWith(target + ".", StringComparison.Ordinal)
                where other.EndsWith(PartialExtension, StringComparison.Ordinal)
                select $"'{other}' is the partial file of another download. Delete it if you don't need it.");
        }
    }
}
