using System.Globalization;
using System.Text;
using Azure;
using Azure.Data.Tables;

namespace Cochin.Functions.Storage;

/// <summary>Backups that a configuration makes.</summary>
/// <param name="Type">Their type, as <see cref="Operation.ComparableType"/>; null for any type.</param>
/// <param name="MaxAge">The maximum age of the newest good one; null if none is expected, or if the frequency can't be read.</param>
internal readonly record struct ExpectedBackup(string? Type, TimeSpan? MaxAge);

/// <summary>A row of the optional table of backup configurations. A value that can't be read is reported, and does not count as absent.</summary>
internal sealed record BackupConfiguration(string Name)
{
    public const string Partition = "configuration";

    private const string FrequencyColumn = "Frequency";
    private const string TypeColumn = "BackupType";
    private const string Manual = "manual";

    private static readonly Dictionary<string, TimeSpan> Ages = new(StringComparer.OrdinalIgnoreCase)
    {
        ["daily"] = TimeSpan.FromHours(26),
        ["weekly"] = TimeSpan.FromDays(8),
        ["monthly"] = TimeSpan.FromDays(32),
    };

    /// <summary>Whether backups are made for it. True unless the row has <c>false</c>.</summary>
    public bool IsActive { get; private init; } = true;

    /// <summary>The types of backups that are made for it, at least one.</summary>
    public IReadOnlyList<ExpectedBackup> Expected { get; private init; } = [default];

    /// <summary>The shortest maximum age of all types; null if no backup is expected, or if the frequency can't be read.</summary>
    public TimeSpan? ExpectedAge => Expected.Min(one => one.MaxAge);

    /// <summary>Whether it is active but its frequency can't be read, so that it is unknown whether backups are expected.</summary>
    public bool IsExpectationUnreadable { get; private init; }

    /// <summary>How many days its backups are kept; null if the row has no number of days, or it can't be read.</summary>
    public long? RetentionDays { get; private init; }

    public bool IsRetentionUnreadable { get; private init; }

    /// <summary>When the row was last written; null if it was not requested.</summary>
    public DateTimeOffset? Timestamp { get; private init; }

    /// <summary>The keys of its rows that are active.</summary>
    public IReadOnlyList<string> ActiveRows { get; private init; } = [];

    /// <summary>What is wrong with the row, as phrases that follow its name.</summary>
    public IReadOnlyList<string> Problems { get; private init; } = [];

    /// <summary>The row key of a name: all but ASCII letters and digits is percent-encoded, with <c>=</c> instead of <c>%</c>.</summary>
    public static string KeyOf(string name)
    {
        var key = new StringBuilder();
        foreach (var part in Encoding.UTF8.GetBytes(name))
        {
            if (char.IsAsciiLetterOrDigit((char)part))
            {
                key.Append((char)part);
            }
            else
            {
                key.Append(CultureInfo.InvariantCulture, $"={part:X2}");
            }
        }

        return key.ToString();
    }

    /// <summary>Returns the command after which no backup of a configuration is expected.</summary>
    public static string DeactivateCommand(string table, string rowKey) => Columns.ClearCommand(table, Partition, rowKey, nameof(IsActive));

    public static BackupConfiguration From(TableEntity row)
    {
        var (flag, days) = (row.Flag(nameof(IsActive)), row.Number(nameof(RetentionDays)));
        var types = (row.Has(TypeColumn) ? row.Written(TypeColumn) ?? "" : "").Split(',');
        var frequencies = (row.Text(FrequencyColumn) ?? "").Split(',', StringSplitOptions.TrimEntries);
        var isFrequencyKnown = !row.Has(FrequencyColumn)
            || (frequencies.Length is var count && (count == 1 || count == types.Length) && Array.TrueForAll(frequencies, IsKnown));
        var areDaysKnown = !row.Has(nameof(RetentionDays)) || days >= 0;
        var isActive = flag ?? true;
        return new(NameOf(row))
        {
            IsActive = isActive,
            Expected = ByType(types.Select((type, i) => new ExpectedBackup(TypeOf(type), isActive ? AgeOf(frequencies, i) : null))),
            IsExpectationUnreadable = isActive && !isFrequencyKnown,
            RetentionDays = areDaysKnown ? days : null,
            IsRetentionUnreadable = !areDaysKnown,
            Timestamp = row.Timestamp,
            ActiveRows = isActive ? [row.RowKey] : [],
            Problems =
            [
                .. Problem(row, "Name", !row.Has("Name") || row.Name("Name") is not null, "text"),
                .. Problem(row, FrequencyColumn, isFrequencyKnown, "manual, daily, weekly or monthly"),
                .. Problem(row, nameof(RetentionDays), areDaysKnown, "a whole number of days"),
                .. Problem(row, nameof(IsActive), flag is not null || !row.Has(nameof(IsActive)), "a Boolean"),
            ],
        };
    }

