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
    private readonly List<string> warnings = [];
    private readonly HashSet<string> others = [];
    private readonly List<string> unknownPartitions = [];

    // Few texts are in many rows, each time as another string.
    private readonly HashSet<string> repeated = [];

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
        var matcher = new BlobMatcher(storage, settings);
        var found = await ReadRowsAsync(matcher, now, cancellationToken).ConfigureAwait(false);
        await matcher.ReadListingAsync(progress, now, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < found.Count; i++)
        {
            found[i] = await ResolveAsync(matcher, found[i], cancellationToken).ConfigureAwait(false);
        }

        foreach (var candidate in found)
        {
            candidate.Blob?.Add(candidate);
        }

        Candidates = found;
        Configurations.UnionWith(Candidates.Select(candidate => candidate.Configuration));
        warnings.AddRange(Candidates.SelectMany(WarningsOf));
        List<string> known = [.. Candidates.Where(candidate => candidate.Blob is not null).Select(candidate => candidate.Id)];
        await Claims.FindSourcesAsync(storage.Operations, known, cancellationToken).ConfigureAwait(false);
    }

    private async Task<List<Candidate>> ReadRowsAsync(BlobMatcher matcher, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = new List<Candidate>();
        await foreach (var row in storage.Operations.RowsAsync("", Candidate.Columns, cancellationToken).ConfigureAwait(false))
        {
            Rows++;
            var operation = Operation.From(row);
            matcher.Add(operation);
            UnknownPartitions.Add(unknownPartitions, operation);
            if (operation is { Kind: OperationKind.Backup, Configuration: { Length: > 0 } configuration })
            {
                Configurations.Add(configuration);
            }

            if (RegisteredBackup.IsOther(operation))
            {
                others.Add(BackupConfigurations.SimilarName(Candidate.ConfigurationOf(operation)));
            }

            var candidate = Candidate.Of(row, operation, now);
            if (candidate is not null)
            {
                found.Add(WithShared(candidate));
                matcher.Add(candidate);
            }

            if (candidate?.BlobName is null)
            {
                Claims.Add(operation);
            }

            progress(new TaskProgress("reading operations", Rows, null));
        }

        return found;
    }

    /// <summary>Finds the blob of a backup, or why there is none. Without a known blob, it may be that of any row with a similar name.</summary>
    private async Task<Candidate> ResolveAsync(BlobMatcher matcher, Candidate candidate, CancellationToken cancellationToken)
    {
        var found = matcher.Match(candidate);
        if (found is { Blob: null, BlobName: { } name })
        {
            Claims.AddName(name);
        }

        var isEmpty = await IsEmptyAsync(found, cancellationToken).ConfigureAwait(false);
        return WithShared(isEmpty ? found with { IsEmpty = true } : found);
    }

    /// <summary>Whether a small archive has no content. One that can't be read counts as empty; one whose version was verified is not read.</summary>
    private async ValueTask<bool> IsEmptyAsync(Candidate candidate, CancellationToken cancellationToken)
    {
        if (candidate is not { Blob: { } blob, Problem: null, IsDamaged: false } || candidate.IsVersionVerified)
        {
            return false;
        }

        try
        {
            return await new BackupInventory(storage).IsEmptyAsync(blob.ToBackupBlob(), cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.Status is >= 400 and < 500 and not (401 or 403))
        {
            return true;
        }
    }

    private Candidate WithShared(Candidate candidate) => candidate with
    {
        Configuration = Shared(candidate.Configuration),
        Type = Shared(candidate.Type),
        VerifiedLevel = candidate.VerifiedLevel is { } level ? Shared(level) : null,
    };

    private string Shared(string text)
    {
        if (repeated.TryGetValue(text, out var shared))
        {
            return shared;
        }

        repeated.Add(text);
        return text;
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
        else if (candidate is { Absent: Candidate.Missing, IsPruneBegun: false })
        {
            yield return $"{candidate.Target} has no blob, so it does not count as a backup. To correct the records: ./cochin rebuild_backup_paths";
        }
        else if (candidate is { Absent: Candidate.Elsewhere, IsPruneBegun: false })
        {
            yield return $"{candidate.Target} has a blob that is not below {BackupBlob.Root}, so it was kept and does not count as a backup. Move it there.";
        }
        else if (candidate is { HasOtherSize: true, IsReportedDamaged: false, Blob: { } blob })
        {
            yield return $"{candidate.Target} has the SizeBytes {candidate.SizeBytes}, but its blob has {blob.Bytes} bytes, "
                + "so it does not count as a good backup.";
        }
    }
}
