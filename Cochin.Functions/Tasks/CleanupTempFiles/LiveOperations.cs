using Azure;
using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.Operations;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>
/// The live operations (backups and restores in progress) and the units that they use. An operation with an unknown status also counts as
/// live.
/// </summary>
/// <remarks>A unit is looked up in sets, because there may be thousands of units and operations.</remarks>
internal sealed class LiveOperations
{
    private static readonly string[] Columns =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(Operation.Status), nameof(Operation.WorkPath), nameof(Operation.BlobName),
        nameof(Operation.SizeBytes), nameof(Operation.BackupId), ProtectionReader.Column,
    ];

    private const string WriteAsText = "write it as text, as a path from the container's root such as storage/… or uploads/….";

    // The clocks of the service's nodes may differ.
    private static readonly TimeSpan ClockMargin = TimeSpan.FromMinutes(5);

    // Normalized names. Claimed: the areas and units to protect. Names: units to protect in every area.
    private readonly HashSet<string> claimed = new(NormalizedName.Comparer);
    private readonly HashSet<string> names = new(NormalizedName.Comparer);
    private readonly OperationIds ids = new();
    private readonly RestoreSources sources = new();

    // The normalized file names of blobs that may be anywhere in the areas.
    private readonly HashSet<string> fileNames = new(NormalizedName.Comparer);

    // The sizes of backups with an unreadable blob name.
    private readonly HashSet<long> sizes = [];
    private readonly OperationWarnings warnings = new();
    private readonly LiveOperations? earlier;
    private readonly WorkPathReader paths;
    private bool isEverythingClaimed;

    /// <param name="paths">Reads their work paths.</param>
    /// <param name="earlier">The operations read before. The units that they use stay in use.</param>
    public LiveOperations(IEnumerable<Operation> operations, WorkPathReader paths, LiveOperations? earlier = null)
    {
        this.paths = paths;
        this.earlier = earlier;
        foreach (var operation in operations)
        {
            Add(operation);
        }
    }

    /// <inheritdoc cref="OperationWarnings"/>
    public IReadOnlyList<string> Warnings => warnings.ToList();

    /// <summary>Whether the table does not exist. This does not mean that there are no operations: see <see cref="MissingTable"/>.</summary>
    public bool IsTableMissing { get; private set; }

    /// <summary>Whether the table had no rows when it was read.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>Whether the blobs in a unit may decide whether it is in use.</summary>
    public bool DependsOnBlobs => sizes.Count > 0 || fileNames.Count > 0;

    /// <summary>The service's time when they were read; null if unknown.</summary>
    private DateTimeOffset? AsOf { get; set; }

    /// <summary>Reads all rows, with one request per 1,000. No filter would select every row that may protect a unit.</summary>
    /// <remarks>
    /// Whether a filter on <c>Status</c> selects rows that lack the column, or have it with another type, differs between the service and the
    /// emulator: https://github.com/Azure/Azurite/issues/1929.
    /// </remarks>
    /// <param name="areas">All temporary areas, including those that this run does not clean.</param>
    /// <exception cref="Azure.RequestFailedException">The table can't be read. Nothing may be deleted.</exception>
    public static Task<LiveOperations> ReadAsync(CochinStorage storage, TempAreas areas, CancellationToken cancellationToken) =>
        ReadAsync(storage, new WorkPathReader(areas, storage.Names.BackupContainer), "", earlier: null, cancellationToken);

    /// <summary>Returns these operations and those written since.</summary>
    /// <inheritdoc cref="ReadAsync(CochinStorage, TempAreas, CancellationToken)" path="/exception"/>
    public Task<LiveOperations> RefreshAsync(CochinStorage storage, CancellationToken cancellationToken) => ReadAsync(
        storage,
        paths,
        AsOf is { } time ? TableClient.CreateQueryFilter($"Timestamp ge {time - ClockMargin}") : "",
        earlier: this,
        cancellationToken);

    /// <summary>
    /// Whether a unit contains an operation's work path or is contained in it, has an operation's id in its name, or contains a blob that is needed.
    /// </summary>
    public bool IsInUse(TempUnit unit)
    {
        var name = NormalizedName.Of(unit.Name);
        return isEverythingClaimed
            || claimed.Contains(unit.Area)
            || claimed.Contains($"{unit.Area}/{name}")
            || names.Contains(name)
            || ids.AreIn(name)
            || unit.MayHaveBlobOf(sizes)
            || unit.MayHaveBlobNamed(fileNames)
            || earlier?.IsInUse(unit) is true;
    }

    private static async Task<LiveOperations> ReadAsync(
        CochinStorage storage, WorkPathReader paths, string filter, LiveOperations? earlier, CancellationToken cancellationToken)
    {
        var live = new LiveOperations([], paths, earlier);
        var isFirst = true;
        try
        {
            await foreach (var page in storage.Operations.PagesAsync(filter, Columns, continuation: null, cancellationToken).ConfigureAwait(false))
            {
                live.AsOf = isFirst ? page.GetRawResponse().Headers.Date : live.AsOf;
                isFirst = false;
                live.IsEmpty &= page.Values.Count == 0;
                foreach (var row in page.Values)
                {
                    live.Add(Operation.From(row));
                }
            }
        }
        catch (RequestFailedException e) when (MissingTable.Is(e) && isFirst && earlier?.IsTableMissing != false)
        {
            // If the table existed at the start of the run, it was lost since, and its rows are unknown: that is thrown.
            live.IsTableMissing = true;
        }

        await live.AddSourcesAsync(storage.Operations, cancellationToken).ConfigureAwait(false);
        return live;
    }

    private void Add(Operation operation)
    {
        if (operation.HasEnded)
        {
            AddBackup(operation);
            return;
        }

        AddBlob(operation);
        AddSource(operation);
        var path = paths.Read(operation);
        isEverythingClaimed |= path.IsEverything;
        claimed.UnionWith(path.Claims);
        names.UnionWith(path.Names);
        Warn(operation, path);
        ids.Add(operation.Id);
    }

    private void AddSource(Operation operation)
    {
        if (operation.Kind != OperationKind.Backup && !sources.TryAdd(operation) && operation.UnreadableBackupIdType is { } type)
        {
            isEverythingClaimed = true;
            Warn(operation, $"has a BackupId of type {type}, so everything in the temporary areas is kept; write it as text.");
        }
    }

    /// <summary>Protects the blobs that restores in progress read, whatever the status of their backups.</summary>
    private async Task AddSourcesAsync(TableClient operations, CancellationToken cancellationToken)
    {
        await foreach (var source in sources.FindAsync(operations, known: [], cancellationToken).ConfigureAwait(false))
        {
            if (source.Rows.Count == 0)
            {
                ids.Add(RestoreSources.WithoutPrefix(source.Id));
            }

            foreach (var backup in source.Rows)
            {
                AddBlob(backup);
            }

            // The blob is somewhere: it may be in a temporary area.
            if (source.Rows.Any(backup => backup.UnreadableBlobNameType is null && string.IsNullOrWhiteSpace(backup.BlobName)))
            {
                isEverythingClaimed = true;
                warnings.Add(
                    $"{source.Restore} is in progress and reads the backup {Problems.Quote(source.Id)}, "
                    + "which has no BlobName, so everything in the temporary areas is kept until it ends.");
            }
        }
    }

    /// <summary>Protects a backup whose blob is, or may be, in a temporary area: it may be the only copy.</summary>
    private void AddBackup(Operation operation)
    {
        var place = TempBlobName.Read(operation.BlobName, paths);
        if (OperationProblems.OfBackup(operation, place) is not { } problem)
        {
            return;
        }

        Claim(place);
        if (operation.UnreadableBlobNameType is null)
        {
            Warn(
                operation,
                place.IsCertain
                    ? $"{problem}, so it is kept; move it below storage/."
                    : $"{problem}, so everything it may refer to is kept; {WriteAsText}");
        }
        else if (operation is { SizeBytes: > 0 and { } size, Status: OperationStatus.Completed or OperationStatus.FileMissing })
        {
            sizes.Add(size);
            Warn(operation, $"{problem}, so everything with a blob of its size is kept; {WriteAsText}");
        }
        else
        {
            isEverythingClaimed = true;
            Warn(operation, $"{problem} and no reliable SizeBytes, so everything in the temporary areas is kept; {WriteAsText}");
        }
    }

    /// <summary>Protects the blob that an operation writes or reads.</summary>
    private void AddBlob(Operation operation)
    {
        var place = TempBlobName.Read(operation.BlobName, paths);
        var isEverything = place.IsEverything || operation.UnreadableBlobNameType is not null;
        Claim(place);
        isEverythingClaimed |= isEverything;
        if (OperationProblems.OfBlobName(operation, place) is { } problem)
        {
            var kept = isEverything ? "everything in the temporary areas is kept" : "everything it may refer to is kept";
            Warn(operation, $"{problem}, so {kept}; {WriteAsText}");
        }
    }

    private void Claim(WorkPath blob)
    {
        claimed.UnionWith(blob.Claims);
        names.UnionWith(blob.Names);
        fileNames.UnionWith(blob.FileNames);
    }

    private void Warn(Operation operation, WorkPath path)
    {
        if ((OperationProblems.OfStatus(operation) ?? OperationProblems.OfSpelling(operation)) is { } status)
        {
            Warn(operation, $"{status}, so everything it may use is kept; correct it in the Django application.");
        }

        if (OperationProblems.OfWorkPath(operation, path) is { } place)
        {
            var kept = path.IsEverything ? "everything in the temporary areas is kept" : "everything it may refer to is kept";
            Warn(operation, $"{place}, so {kept}; write it as a path from the container's root, e.g. restore_temp/restore_42/.");
        }
    }

    private void Warn(Operation operation, string what) => warnings.Add($"{operation.Kind}/{operation.Id} {what}");
}