    /// <summary>
    /// Merges two rows of one configuration. The longer retention applies, and for each type the shorter maximum age. If their types differ, one of
    /// the rows may be wrong, so nothing is pruned.
    /// </summary>
    public BackupConfiguration Merge(BackupConfiguration other) => this with
    {
        IsActive = IsActive || other.IsActive,
        Expected = IsActive == other.IsActive ? ByType(Expected.Concat(other.Expected)) : IsActive ? Expected : other.Expected,
        IsExpectationUnreadable = IsExpectationUnreadable || other.IsExpectationUnreadable || HasOtherType(other),
        RetentionDays = RetentionDays is null || other.RetentionDays > RetentionDays ? other.RetentionDays : RetentionDays,
        IsRetentionUnreadable = IsRetentionUnreadable || other.IsRetentionUnreadable,
        Timestamp = Timestamp < other.Timestamp ? Timestamp : other.Timestamp,
        ActiveRows = [.. ActiveRows, .. other.ActiveRows],
        Problems =
        [
            .. Problems.Union(other.Problems),
            .. HasOtherType(other)
                ? [$"has the BackupTypes '{Types}' and '{other.Types}' in two rows, so each is expected, and nothing is pruned unless a maximum age is set"]
                : Array.Empty<string>(),
            .. Name == other.Name ? ["is in two rows, so the longer retention and the shorter maximum age apply"] : Array.Empty<string>(),
        ],
    };

    // Empty for any type.
    private string Types => string.Join(", ", Expected.Select(one => one.Type).OfType<string>().Order(StringComparer.Ordinal));

    private bool HasOtherType(BackupConfiguration other) => Types.Length > 0 && other.Types.Length > 0 && Types != other.Types;

    private static ExpectedBackup[] ByType(IEnumerable<ExpectedBackup> all) =>
        [.. all.GroupBy(one => one.Type).Select(same => new ExpectedBackup(same.Key, same.Min(one => one.MaxAge)))];

    private static string? TypeOf(string written) => Operation.TypeToCompare(written) is { Length: > 0 } type ? type : null;

    // One frequency applies to all types.
    private static TimeSpan? AgeOf(string[] frequencies, int type) =>
        Ages.TryGetValue(frequencies.ElementAtOrDefault(frequencies.Length == 1 ? 0 : type) ?? "", out var age) ? age : null;

    private static bool IsKnown(string frequency) => Ages.ContainsKey(frequency) || frequency.Equals(Manual, StringComparison.OrdinalIgnoreCase);

    private static string NameOf(TableEntity row) => row.Name("Name") is { } name && !string.IsNullOrWhiteSpace(name) ? name : Decoded(row.RowKey);

    private static string Decoded(string key) => Uri.UnescapeDataString(key.Replace("%", "%25", StringComparison.Ordinal).Replace('=', '%'));

    private static IEnumerable<string> Problem(TableEntity row, string column, bool isReadable, string expected) =>
        isReadable ? [] : [$"has the {column} '{row.Written(column)}', which is not {expected}"];
}

/// <summary>All backup configurations, by name.</summary>
internal sealed class BackupConfigurations
{
    private readonly Dictionary<string, BackupConfiguration> byName = [];
    private readonly Dictionary<string, BackupConfiguration> bySimilarName = [];

