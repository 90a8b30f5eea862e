using Azure;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tasks.VerifyBackups;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>
/// Makes the plan: all rows, then the whole listing, then the rules of each configuration and what else keeps a backup. Anything that can't
/// be read to its end is thrown, so that nothing is pruned.
/// </summary>
internal sealed class PrunePlanner(
    CochinStorage storage, Action<TaskProgress> progress, PruneBackupsOptions options, RetentionSettings retention, BackupSettings settings, ExpectedAges ages)
{
    private readonly RecordIndex index = new(storage.Backups.Uri);
    private readonly Dictionary<BlobKey, ListedBlob?> blobs = [];
    private readonly List<string> warnings = [];
    private List<Candidate> candidates = [];

    public Claims Claims { get; } = new(storage.Backups.Uri);

    /// <summary>Rows of any kind.</summary>
    public long Rows { get; private set; }

    /// <summary>All configurations that a row of a backup names.</summary>
    public HashSet<string> Known { get; } = [];

    /// <param name="now">On the storage service's clock.</param>
    /// <exception cref="RequestFailedException">Rows or blobs can't be read to the end.</exception>
    public async Task<PrunePlan> MakeAsync(BackupConfigurations configurations, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await ReadRowsAsync(now, cancellationToken).ConfigureAwait(false);
        await ReadBlobsAsync(now, cancellationToken).ConfigureAwait(false);
        candidates = [.. candidates.Select(Resolve)];
        candidates = WithTwins(await WithEmptyAsync(cancellationToken).ConfigureAwait(false));
        Known.UnionWith(candidates.Select(candidate => candidate.Configuration));
        await Claims.FindSourcesAsync(storage.Operations, candidates.ConvertAll(candidate => candidate.Row.Id), cancellationToken).ConfigureAwait(false);

        var judged = candidates
            .GroupBy(candidate => candidate.Configuration)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Judge(group.Key, [.. group], configurations, now))
            .ToList();
        var kept = judged.SelectMany(one => one.Backups).Where(backup => backup.Decision != PruneDecision.Prune || !IsAsked(backup.Configuration));
        foreach (var blob in kept.Select(backup => backup.Blob).OfType<ListedBlob>())
        {
            Claims.AddName(blob.Name);
        }

        return new PrunePlan([.. judged.Where(one => IsAsked(one.Name)).Select(WithShared)], [.. warnings, .. Claims.Warnings]);
    }

    /// <summary>Reads the small blobs that may have no content. One that can't be read counts as one without.</summary>
    private async Task<List<Candidate>> WithEmptyAsync(CancellationToken cancellationToken)
    {
        var inventory = new BackupInventory(storage);
        var read = new List<Candidate>(candidates.Count);
        foreach (var candidate in candidates)
        {
            var isEmpty = false;
            if (candidate is { Blob: { } blob, Problem: null, IsDamaged: false })
            {
                try
                {
                    isEmpty = await inventory.IsEmptyAsync(BackupBlob.From(blob), cancellationToken).ConfigureAwait(false);
                }
                catch (RequestFailedException e) when (e.Status is >= 400 and < 500 and not (401 or 403))
                {
                    isEmpty = true;
                }
            }

            if (candidate is { HasOtherSize: true, Problem: null, Row.IsDamaged: false })
            {
                warnings.Add($"{candidate.Target} has the SizeBytes {candidate.Row.SizeBytes}, but its blob has {candidate.Blob!.Value.Bytes} bytes, so it does not count as a good backup.");
            }

            read.Add(isEmpty ? candidate with { IsEmpty = true } : candidate);
        }

        return read;
    }

    /// <summary>What one row of a blob states against pruning or against its content, holds for all rows of it.</summary>
    private static List<Candidate> WithTwins(List<Candidate> all)
    {
        var damaged = Names(candidate => candidate.IsDamaged);
        var isProtected = Names(candidate => candidate.IsProtected);
        return all.ConvertAll(candidate => candidate.Blob is not { } blob ? candidate : candidate with
        {
            IsTwinDamaged = damaged.Contains(blob.Name), IsTwinProtected = isProtected.Contains(blob.Name),
        });

        HashSet<string> Names(Func<Candidate, bool> isSo) => [.. all.Where(isSo).Select(candidate => candidate.Blob?.Name).OfType<string>()];
    }

    private bool IsAsked(string configuration) => options.Configuration is null || options.Configuration == configuration;

    private async Task ReadRowsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await foreach (var row in storage.Operations.RowsAsync("", Candidate.Columns, cancellationToken).ConfigureAwait(false))
        {
            Rows++;
            var operation = Operation.From(row);
            index.Add(operation);
            if (operation.Kind == OperationKind.Backup)
            {
                Known.Add(operation.Configuration ?? "");
            }

            if (Candidate.Of(row, operation, now) is { } candidate)
            {
                Add(candidate);
            }
            else
            {
                Claims.Add(operation);
            }

            progress(new TaskProgress("reading operations", Rows, null));
        }
    }

    private void Add(Candidate candidate)
    {
        candidates.Add(candidate);
        foreach (var name in candidate.Row.BlobName is { } blobName ? BackupSource.NamesOf(blobName, storage.Backups.Uri) : [])
        {
            blobs[BlobKey.Of(name)] = null;
        }
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

    /// <summary>Finds the blob that a row names, or why there is none.</summary>
    private Candidate Resolve(Candidate candidate)
    {
        var found = candidate.Row.BlobName is { Length: > 0 } name ? Find(candidate, name) : candidate;
        if (found.Note is { } note)
        {
            warnings.Add($"{found.Target} {note}.");
        }

        if (found.Problem is { } problem)
        {
            warnings.Add($"{found.Target} {problem}, so it was kept; correct it in the Django application.");
        }
        else if (found is { Absent: { } absent, Row.IsPruneBegun: false })
        {
            warnings.Add(absent == "missing"
                ? $"{found.Target} has no blob any more, so it counts as no backup; run: ./cochin rebuild_backup_paths"
                : $"{found.Target} has a blob that is not below {BackupBlob.Root}, so it was kept and counts as no backup; move it there.");
        }

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
                candidate with { Absent = "missing" },
            { Certainty: BlobCertainty.Gone } => candidate with { Absent = "elsewhere" },
            _ => candidate with { Problem = candidate.Problem ?? $"has the BlobName {Problems.Quote(BlobNameReading.Redact(name))}, which may mean one of several blobs" },
        };
    }

    private Candidate WithBlob(Candidate candidate, ListedBlob blob) => candidate with
    {
        Blob = blob,
        Problem = candidate.Problem ?? (Reachability.Problem(storage.Backups, blob.Name) is null ? null : "has a blob that no request can address"),
    };

    private PlannedConfiguration Judge(string name, List<Candidate> backups, BackupConfigurations configurations, DateTimeOffset now)
    {
        var rules = retention.RulesOf(configurations.Find(name), options);

        // Rows of one blob are one backup, so they take one place.
        var twins = backups.Where(backup => backup is { Blob: not null, Problem: null }).GroupBy(backup => backup.Blob!.Value.Name)
            .Select(rows => (Rows: rows.ToList(), Newest: rows.Select(row => row.ToRetained(now)).MaxBy(row => row.At))).ToList();
        var ranked = twins.ConvertAll(twin => twin.Newest with { IsSound = !twin.Newest.IsDamaged && twin.Rows.Exists(row => row.IsSound(now)) });
        var ofBlob = new RetentionRule(rules ?? new KeepRules(), retention.TimeZone, now).Judge(ranked);
        var reasons = twins.SelectMany(twin => twin.Rows.Select(row => (row.Row.Id, Reason: ofBlob[twin.Newest.Id]))).ToDictionary(row => row.Id, row => row.Reason);
        var hold = HoldOf(name, rules, ranked, configurations, ages, now);
        if (hold is "overdue" or "unreadable" && IsAsked(name))
        {
            warnings.Add(hold == "overdue"
                ? $"Nothing of the configuration '{name}' was pruned: its newest good backup is older than it may be. Find out why none is made."
                : $"Nothing of the configuration '{name}' was pruned, as its row can't be read; see the other warning.");
        }

        return new(name, rules, [.. backups.OrderByDescending(backup => backup.At).ThenBy(backup => backup.Row.Id, StringComparer.Ordinal).Select(Plan)]);

        PlannedBackup Plan(Candidate backup) => backup switch
        {
            { Problem: not null } => backup.ToPlanned(PruneDecision.Fail, "failed", now),
            { IsProtected: true } => backup.ToPlanned(PruneDecision.Protect, RetentionRule.Protected, now),
            { Absent: "missing", Row.IsPruneBegun: true } => backup.ToPlanned(PruneDecision.Prune, "policy", now),
            { Absent: { } absent } => backup.ToPlanned(PruneDecision.Keep, absent, now),
            _ when (reasons[backup.Row.Id] ?? Exception(backup, now) ?? hold) is { } reason => backup.ToPlanned(PruneDecision.Keep, reason, now),
            _ => backup.ToPlanned(PruneDecision.Prune, "policy", now),
        };
    }

    /// <summary>Why nothing of a configuration goes; null if it may.</summary>
    internal static string? HoldOf(
        string name, KeepRules? rules, IEnumerable<RetainedBackup> ranked, BackupConfigurations configurations, ExpectedAges ages, DateTimeOffset now)
    {
        var newest = ranked.Where(backup => !backup.IsDamaged).Select(backup => (DateTimeOffset?)backup.At).Max();
        var expected = ages.Of(name, configurations);
        return rules is null || ages.IsUnreadable(name, configurations) ? "unreadable"
            : rules.IsEmpty ? "noRule"
            : expected > TimeSpan.Zero && !(now - newest <= expected) ? "overdue"
            : null;
    }

    private string? Exception(Candidate backup, DateTimeOffset now) =>
        Claims.AreReading(backup.Row.Id) ? "liveRestore"
        : backup.Blob!.Value.IsLeased ? "leased"
        : now - backup.Blob.Value.LastModified < settings.Grace ? "young"
        : null;

    private PlannedConfiguration WithShared(PlannedConfiguration configuration) => configuration with
    {
        Backups =
        [
            .. configuration.Backups.Select(backup =>
                backup is { Decision: PruneDecision.Prune, Blob: { } blob } && Claims.AreNaming(blob.Name, blob.Bytes)
                    ? backup with { Decision = PruneDecision.Keep, Reason = "shared" }
                    : backup),
        ],
    };
}
