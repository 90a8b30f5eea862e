using Azure;
using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>
/// The backups and restores under way, and what in the temporary areas is theirs. One whose status can't be read counts, too: what
/// it uses is not proven to be unused.
/// </summary>
/// <remarks>A unit is looked up, not compared with each operation: there may be thousands of both.</remarks>
internal sealed class LiveOperations
{
    private const char Separator = '_';
    private const int MostNamed = 20;
    private static readonly string[] Columns =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(Operation.Status), nameof(Operation.WorkPath), nameof(Operation.BlobName),
    ];

    private const string NameIt = "write it as text from the container's root, as storage/… or uploads/….";

    // The service's nodes need not agree on the time to the second.
    private static readonly TimeSpan ClockMargin = TimeSpan.FromMinutes(5);

    // All in loose names. The units or areas that work paths lie at, below or above; the names that any unit of theirs may have.
    private readonly HashSet<string> claimed = new(NormalizedName.Comparer);
    private readonly HashSet<string> names = new(NormalizedName.Comparer);
    private readonly HashSet<string> ids = new(NormalizedName.Comparer);
    private readonly List<string> warnings = [];
    private readonly LiveOperations? earlier;
    private readonly WorkPathReader paths;
    private bool isEverythingClaimed;
    private int mostParts;
    private long warned;

    /// <param name="paths">Reads their work paths.</param>
    /// <param name="earlier">Those read before: what they use stays in use.</param>
    public LiveOperations(IEnumerable<Operation> operations, WorkPathReader paths, LiveOperations? earlier = null)
    {
        this.paths = paths;
        this.earlier = earlier;
        foreach (var operation in operations)
        {
            Add(operation);
        }
    }

    /// <summary>What can't be read with certainty, and what it keeps: some by name, the rest as a number.</summary>
    public IReadOnlyList<string> Warnings => warned <= MostNamed
        ? warnings
        : [.. warnings, $"{warned - MostNamed} more operations have a Status, WorkPath or BlobName that can't be read with certainty; see `./cochin doctor`."];

    /// <summary>Whether there was no such table, which is not the same as no operations: see <see cref="MissingTable"/>.</summary>
    public bool IsTableMissing { get; private set; }

    /// <summary>Whether the table had no rows when it was read.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>The service's time when they were read; null if it is unknown.</summary>
    private DateTimeOffset? AsOf { get; set; }

    /// <summary>Reads all rows, one request for each 1,000: no filter selects all that may protect something.</summary>
    /// <remarks>
    /// Whether a filter on <c>Status</c> selects rows that lack the column, or have it with another type, differs between the service and the
    /// emulator: https://github.com/Azure/Azurite/issues/1929.
    /// </remarks>
    /// <param name="areas">All temporary areas, also those that this run leaves out.</param>
    /// <exception cref="Azure.RequestFailedException">They can't be read; then nothing may be deleted.</exception>
    public static Task<LiveOperations> ReadAsync(CochinStorage storage, TempAreas areas, CancellationToken cancellationToken) =>
        ReadAsync(storage, new WorkPathReader(areas, storage.Names.BackupContainer), "", earlier: null, cancellationToken);

    /// <summary>The same operations, and those that were written since.</summary>
    /// <inheritdoc cref="ReadAsync(CochinStorage, TempAreas, CancellationToken)" path="/exception"/>
    public Task<LiveOperations> RenewAsync(CochinStorage storage, CancellationToken cancellationToken) => ReadAsync(
        storage,
        paths,
        AsOf is { } time ? TableClient.CreateQueryFilter($"Timestamp ge {time - ClockMargin}") : "",
        earlier: this,
        cancellationToken);

    /// <summary>Whether a unit lies at, above or below an operation's work path, or has an operation's id in its name.</summary>
    public bool Use(TempUnit unit)
    {
        var name = NormalizedName.Of(unit.Name);
        return isEverythingClaimed
            || claimed.Contains(unit.Area)
            || claimed.Contains($"{unit.Area}/{name}")
            || names.Contains(name)
            || HasId(name)
            || earlier?.Use(unit) is true;
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
            // One that was there when the run began was lost since, and what stood in it is unknown.
            live.IsTableMissing = true;
        }

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
        var path = paths.Read(operation);
        isEverythingClaimed |= path.IsEverything;
        claimed.UnionWith(path.Claims);
        names.UnionWith(path.Names);
        Warn(operation, path);
        if (operation.Id.Length > 0)
        {
            var id = WithOneSeparator(NormalizedName.Of(operation.Id));
            ids.Add(id);
            mostParts = Math.Max(mostParts, id.Count(Separator) + 1);
        }
    }

    /// <summary>A backup whose blob lies, or may lie, in a temporary area is kept: it may be the only one.</summary>
    private void AddBackup(Operation operation)
    {
        var place = BlobPlace.Read(operation.BlobName, paths);
        if (place.Claims.Count > 0 && OperationProblems.OfBackup(operation, place) is { } problem)
        {
            claimed.UnionWith(place.Claims);
            names.UnionWith(place.IsCertain ? [] : place.Names);
            Warn(operation, place.IsCertain ? $"{problem}, so it is kept; move it below storage/." : $"{problem}, so all that it may mean is kept; {NameIt}");
        }
    }

    /// <summary>The blob that an operation writes or reads.</summary>
    private void AddBlob(Operation operation)
    {
        var place = BlobPlace.Read(operation.BlobName, paths);
        var isEverything = place.IsEverything || operation.UnreadableBlobNameType is not null;
        claimed.UnionWith(place.Claims);
        names.UnionWith(place.Names);
        isEverythingClaimed |= isEverything;
        if (OperationProblems.OfBlobName(operation, place) is { } problem)
        {
            Warn(operation, $"{problem}, so {(isEverything ? "everything in the temporary areas is kept" : "all that it may mean is kept")}; {NameIt}");
        }
    }

    private void Warn(Operation operation, WorkPath path)
    {
        if ((OperationProblems.OfStatus(operation) ?? OperationProblems.OfSpelling(operation)) is { } status)
        {
            Warn(operation, $"{status}, so what it may use is kept; correct it in the Django application.");
        }

        if (OperationProblems.OfWorkPath(operation, path) is { } place)
        {
            var kept = path.IsEverything ? "everything in the temporary areas is kept" : "all that it may mean is kept";
            Warn(operation, $"{place}, so {kept}; write it from the container's root, as restore_temp/restore_42/.");
        }
    }

    private void Warn(Operation operation, string what)
    {
        if (++warned <= MostNamed)
        {
            warnings.Add($"{operation.Kind}/{operation.Id} {what}");
        }
    }

    /// <summary>Whether an id stands in a name as a run of whole parts.</summary>
    private bool HasId(string name)
    {
        var text = WithOneSeparator(name);
        var known = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var start = 0; start >= 0; start = NextPart(text, start))
        {
            var end = start - 1;
            for (var parts = 1; parts <= mostParts && end < text.Length; parts++)
            {
                end = EndOfPart(text, end + 1);
                if (known.Contains(text.AsSpan(start..end)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static int EndOfPart(string text, int start) => text.IndexOf(Separator, start) is >= 0 and var end ? end : text.Length;

    private static int NextPart(string text, int start) => text.IndexOf(Separator, start) is >= 0 and var end ? end + 1 : -1;

    // A slash is in no key and no unit's name, unless it was encoded.
    private static string WithOneSeparator(string name) => name.Replace('-', Separator).Replace('.', Separator).Replace('/', Separator);
}
