using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks.SyncDjango.Files;
using Cochin.Functions.Tasks.SyncDjango.Mapping;

namespace Cochin.Functions.Tasks.SyncDjango;

/// <summary>
/// Matches files with the backups that name them, with some tens of bytes for each. If only the form of the accents differs, as in names that come
/// from another system, they match as well.
/// </summary>
/// <param name="find">Looks for a file that was not in the listing.</param>
internal sealed class FileIndex(Func<string, FilePresence> find)
{
    private readonly Dictionary<BlobKey, Claim> claims = [];
    private readonly Dictionary<BlobKey, KnownFile> files = [];
    private readonly Dictionary<BlobKey, string> otherForms = [];
    private readonly HashSet<BlobKey> folders = [];
    private readonly Dictionary<BlobKey, FileState> skipped = [];
    private readonly HashSet<BlobKey> pruned = [];
    private readonly HashSet<BlobKey> kept = [];
    private readonly Dictionary<BlobKey, RecordedContent> recorded = [];
    private readonly Dictionary<string, DateTimeOffset?> prunedRows = new(StringComparer.Ordinal);

    /// <summary>Returns the name of the blob for a file name; null if there is certainly none. Known once the blobs are listed.</summary>
    public Func<string, string?> FindBlob { get; set; } = static name => name;

    /// <summary>Adds a row of the table: a pruned backup is not copied again, unless another row names its file.</summary>
    public void AddRow(Operation row)
    {
        var isPruned = row.Status == OperationStatus.Pruned || row.IsPruneBegun;
        if (isPruned)
        {
            prunedRows[row.Id] = row.CreatedAt;
        }

        if (row.BlobName is not { Length: > 0 } blobName)
        {
            return;
        }

        (isPruned ? pruned : kept).Add(KeyOf(blobName));
        if (!isPruned && RecordedContent.From(row) is var content && content != default
            && recorded.GetValueOrDefault(KeyOf(blobName)).SoundVersion is null) // Of several rows, one that was verified.
        {
            recorded[KeyOf(blobName)] = content;
        }
    }

    /// <summary>Adds a backup of the database that names a file.</summary>
    /// <returns>The first backup that names the same file; null if there is none.</returns>
    public long? AddBackup(long id, string blobName, Checksum? checksum, DateTimeOffset? createdAt)
    {
        if (!prunedRows.TryGetValue(OperationMap.KeyOf(id), out var created) || MappedRow.AreOfTwoRecords(created, createdAt))
        {
            kept.Add(KeyOf(blobName));
        }

        // If a folder is known, those that it lies in are, too.
        var end = blobName.LastIndexOf('/');
        while (end > 0 && folders.Add(KeyOf(blobName[..end])))
        {
            end = blobName.LastIndexOf('/', end - 1);
        }

        return claims.TryAdd(KeyOf(blobName), new Claim(id, checksum)) ? null : claims[KeyOf(blobName)].Id;
    }

    /// <summary>Whether a file is not copied, because its backup was pruned.</summary>
    public bool IsPruned(string blobName) => KeyOf(blobName) is var key && pruned.Contains(key) && !kept.Contains(key);

    /// <summary>The SHA-256 that the database has of a file; null if it has none.</summary>
    public string? ChecksumOf(string blobName) => claims.GetValueOrDefault(KeyOf(blobName)).Checksum?.ToString();

    /// <summary>What the database and the table have about the content of a file.</summary>
    public RecordedContent RecordOf(string blobName) =>
        recorded.GetValueOrDefault(KeyOf(blobName)) with { Stated = claims.GetValueOrDefault(KeyOf(blobName)).Checksum };

    /// <summary>Whether a backup of the database names a file.</summary>
    public bool IsNamed(string blobName) => claims.ContainsKey(KeyOf(blobName));

    /// <summary>Whether a backup of the database names a file, or one in a folder.</summary>
    public bool IsNeeded(string name) => IsNamed(name) || folders.Contains(KeyOf(name.TrimEnd('/')));

    public void AddFile(FileState state)
    {
        files[BlobKey.Of(state.BlobName)] = new KnownFile(state.Size, Checksum.Parse(state.Sha256), state.Outcome);
        var form = ComposedName.Of(state.BlobName);
        if (form != state.BlobName)
        {
            otherForms.TryAdd(BlobKey.Of(form), state.BlobName);
        }

        if (state.Outcome is FileOutcome.Skipped or FileOutcome.Unreadable && IsNeeded(state.BlobName))
        {
            skipped[KeyOf(state.BlobName.TrimEnd('/'))] = state;
        }
    }

    public FileFacts Find(string blobName)
    {
        var name = files.ContainsKey(BlobKey.Of(blobName)) ? blobName
            : files.ContainsKey(KeyOf(blobName)) ? ComposedName.Of(blobName)
            : otherForms.GetValueOrDefault(KeyOf(blobName));
        return name is not null && files[BlobKey.Of(name)] is var file && file.Outcome != FileOutcome.Skipped
            ? new(name, StandingOf(file.Outcome), file.Size, file.Checksum)
            : FindUnread(name ?? blobName);
    }

    private FileFacts FindUnread(string blobName)
    {
        // Behind a link to a disk that is not mounted, no file is there, but none is gone.
        if (FindSkipped(blobName) is { } obstacle)
        {
            return Waiting($"its file is not copied: '{obstacle.BlobName}' {obstacle.Problem}");
        }

        var blob = FindBlob(blobName);
        return find(blobName) == FilePresence.Absent
            ? new(blob ?? blobName, FileStanding.Missing) { IsLost = blob is null && !IsPruned(blobName) }
            : Waiting(
                $"its file '{blobName}' was not found in the listing of its folder; check the spelling of its path, upper and lower case too, "
                + "and whether the folder can be read");

        FileFacts Waiting(string why) => new(blobName, FileStanding.Waits, Problem: $"was not written, because {why}");
    }

    /// <returns>The file itself or the folder around it that was skipped or can't be read; null if there is none.</returns>
    private FileState? FindSkipped(string blobName)
    {
        for (var end = blobName.Length; end > 0 && skipped.Count > 0; end = blobName.LastIndexOf('/', end - 1))
        {
            if (skipped.TryGetValue(KeyOf(blobName[..end]), out var state))
            {
                return state;
            }
        }

        return null;
    }

    private static FileStanding StandingOf(FileOutcome outcome) => outcome switch
    {
        FileOutcome.Unchanged or FileOutcome.Uploaded or FileOutcome.WouldUpload => FileStanding.Stored,
        FileOutcome.Changed or FileOutcome.Failed or FileOutcome.Unreadable => FileStanding.Waits,
        _ => FileStanding.NotCopied,
    };

    private static BlobKey KeyOf(string blobName) => BlobKey.Of(ComposedName.Of(blobName));

    private readonly record struct Claim(long Id, Checksum? Checksum);

    private readonly record struct KnownFile(long Size, Checksum? Checksum, FileOutcome Outcome);
}
