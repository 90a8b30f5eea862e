namespace Cochin.Functions.Tasks.SyncDjango.Files;

/// <summary>Compares the files of a folder with the blobs and uploads what is absent or different.</summary>
internal sealed class FileSync(TaskContext context, StorageFolder folder)
{
    /// <summary>The number of bytes of the uploaded files; in a dry run, of those that would be uploaded.</summary>
    public long UploadedBytes { get; private set; }

    /// <summary>The number of bytes that were read, compared or sent: the progress of a run that ran out of time, for its checkpoint.</summary>
    public long HandledBytes { get; private set; }

    /// <summary>Whether the run was out of time before all files were handled. The next run continues.</summary>
    public bool IsUnfinished { get; private set; }

    /// <summary>The SHA-256 that the database has for a file. A blob with this content is not overwritten by a file without it.</summary>
    public Func<string, string?> ChecksumOf { get; init; } = static _ => null;

    /// <summary>Handles all files, several at a time, in any order. Problems of single files or folders are among the results.</summary>
    /// <param name="isPrunedHere">Whether a file must not be uploaded, by the name of its blob.</param>
    /// <exception cref="Azure.RequestFailedException">The storage can't be reached, or its container was there before and is gone.</exception>
    public IAsyncEnumerable<FileState> RunAsync(Func<string, bool> isPrunedHere, bool dryRun, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{context.RunId} {folder}");
}
