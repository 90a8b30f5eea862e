namespace Cochin.Functions.Tasks.SyncDjango.Files;

/// <summary>Whether a file is in the folder.</summary>
internal enum FilePresence
{
    Present,

    /// <summary>It is certainly not there.</summary>
    Absent,

    /// <summary>It could not be looked at.</summary>
    Unknown,
}

/// <summary>The files below <c>storage/</c> of the application's backups folder.</summary>
/// <param name="backups">The path of the backups folder.</param>
internal sealed class StorageFolder(string backups)
{
    /// <summary>Checks the folder, before anything is done.</summary>
    /// <returns>What is wrong and what to do, as one or two sentences; null if the folder can be read.</returns>
    public string? FindProblem() => throw new NotImplementedException(backups);

    /// <summary>Looks for the file of a blob on the disk.</summary>
    /// <param name="blobName">A name below <c>storage/</c>.</param>
    public FilePresence Find(string blobName) => throw new NotImplementedException(blobName);
}
