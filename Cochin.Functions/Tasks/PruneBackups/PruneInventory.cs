using Azure;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>
/// Reads all rows, then the whole listing, and finds the blob of each completed backup. An incomplete read is thrown, so that nothing is pruned.
/// </summary>
internal sealed class PruneInventory(CochinStorage storage, Action<TaskProgress> progress, BackupSettings settings)
{
    private readonly RecordIndex index = new(storage.Backups.Uri);
    private readonly Dictionary<BlobKey, ListedBlob?> blobs = [];
    private readonly List<string> warnings = [];
    private readonly HashSet<string> others = [];
    private readonly List<string> unknownPartitions = [];

    /// <summary>The completed backups, with their blobs.</summary>
    public IReadOnlyList<Candidate> Candidates { get; private set; } = [];

    /// <summary>The backups and blobs that other rows need.</summary>
    public Claims Claims { get; } = new(storage.Backups.Uri);

    /// <summary>The number of rows of any kind.</summary>
    public long Rows { get; private set; }

    /// <summary>All configurations of backups.</summary>
    public HashSet<string> Configurations { get; } = [];

    /// <summary>Whether another program recorded backups of a configuration, or of one with a similar name.</summary>
    public bool HasOthers(string configuration) => others.Contains(BackupConfigurations.SimilarName(configuration));

    /// <summary>Values that can't be read and backups that don't count, as sentences that name the row.</summary>
    public IReadOnlyList<string> Warnings => [.. warnings, .. Claims.Warnings, .. UnknownPartitions.Warnings(unknownPartitions)];

    /// <param name="now">The time of the storage service.</param>
    /// <exception cref="RequestFailedException">Not all rows or blobs can be read.</exception>
    public async Task ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = await ReadRowsAsync(now, cancellationToken).ConfigureAwait(false);
        await ReadBlobsAsync(now, cancellationToken).ConfigureAwait(false);
        var resolved = found.ConvertAll(Resolve);
        for (var i = 0; i < resolved.Count; i++)
        {
            resolved[i] = resolved[i] with { IsEmpty = await IsEmptyAsync(resolved[i], cancellationToken).ConfigureAwait(false) };
        }

