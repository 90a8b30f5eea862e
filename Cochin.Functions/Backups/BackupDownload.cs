using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Backups;

/// <summary>What was downloaded.</summary>
/// <param name="File">The full path; null for standard output.</param>
/// <param name="Continued">How many of the bytes an earlier download had left.</param>
/// <param name="Sha256">Of all bytes, in lower-case hex.</param>
internal sealed record DownloadResult(string? File, long Bytes, long Continued, string Sha256);

/// <summary>Downloads one backup and checks its SHA-256 on the way.</summary>
/// <param name="progress">Called with the number of bytes that are there, each time some arrive; from several threads.</param>
internal sealed class BackupDownload(StoredBackup backup, Action<long> progress)
{
    private const int ReadSize = 1024 * 1024;
    private const int KeyLength = 8;
    private const string PartEnding = ".part";
    private const string Changed = "changed";

    private readonly List<string> notes = [];
    private long done;

    /// <summary>What happened on the way that the operator should know.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>
    /// Downloads to a file. The bytes go to a temporary file next to it, which gets the name when it is complete and right. If it is
    /// interrupted, that file stays, and the next download of the same version of the blob continues it.
    /// </summary>
    /// <exception cref="BackupException">The backup changed, is not what was recorded, or can't be read or written.</exception>
    public async Task<DownloadResult> ToFileAsync(string target, bool overwrite, CancellationToken cancellationToken)
    {
        var part = PartOf(target);
        NoteOtherParts(target, part);
        for (var isAgain = false; ; isAgain = true)
        {
            var (continued, sha256) = await FillAsync(part, cancellationToken).ConfigureAwait(false);
            if (backup.Sha256 is null || sha256 == backup.Sha256)
            {
                Guard(target, () => File.Move(part, target, overwrite));
                return new DownloadResult(target, backup.Length, continued, sha256);
            }

            if (continued == 0 || isAgain)
            {
                throw Wrong(sha256, $"'{target}' was not written; the bytes are in '{part}'.");
            }

            notes.Add("What an earlier download had left was not right, so everything was downloaded again.");
            Guard(part, () => File.Delete(part));
        }
    }

    /// <summary>Downloads to where nothing can be taken back: only the end shows whether it was right.</summary>
    /// <inheritdoc cref="ToFileAsync" path="/exception"/>
    public async Task<DownloadResult> ToStreamAsync(Func<ReadOnlyMemory<byte>, Task> write, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await TransferAsync(0, hash, write, "Discard what was written, and run the command again.", cancellationToken).ConfigureAwait(false);
        var sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        return backup.Sha256 is null || sha256 == backup.Sha256
            ? new DownloadResult(null, backup.Length, 0, sha256)
            : throw Wrong(sha256, "Discard what was written to standard output.");
    }

    private async Task<(long Continued, string Sha256)> FillAsync(string part, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, useAsync: true);
            await using (file.ConfigureAwait(false))
            {
                return await FillAsync(file, part, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (BackupException e) when (e.Code == Changed)
        {
            Guard(part, () => File.Delete(part));
            notes.Add("What was downloaded of the earlier version was removed.");
            throw;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            notes.Add($"What was downloaded is in '{part}'. Run the same command to continue.");
            throw;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            throw NotWritten(part, e); // The last one: a file of this length can't be on this disk, as on FAT32.
        }
    }

    private async Task<(long Continued, string Sha256)> FillAsync(FileStream file, string part, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (backup.Sha256 is null && file.Length > 0)
        {
            notes.Add("No SHA-256 is recorded, so what an earlier download had left can't be checked and was downloaded again.");
            file.SetLength(0);
        }

        if (file.Length > backup.Length)
        {
            file.SetLength(0);
        }

        done = 0;
        var left = file.Length;
        await HashAsync(file, left, hash, cancellationToken).ConfigureAwait(false);
        await TransferAsync(
            left,
            hash,
            piece => file.WriteAsync(piece, cancellationToken).AsTask(),
            $"What was downloaded is in '{part}'; run the same command to continue.",
            cancellationToken).ConfigureAwait(false);
        file.Flush(flushToDisk: true);
        return (left, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private async Task HashAsync(FileStream file, long length, IncrementalHash hash, CancellationToken cancellationToken)
    {
        var buffer = new byte[ReadSize];
        for (var left = length; left > 0;)
        {
            var count = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                throw new EndOfStreamException("it is shorter than it was a moment ago");
            }

            hash.AppendData(buffer, 0, count);
            Received(count);
            left -= count;
        }
    }

    private async Task TransferAsync(
        long from, IncrementalHash hash, Func<ReadOnlyMemory<byte>, Task> write, string next, CancellationToken cancellationToken)
    {
        try
        {
            var transfer = new BlobTransfer(backup.Blob, backup.Version, backup.Length, Received);
            await transfer.CopyAsync(from, WriteHashedAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ConditionNotMet || e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            throw new BackupException(Changed, $"backup/{backup.Id} was overwritten or deleted while it was downloaded.", "Run the command again.");
        }
        catch (Exception e) when (StorageProblem.Explain(e) is not null)
        {
            var problem = StorageProblem.Explain(e)!;
            throw new BackupException("storage", problem.Message, $"{next} {problem.Hint}");
        }

        async Task WriteHashedAsync(ReadOnlyMemory<byte> piece)
        {
            await write(piece).ConfigureAwait(false);
            hash.AppendData(piece.Span);
        }
    }

    private void Received(long count) => progress(Interlocked.Add(ref done, count));

    private static void Guard(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(path, e);
        }
    }

    private static BackupException NotWritten(string path, Exception reason) => new(
        "not_written",
        $"'{path}' can't be written: {reason.Message.TrimEnd('.')}.",
        "Check the free space, the folder's permissions, and that no other download writes to it, or choose another place with --to. "
        + "What was downloaded stays there, and the same command continues.");

    private BackupException Wrong(string sha256, string where) => new(
        "checksum",
        $"backup/{backup.Id} is not what was recorded: its SHA-256 is {sha256}, not {backup.Sha256}. {where}",
        $"To have it read again and recorded as damaged: ./cochin verify_backups --backup-id {backup.Id}");

    /// <summary>The temporary file: it has another name for each version of each blob, whatever the address of the storage.</summary>
    private string PartOf(string target)
    {
        var version = $"{backup.Blob.AccountName}/{backup.Blob.BlobContainerName}/{backup.Blob.Name}\n{backup.Version}\n{backup.Length}";
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(version)).AsSpan(0, KeyLength));
        return $"{target}.{key}{PartEnding}";
    }

    private void NoteOtherParts(string target, string part)
    {
        var folder = Path.GetDirectoryName(target)!;
        if (Directory.Exists(folder))
        {
            notes.AddRange(
                from other in Directory.EnumerateFiles(folder)
                where other != part && other.Length == part.Length && other.StartsWith(target + ".", StringComparison.Ordinal)
                where other.EndsWith(PartEnding, StringComparison.Ordinal)
                select $"'{other}' was left by a download of another version. Delete it if you don't need it.");
        }
    }
}
