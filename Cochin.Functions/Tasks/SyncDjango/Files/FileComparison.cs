using System.Globalization;
using Azure;
using Cochin.Functions.Auditing;
using Cochin.Functions.Formatting;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tasks.SyncDjango.Files;

/// <summary>Compares a file with its blob, and uploads it if it is different and newer.</summary>
/// <param name="handled">Called with the number of bytes that are sent or known not to be needed.</param>
internal sealed class FileComparison(TaskContext context, Action<long> handled)
{
    public const string Action = "upload";

    // The limit for all files together, so that a file of any size needs no more.
    private const int MaxBufferBytes = 64 * 1024 * 1024;

    private const int Attempts = 2;

    private readonly BufferPool buffers = new(MaxBufferBytes);
    private readonly AuditBatches audit = new(context.Audit);

    public required Func<string, RecordedContent> RecordOf { get; init; }

    public required bool DryRun { get; init; }

    /// <param name="mayExist">Whether there may be a blob with its name.</param>
    /// <returns>Null if the run was out of time.</returns>
    /// <exception cref="FileProblemException">The file changed or can't be read.</exception>
    /// <exception cref="RequestFailedException">The storage refused a request.</exception>
    public async Task<FileState?> HandleAsync(SourceFile source, bool mayExist, CancellationToken cancellationToken)
    {
        if (Reachability.Problem(context.Storage.Backups, source.BlobName) is { } problem)
        {
            return new(source.BlobName, source.Size, null, FileOutcome.Failed, $"has a name that no request can address: {problem.TrimEnd('.')}; rename it");
        }

        using var file = OpenedFile.Open(source.FullPath);
        if (file.Size != source.Size || file.ModifiedAt != source.ModifiedAt)
        {
            throw FileProblemException.Changed(); // The application is still writing it.
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                return await HandleAsync(source.BlobName, file, mayExist || attempt > 0, isSecondAttempt: attempt > 0, cancellationToken).ConfigureAwait(false);
            }
            catch (RequestFailedException e) when (StoredVersion.IsOutdated(e))
            {
                // Another program changed the blob in the meantime: compare again.
            }
        }

        throw new FileProblemException(FileOutcome.Changed, "was not uploaded, because another program is changing its blob; the next run looks at it again");
    }

    /// <summary>Completes the audit log.</summary>
    public Task EndAsync(CancellationToken cancellationToken) => audit.FlushAsync(cancellationToken);

    private async Task<FileState?> HandleAsync(string name, OpenedFile file, bool mayExist, bool isSecondAttempt, CancellationToken cancellationToken)
    {
        var blob = mayExist ? await StoredVersion.FindAsync(context.Storage.Backups, name, cancellationToken).ConfigureAwait(false) : null;
        var hasChecksum = blob?.Sha256 is not null;
        string? sha256 = null;
        if (blob?.Size == file.Size)
        {
            sha256 = await file.HashAsync(cancellationToken).ConfigureAwait(false);
            var stored = blob.Sha256 ?? await blob.HashAsync(context.Storage.Backups.GetBlobClient(name), cancellationToken).ConfigureAwait(false);
            blob = blob with { Sha256 = stored };
            if (sha256 == stored)
            {
                if (!hasChecksum || blob.FileModifiedAt != file.ModifiedAt)
                {
                    await SetMetadataAsync(name, blob, FileMetadata.With(blob.Metadata, sha256, file.ModifiedAt), cancellationToken).ConfigureAwait(false);
                }

                handled(file.Size);
                return new(name, file.Size, sha256, FileOutcome.Unchanged, null);
            }
        }

        var conflict = blob is null ? null : FindConflict(file, blob);
        if (blob is not null && conflict is null && RecordOf(name) is var recorded && recorded != default)
        {
            sha256 ??= await file.HashAsync(cancellationToken).ConfigureAwait(false);
            if (!recorded.Allows(sha256))
            {
                blob = blob with
                {
                    Sha256 = blob.Sha256 ?? await blob.HashAsync(context.Storage.Backups.GetBlobClient(name), cancellationToken).ConfigureAwait(false),
                };
                conflict = recorded.FindConflict(sha256, blob.Sha256, RecordedContent.VersionOf(BackupBlob.Text(blob.ETag)));
            }
        }

        if (blob is not null && conflict is not null)
        {
            if (!hasChecksum && blob.Sha256 is { } computed)
            {
                // Otherwise the next run would read the blob again.
                await SetMetadataAsync(name, blob, FileMetadata.WithChecksum(blob.Metadata, computed), cancellationToken).ConfigureAwait(false);
            }

            handled(file.Size);
            return new(name, file.Size, sha256, FileOutcome.Conflict, conflict);
        }

        if (DryRun)
        {
            handled(file.Size);
            return new(name, file.Size, sha256, FileOutcome.WouldUpload, null);
        }

        return await UploadAsync(name, file, blob, isSecondAttempt, cancellationToken).ConfigureAwait(false) is { } uploaded
            ? new(name, file.Size, uploaded, FileOutcome.Uploaded, null)
            : null;
    }

    /// <returns>Why the blob must not be overwritten with the file, whatever is recorded; null if it may be.</returns>
    private static string? FindConflict(OpenedFile file, StoredVersion blob)
    {
        if (file.ModifiedAt < blob.ContentTime)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"differs from its blob, which is newer ({blob.ContentTime:u}, the file {file.ModifiedAt:u}), so it was not uploaded");
        }

        return file.Size == 0 ? $"is empty, but its blob has {Units.English.Size(blob.Size)}, so it was not uploaded" : null;
    }

    /// <summary>Stores in the metadata what the next run needs so that it doesn't read the file or the blob again.</summary>
    private async Task SetMetadataAsync(string name, StoredVersion blob, Dictionary<string, string> metadata, CancellationToken cancellationToken)
    {
        if (DryRun)
        {
            return;
        }

        try
        {
            await context.Storage.Backups.GetBlobClient(name).SetMetadataAsync(metadata, blob.IsCurrent, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            // Leased, archived, immutable or just changed. The next run compares once more.
        }
    }

    private async Task<string?> UploadAsync(
        string name, OpenedFile file, StoredVersion? replaced, bool isSecondAttempt, CancellationToken cancellationToken)
    {
        var before = replaced is null ? null : $"{replaced.Size} bytes, SHA-256 {replaced.Sha256 ?? "unknown"}";
        await audit.WriteAsync(Entry(AuditLine.Planned), cancellationToken).ConfigureAwait(false);
        try
        {
            var upload = new FileUpload(context, buffers, file, name, replaced, handled) { AlwaysInBlocks = isSecondAttempt };
            var sha256 = await upload.RunAsync(cancellationToken).ConfigureAwait(false);
            if (sha256 is not null)
            {
                await AddResultAsync("uploaded", $"{file.Size} bytes, SHA-256 {sha256}").ConfigureAwait(false);
            }

            return sha256;
        }
        catch (FileProblemException)
        {
            await AddResultAsync("changed").ConfigureAwait(false);
            throw;
        }
        catch (RequestFailedException e) when (e.Status > 0)
        {
            await AddResultAsync(StoredVersion.IsOutdated(e) ? "changed" : "failed").ConfigureAwait(false);
            throw;
        }

        Task AddResultAsync(string result, string? after = null) => audit.AddAsync(Entry(result, after), cancellationToken);

        AuditEntry Entry(string result, string? after = null) => new(Action, name, result, before, after);
    }
}