        Candidates = WithTwins(resolved);
        Configurations.UnionWith(Candidates.Select(candidate => candidate.Configuration));
        warnings.AddRange(Candidates.SelectMany(WarningsOf));
        List<string> known = [.. resolved.Where(candidate => candidate.Blob is not null).Select(candidate => candidate.Row.Id)];
        await Claims.FindSourcesAsync(storage.Operations, known, cancellationToken).ConfigureAwait(false);
    }

    private async Task<List<Candidate>> ReadRowsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = new List<Candidate>();
        await foreach (var row in storage.Operations.RowsAsync("", Candidate.Columns, cancellationToken).ConfigureAwait(false))
        {
            Rows++;
            var operation = Operation.From(row);
            index.Add(operation);
            UnknownPartitions.Add(unknownPartitions, operation);
            if (operation is { Kind: OperationKind.Backup, Configuration: { Length: > 0 } configuration })
            {
                Configurations.Add(configuration);
            }

            if (RegisteredBackup.IsOther(operation))
            {
                others.Add(BackupConfigurations.SimilarName(Candidate.ConfigurationOf(operation)));
            }

            if (Candidate.Of(row, operation, now) is { } candidate)
            {
                found.Add(candidate);
                foreach (var name in operation.BlobName is { } blobName ? BlobNameReading.NamesOf(blobName, storage.Backups.Uri) : [])
                {
                    blobs[BlobKey.Of(name)] = null;
                }
            }
            else
            {
                Claims.Add(operation);
            }

            progress(new TaskProgress("reading operations", Rows, null));
        }

        return found;
    }

    private async Task ReadBlobsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var listed = 0;
        var query = new ListingQuery(BackupBlob.Root, WithMetadata: true);
        await foreach (var blob in storage.BackupListing.BlobsAsync(query, cancellationToken).ConfigureAwait(false))
        {
            index.AddBlob(BackupBlob.From(blob), page: 0, settings, now);
            var key = BlobKey.Of(blob.Name);
            if (blobs.ContainsKey(key))
            {
                blobs[key] = blob;
            }

            progress(new TaskProgress("listing " + BackupBlob.Root, ++listed, null));
        }
    }

    /// <summary>Finds the blob of a row, or why there is none.</summary>
    private Candidate Resolve(Candidate candidate)
    {
        var found = candidate.Row.BlobName is { Length: > 0 } name ? Find(candidate, name) : candidate;
        if (found.Blob is null)
        {
            Claims.Add(found.Row);
        }

        return found;
    }

    private Candidate Find(Candidate candidate, string name)
    {
        if (blobs.GetValueOrDefault(BlobKey.Of(name)) is { } exact)
        {
            return WithBlob(candidate, exact);
        }

        var reading = index.Read(name);
        return index.Meaning(reading) switch
        {
            { Certainty: BlobCertainty.Certain, BlobName: { } meant } when blobs.GetValueOrDefault(BlobKey.Of(meant)) is { } blob => WithBlob(candidate, blob),
            { Certainty: BlobCertainty.Gone } when reading.Spellings.Any(spelling => spelling.StartsWith(BackupBlob.Root, StringComparison.Ordinal)) =>
                candidate with { Absent = Candidate.Missing },
            { Certainty: BlobCertainty.Gone } => candidate with { Absent = Candidate.Elsewhere },
            _ => candidate with
            {
                Problem = candidate.Problem ?? $"has the BlobName {Problems.Quote(BlobNameReading.Redact(name))}, which may refer to several blobs",
            },
        };
    }

    private Candidate WithBlob(Candidate candidate, ListedBlob blob) => candidate with
    {
        Blob = blob,
        Problem = candidate.Problem ?? (Reachability.Problem(storage.Backups, blob.Name) is null ? null : "has a blob that no request can address"),
    };

    /// <summary>Whether a small archive has no content. One that can't be read counts as empty; one whose version was verified is not read.</summary>
    private async Task<bool> IsEmptyAsync(Candidate candidate, CancellationToken cancellationToken)
    {
        if (candidate is not { Blob: { } blob, Problem: null, IsDamaged: false } || candidate.IsVersionVerified)
        {
            return false;
        }

        try
        {
            return await new BackupInventory(storage).IsEmptyAsync(BackupBlob.From(blob), cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.Status is >= 400 and < 500 and not (401 or 403))
        {
            return true;
        }
    }

    /// <summary>Several rows may refer to one blob. Damage or protection in one of them applies to all.</summary>
    private static List<Candidate> WithTwins(List<Candidate> all)
    {
        var damaged = NamesWhere(candidate => candidate.IsDamaged);
        var protectedNames = NamesWhere(candidate => candidate.IsProtected);
        return all.ConvertAll(candidate => candidate.Blob is not { } blob ? candidate : candidate with
        {
            IsTwinDamaged = damaged.Contains(blob.Name), IsTwinProtected = protectedNames.Contains(blob.Name),
        });

        HashSet<string> NamesWhere(Func<Candidate, bool> condition) =>
            [.. all.Where(condition).Select(candidate => candidate.Blob?.Name).OfType<string>()];
    }

    private static IEnumerable<string> WarningsOf(Candidate candidate)
    {
        if (candidate.Note is { } note)
        {
            yield return $"{candidate.Target} {note}.";
        }

        if (candidate.Problem is { } problem)
        {
            yield return $"{candidate.Target} {problem}, so it was kept. Correct it in the Django application.";
        }
        else if (candidate is { Absent: Candidate.Missing, Row.IsPruneBegun: false })
        {
            yield return $"{candidate.Target} has no blob, so it does not count as a backup. To correct the records: ./cochin rebuild_backup_paths";
        }
        else if (candidate is { Absent: Candidate.Elsewhere, Row.IsPruneBegun: false })
        {
            yield return $"{candidate.Target} has a blob that is not below {BackupBlob.Root}, so it was kept and does not count as a backup. Move it there.";
        }
        else if (candidate is { HasOtherSize: true, Row.IsDamaged: false, Blob: { } blob })
        {
            yield return $"{candidate.Target} has the SizeBytes {candidate.Row.SizeBytes}, but its blob has {blob.Bytes} bytes, "
                + "so it does not count as a good backup.";
        }
    }
}
