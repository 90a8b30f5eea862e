using Azure;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>Finds the blobs of backups. Needs all rows first, and then the whole listing.</summary>
internal sealed class BlobMatcher(CochinStorage storage, BackupSettings settings)
{
    private readonly RecordIndex index = new(storage.Backups.Uri);
    private readonly Dictionary<BlobKey, (string Name, CandidateBlob? Listed)> blobs = [];

    /// <summary>Adds a row of any kind. It may refer to the same blob as a backup.</summary>
    public void Add(Operation row) => index.Add(row);

    /// <summary>Adds a backup whose blob is to be found.</summary>
    public void Add(Candidate backup)
    {
        foreach (var name in backup.BlobName is { } blobName ? BlobNameReading.NamesOf(blobName, storage.Backups.Uri) : [])
        {
            blobs.TryAdd(BlobKey.Of(name), (name, null));
        }
    }

    /// <param name="now">The time of the storage service.</param>
    /// <exception cref="RequestFailedException">Not all blobs can be read.</exception>
    public async Task ReadListingAsync(Action<TaskProgress> progress, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var listed = 0;
        var query = new ListingQuery(BackupBlob.Root, WithMetadata: true);
        await foreach (var blob in storage.BackupListing.BlobsAsync(query, cancellationToken).ConfigureAwait(false))
        {
            index.AddBlob(BackupBlob.From(blob), page: 0, settings, now);
            var key = BlobKey.Of(blob.Name);
            if (blobs.TryGetValue(key, out var known))
            {
                blobs[key] = (known.Name, new CandidateBlob(known.Name, blob));
            }

            progress(new TaskProgress("listing " + BackupBlob.Root, ++listed, null));
        }
    }

    /// <summary>Adds its blob to a backup, or why there is none.</summary>
    public Candidate Match(Candidate backup) => backup.BlobName is { Length: > 0 } name ? Match(backup, name) : backup;

    private Candidate Match(Candidate backup, string name)
    {
        if (Find(name) is { } exact)
        {
            return WithBlob(backup, exact);
        }

        var reading = index.Read(name);
        return index.Meaning(reading) switch
        {
            { Certainty: BlobCertainty.Certain, BlobName: { } meant } when Find(meant) is { } blob => WithBlob(backup, blob),
            { Certainty: BlobCertainty.Gone } when reading.Spellings.Any(spelling => spelling.StartsWith(BackupBlob.Root, StringComparison.Ordinal)) =>
                backup with { Absent = Candidate.Missing },
            { Certainty: BlobCertainty.Gone } => backup with { Absent = Candidate.Elsewhere },
            _ => backup with
            {
                Problem = backup.Problem ?? $"has the BlobName {Problems.Quote(BlobNameReading.Redact(name))}, which may refer to several blobs",
            },
        };
    }

    private CandidateBlob? Find(string name) => blobs.GetValueOrDefault(BlobKey.Of(name)).Listed;

    private Candidate WithBlob(Candidate backup, CandidateBlob blob) => backup.With(blob) with
    {
        Problem = backup.Problem ?? (Reachability.Problem(storage.Backups, blob.Name) is null ? null : "has a blob that no request can address"),
    };
}