    /// <param name="rows">Rows with the same name are merged.</param>
    public BackupConfigurations(IEnumerable<BackupConfiguration> rows)
    {
        foreach (var row in rows)
        {
            byName[row.Name] = byName.TryGetValue(row.Name, out var other) ? other.Merge(row) : row;
        }

        foreach (var row in byName.Values)
        {
            var name = SimilarName(row.Name);
            bySimilarName[name] = bySimilarName.TryGetValue(name, out var other) ? other.Merge(row) : row;
        }
    }

    public static BackupConfigurations None { get; } = new([]);

    public IEnumerable<BackupConfiguration> All => byName.Values;

    /// <summary>Whether there is no such table, which is optional: see <see cref="MissingTable"/>.</summary>
    public bool IsTableMissing { get; private init; }

    /// <summary>What is wrong with the rows, as sentences.</summary>
    public IEnumerable<string> Problems => All
        .SelectMany(one => one.Problems.Select(problem => $"The configuration '{one.Name}' {problem}. Correct it in the Django application."))
        .Concat(IgnoredPartitions.Select(other =>
            $"The rows of the configurations table with the PartitionKey '{other}' are ignored. "
            + $"Write them with the PartitionKey '{BackupConfiguration.Partition}'."));

    private IReadOnlyCollection<string> IgnoredPartitions { get; init; } = [];

    /// <summary>Reads all rows. If the table is missing, there are none.</summary>
    /// <exception cref="RequestFailedException">Not all rows can be read.</exception>
    public static async Task<BackupConfigurations> ReadAsync(CochinStorage storage, CancellationToken cancellationToken)
    {
        const int MaxIgnored = 5;
        var (rows, ignored) = (new List<BackupConfiguration>(), new SortedSet<string>(StringComparer.Ordinal));
        try
        {
            await foreach (var row in storage.Configurations.RowsAsync("", columns: null, cancellationToken).ConfigureAwait(false))
            {
                if (row.PartitionKey == BackupConfiguration.Partition)
                {
                    rows.Add(BackupConfiguration.From(row));
                }
                else if (ignored.Count < MaxIgnored)
                {
                    ignored.Add(row.PartitionKey);
                }
            }
        }
        catch (RequestFailedException e) when (MissingTable.Is(e) && rows.Count == 0)
        {
            return new([]) { IsTableMissing = true };
        }

        return new(rows) { IgnoredPartitions = ignored };
    }

    /// <summary>Checks whether the table was deleted or emptied, so that what its configurations expect and keep is unknown.</summary>
    /// <returns>Null if it has configurations, or if no run has read any.</returns>
    public async Task<MissingTable?> FindLostAsync(CochinStorage storage, CancellationToken cancellationToken)
    {
        var table = storage.Configurations;
        if (IsTableMissing)
        {
            return await MissingTable.ExplainAsync(storage, table, cancellationToken).ConfigureAwait(false) is { ExistedBefore: true } lost ? lost : null;
        }

        return byName.Count == 0 && await MissingTable.FindTraceAsync(storage, table, cancellationToken).ConfigureAwait(false) is { } trace
            ? new MissingTable(
                ExistedBefore: true,
                $"The table '{table.Name}' has no configurations, although earlier runs read some.",
                "Check Cochin__Storage__TablePrefix and the PartitionKey of its rows. If there are meant to be none, "
                + $"delete the blob {trace} in the container '{storage.Names.SystemContainer}'.")
            : null;
    }

    /// <summary>
    /// Finds a configuration by its name, otherwise by one that differs only in case, the form of accents, spaces, hyphens or underscores.
    /// </summary>
    public BackupConfiguration? Find(string name) => byName.GetValueOrDefault(name) ?? bySimilarName.GetValueOrDefault(SimilarName(name));

    /// <summary>The form that names share which differ only in this.</summary>
    public static string SimilarName(string name) =>
        string.Join(' ', NormalizedName.Of(name).ToUpperInvariant().Split([' ', '_', '-'], StringSplitOptions.RemoveEmptyEntries));
}
