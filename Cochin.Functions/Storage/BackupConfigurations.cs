using System.Globalization;
using System.Text;
using Azure;
using Azure.Data.Tables;

namespace Cochin.Functions.Storage;

/// <summary>A row of the optional table of backup configurations. A value that can't be read is reported, and does not count as absent.</summary>
internal sealed record BackupConfiguration(string Name)
{
    public const string Partition = "configuration";

    private const string Manual = "manual";

    private static readonly Dictionary<string, TimeSpan> AgeOf = new(StringComparer.OrdinalIgnoreCase)
    {
        ["daily"] = TimeSpan.FromHours(26),
        ["weekly"] = TimeSpan.FromDays(8),
        ["monthly"] = TimeSpan.FromDays(32),
    };

    /// <summary>Whether backups are made for it. True unless the row has <c>false</c>.</summary>
    public bool IsActive { get; private init; } = true;

    /// <summary>The maximum age of its newest completed backup; null if none is expected, or if the frequency can't be read.</summary>
    public TimeSpan? ExpectedAge { get; private init; }

    /// <summary>Whether it is active but its frequency can't be read, so that it is unknown whether backups are expected.</summary>
    public bool IsExpectationUnreadable { get; private init; }

    /// <summary>
    /// The type of backups that are made for it, as <see cref="Operation.ComparableType"/>. The newest of this type must not be older than expected.
    /// Null for any type.
    /// </summary>
    public string? BackupType { get; private init; }

    /// <summary>How many days its backups are kept; null if the row has no number of days, or it can't be read.</summary>
    public long? RetentionDays { get; private init; }

    public bool IsRetentionUnreadable { get; private init; }

    /// <summary>When the row was last written; null if it was not requested.</summary>
    public DateTimeOffset? Timestamp { get; private init; }

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
        var (flag, days, frequency) = (row.Flag(nameof(IsActive)), row.Number(nameof(RetentionDays)), row.Text("Frequency")?.Trim());
        var isFrequencyKnown = !row.Has("Frequency") || (frequency is not null && (AgeOf.ContainsKey(frequency) || IsManual(frequency)));
        var areDaysKnown = !row.Has(nameof(RetentionDays)) || days >= 0;
        var isActive = flag ?? true;
        return new(NameOf(row))
        {
            IsActive = isActive,
            ExpectedAge = isActive && frequency is not null && AgeOf.TryGetValue(frequency, out var age) ? age : null,
            IsExpectationUnreadable = isActive && !isFrequencyKnown,
            BackupType = row.Has(nameof(BackupType)) ? Operation.TypeToCompare(row.Written(nameof(BackupType))) : null,
            RetentionDays = areDaysKnown ? days : null,
            IsRetentionUnreadable = !areDaysKnown,
            Timestamp = row.Timestamp,
            Problems =
            [
                .. Problem(row, "Name", !row.Has("Name") || row.Name("Name") is not null, "text"),
                .. Problem(row, "Frequency", isFrequencyKnown, "manual, daily, weekly or monthly"),
                .. Problem(row, nameof(RetentionDays), areDaysKnown, "a whole number of days"),
                .. Problem(row, nameof(IsActive), flag is not null || !row.Has(nameof(IsActive)), "a Boolean"),
            ],
        };
    }

    /// <summary>
    /// Merges two rows of one configuration. The longer retention and the shorter maximum age apply. If their types differ, it is unknown which
    /// backups are expected.
    /// </summary>
    public BackupConfiguration Merge(BackupConfiguration other) => this with
    {
        IsActive = IsActive || other.IsActive,
        ExpectedAge = ExpectedAge is null || other.ExpectedAge < ExpectedAge ? other.ExpectedAge : ExpectedAge,
        IsExpectationUnreadable = IsExpectationUnreadable || other.IsExpectationUnreadable || HasOtherType(other),
        BackupType = BackupType ?? other.BackupType,
        RetentionDays = RetentionDays is null || other.RetentionDays > RetentionDays ? other.RetentionDays : RetentionDays,
        IsRetentionUnreadable = IsRetentionUnreadable || other.IsRetentionUnreadable,
        Timestamp = Timestamp < other.Timestamp ? Timestamp : other.Timestamp,
        Problems =
        [
            .. Problems.Union(other.Problems),
            .. HasOtherType(other)
                ? [$"has the BackupTypes '{BackupType}' and '{other.BackupType}', so it is unknown which backups are expected"]
                : Array.Empty<string>(),
            .. Name == other.Name ? ["is in two rows, so the longer retention and the shorter maximum age apply"] : Array.Empty<string>(),
        ],
    };

    private bool HasOtherType(BackupConfiguration other) => BackupType is not null && other.BackupType is not null && BackupType != other.BackupType;

    private static bool IsManual(string frequency) => frequency.Equals(Manual, StringComparison.OrdinalIgnoreCase);

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

    /// <summary>
    /// Finds a configuration by its name, otherwise by one that differs only in case, the form of accents, spaces, hyphens or underscores.
    /// </summary>
    public BackupConfiguration? Find(string name) => byName.GetValueOrDefault(name) ?? bySimilarName.GetValueOrDefault(SimilarName(name));

    /// <summary>The form that names share which differ only in this.</summary>
    public static string SimilarName(string name) =>
        string.Join(' ', NormalizedName.Of(name).ToUpperInvariant().Split([' ', '_', '-'], StringSplitOptions.RemoveEmptyEntries));
}

/// <summary>The maximum age of the newest completed backup in the settings. It overrides the frequency of a configuration.</summary>
/// <param name="General"><c>Cochin__Backups__ExpectedHours</c>; zero if it is not set.</param>
/// <param name="ByName"><c>Cochin__Backups__Expected__{configuration}</c>; zero to expect nothing.</param>
internal sealed record ExpectedAges(TimeSpan General, IReadOnlyDictionary<string, TimeSpan> ByName)
{
    /// <returns>Zero if no backup is expected.</returns>
    public TimeSpan Of(string configuration, BackupConfigurations configurations) =>
        Set(configuration) ?? configurations.Find(configuration)?.ExpectedAge ?? TimeSpan.Zero;

    /// <summary>Whether it is unknown if backups are expected: the frequency can't be read, and there is no setting.</summary>
    public bool IsUnreadable(string configuration, BackupConfigurations configurations) =>
        Set(configuration) is null && configurations.Find(configuration) is { IsExpectationUnreadable: true };

    /// <summary>
    /// The age in the settings for a configuration of this name, otherwise of a similar one (<see cref="BackupConfigurations.Find"/>): an environment
    /// variable can't contain a space. Null if there is none.
    /// </summary>
    public TimeSpan? ForName(string configuration)
    {
        if (ByName.TryGetValue(configuration, out var age))
        {
            return age;
        }

        var name = BackupConfigurations.SimilarName(configuration);
        List<TimeSpan> similar = [.. ByName.Where(expected => BackupConfigurations.SimilarName(expected.Key) == name).Select(expected => expected.Value)];
        return similar.Count == 0 ? null : similar.Where(expected => expected > TimeSpan.Zero).DefaultIfEmpty().Min();
    }

    private TimeSpan? Set(string configuration) => ForName(configuration) ?? (General > TimeSpan.Zero ? General : null);
}
