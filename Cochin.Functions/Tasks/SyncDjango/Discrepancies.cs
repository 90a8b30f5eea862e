using System.Globalization;

namespace Cochin.Functions.Tasks.SyncDjango;

/// <summary>The kinds of discrepancy, the most important first.</summary>
internal enum DiscrepancyKind
{
    FileFailed,
    Skipped,
    RowFailed,
    Rejected,
    OtherRecord,
    SetBack,
    Conflict,
    Unreadable,
    Checksum,
    MissingFile,
    MissingField,
    Size,
    OtherPlace,
    SharedFile,
    NoRecord,
    NoNumber,
    DuplicateNumber,
    ActiveImport,
    Superseded,
    FileChanged,
    Gone,
}

/// <summary>Differences between the application's database, its files and the storage, for a person to act on. Only the first of each kind are kept.</summary>
internal sealed class Discrepancies
{
    private const int MaxPerKind = 100;
    private const int MaxWarningsPerKind = 10;

    private readonly SortedDictionary<DiscrepancyKind, (long Count, List<(string Item, string What)> First)> kinds = [];

    /// <param name="what">A phrase that follows the item.</param>
    public void Add(DiscrepancyKind kind, string item, string what)
    {
        var (count, first) = kinds.TryGetValue(kind, out var known) ? known : (0, []);
        if (first.Count < MaxPerKind)
        {
            first.Add((item, what));
        }

        kinds[kind] = (count + 1, first);
    }

    public IEnumerable<string> Of(params IReadOnlyList<DiscrepancyKind> some) =>
        kinds.Where(kind => some.Contains(kind.Key)).SelectMany(kind => kind.Value.First).Select(one => $"{one.Item} {one.What}");

    /// <summary>One line for each, at most a few for each kind.</summary>
    public IReadOnlyList<string> ToWarnings() =>
    [
        .. kinds.SelectMany(kind => kind.Value.First.Take(MaxWarningsPerKind).Select(one => $"{one.Item} {one.What}.")
            .Concat(kind.Value.Count > MaxWarningsPerKind ? [More(kind.Key, kind.Value.Count - MaxWarningsPerKind)] : [])),
    ];

    public IReadOnlyList<ResultTable> ToTables() => kinds.Count == 0 ? [] :
    [
        new ResultTable(
            "discrepancies",
            string.Create(CultureInfo.InvariantCulture, $"Discrepancies: {kinds.Values.Sum(kind => kind.Count)}"),
            ["kind", "item", "what"],
            [
                .. kinds.SelectMany(kind => kind.Value.First.Select(one => (IReadOnlyList<object?>)[Word(kind.Key), one.Item, one.What])
                    .Concat(kind.Value.Count > MaxPerKind ? [[Word(kind.Key), "…", $"and {kind.Value.Count - MaxPerKind} more"]] : [])),
            ])
        {
            Warnings = ToWarnings(),
        },
    ];

    private static string More(DiscrepancyKind kind, long count) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} more of the kind '{Word(kind)}'; `./cochin sync_django --dry-run --verbose` lists them.");

    private static string Word(DiscrepancyKind kind) => kind switch
    {
        DiscrepancyKind.FileFailed => "file failed",
        DiscrepancyKind.RowFailed => "row failed",
        DiscrepancyKind.OtherRecord => "other record",
        DiscrepancyKind.SetBack => "set back",
        DiscrepancyKind.MissingFile => "missing file",
        DiscrepancyKind.MissingField => "missing field",
        DiscrepancyKind.OtherPlace => "other place",
        DiscrepancyKind.SharedFile => "shared file",
        DiscrepancyKind.NoRecord => "no record",
        DiscrepancyKind.NoNumber => "no number",
        DiscrepancyKind.DuplicateNumber => "duplicate number",
        DiscrepancyKind.ActiveImport => "active import",
        DiscrepancyKind.FileChanged => "file changed",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
