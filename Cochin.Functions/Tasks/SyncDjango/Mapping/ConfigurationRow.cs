using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.SyncDjango.Source;

namespace Cochin.Functions.Tasks.SyncDjango.Mapping;

/// <summary>The row of a backup configuration.</summary>
internal sealed class ConfigurationRow(string key) : MappedRow(BackupConfiguration.Partition, key)
{
    // The shortest interval first.
    private static readonly string[] Frequencies = ["daily", "weekly", "monthly"];

    private IReadOnlyList<(string Column, ColumnKind Kind, Cell Cell)> Cells { get; init; } = [];

    /// <summary>Turns all configurations into rows, in the order of their keys.</summary>
    public static IReadOnlyList<(ConfigurationRow Row, int Records)> From(IEnumerable<SourceRecord> records) =>
    [
        .. records.GroupBy(record => record["name"] as string ?? "").Select(group => (Of(group.Key, [.. group]), group.Count()))
            .OrderBy(one => one.Item1.Key, StringComparer.Ordinal),
    ];

    protected override bool TryApply(TableEntity row, bool isNew, List<string> problems)
    {
        foreach (var (column, kind, cell) in Cells)
        {
            cell.ApplyTo(row, column, kind, problems);
        }

        return true;
    }

    // Each user may have a configuration of the same name, but backups name only that: the longer retention and, for each type, the shorter age apply.
    private static ConfigurationRow Of(string name, List<SourceRecord> records)
    {
        var key = BackupConfiguration.KeyOf(name);
        var readers = records.Select(record => (Record: record, Values: new ValueReader(record))).ToList();
        var read = readers.Select(one => new
        {
            one.Record,
            IsActive = one.Values.Flag("is_active"),
            Days = one.Values.Number("retention_days"),
            Frequency = one.Values.Text("frequency"),
            Type = one.Values.Text("backup_type"),
        }).ToList();
        var active = read.Where(one => one.IsActive.Value is true).DefaultIfEmpty(read[0]).ToLookup(one => one.Frequency.Value is not (null or "manual"));

        // A backup that is made by hand is not expected, so its type does not matter next to those that are.
        var expected = (active.Contains(true) ? active[true] : active[false])
            .GroupBy(one => Operation.TypeToCompare(one.Type.Value as string), (_, same) => same.MinBy(one => Rank(one.Frequency.Value as string))!)
            .OrderBy(one => Rank(one.Frequency.Value as string)).ThenBy(one => one.Type.Value as string, StringComparer.Ordinal).ToList();
        var problems = readers.SelectMany(one => one.Values.Problems).ToList();
        if (records.Count > 1)
        {
            problems.Add($"is the name of {records.Count} configurations, so the longer retention and, for each backup type, the shorter interval apply");
        }

        return new ConfigurationRow(key)
        {
            Rejection = name.Length == 0 ? "has no name" : key.Length > TaskOptions.LongestKey ? "has a name that is too long for a key" : null,
            Cells =
            [
                ("Name", ColumnKind.Text, new Cell(name)),
                ("Frequency", ColumnKind.Text, Merge(expected.Select(one => one.Frequency), JoinDifferent)),
                (nameof(BackupConfiguration.RetentionDays), ColumnKind.Number, Merge(read.Select(one => one.Days), days => days.Max())),
                (nameof(BackupConfiguration.IsActive), ColumnKind.Flag, Merge(read.Select(one => one.IsActive), flags => flags.Max())),
                ("BackupType", ColumnKind.Text, Merge(expected.Select(one => one.Type), Join)),
            ],
            Problems = problems,
        };
    }

    private static object? Join(IEnumerable<object?> values) => values.ToList() is [var only] ? only : string.Join(", ", values);

    // One frequency applies to all types.
    private static object? JoinDifferent(IEnumerable<object?> values)
    {
        var all = values.ToList();
        return all.Distinct().Count() == 1 ? all[0] : Join(all);
    }

    private static int Rank(string? frequency) => Array.IndexOf(Frequencies, frequency) is >= 0 and var rank ? rank : Frequencies.Length;

    private static Cell Merge(IEnumerable<Cell> cells, Func<IEnumerable<object?>, object?> merge)
    {
        var all = cells.ToList();
        return all.TrueForAll(cell => cell.IsKnown) ? new Cell(merge(all.Select(cell => cell.Value))) : Cell.Unknown;
    }
}
