using Azure.Data.Tables;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.SyncDjango.Mapping;

/// <summary>A record of the application, as the row that it becomes.</summary>
internal abstract class MappedRow(string partition, string key)
{
    /// <summary>What the keys of all rows begin with that come from a record of the application.</summary>
    public const string KeyPrefix = "django-";

    /// <summary>The first key after all of them: '.' follows '-'.</summary>
    public const string KeyEnd = "django.";

    // A copy of a database may have lost the fractions of a second.
    private static readonly TimeSpan Precision = TimeSpan.FromSeconds(1);

    public string Partition { get; } = partition;

    public string Key { get; } = key;

    public string Label => $"{Partition}/{Key}";

    /// <summary>Why the record can't be written, as a phrase that follows its name; null if it can.</summary>
    public string? Rejection { get; init; }

    /// <summary>When the application created the record. A row with another time is that of another record, whose id was used again.</summary>
    public Cell CreatedAt { get; init; } = Cell.Unknown;

    /// <summary>What is wrong with its values, as phrases that follow its name. What can't be read is not written.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>
    /// Why the row would wait for its file in all further runs as well, as a phrase that follows its name; null if the next run can complete it.
    /// </summary>
    public virtual string? FileProblem => null;

    /// <summary>Works out the row, from the one in the table. Called again if another program changes that one meanwhile.</summary>
    /// <param name="existing">Null if there is none.</param>
    public RowChange Merge(TableEntity? existing)
    {
        if (existing is not null && FindReasonToKeep(existing) is { } reason)
        {
            return new RowChange(null, IsNew: false, Waits: false, []) { Kept = reason };
        }

        var row = existing is null ? new TableEntity(Partition, Key) : new TableEntity(existing);
        var problems = new List<string>();
        if (!TryApply(row, existing is null, problems))
        {
            return new RowChange(null, IsNew: false, Waits: true, problems);
        }

        var isChanged = existing is null || row.Count != existing.Count
            || row.Any(column => !existing.TryGetValue(column.Key, out var value) || !Equals(value, column.Value));
        return new RowChange(isChanged ? row : null, existing is null, Waits: false, problems);
    }

    /// <summary>Whether two times of creation are those of two records; false if one of them is not known.</summary>
    public static bool AreOfTwoRecords(DateTimeOffset? one, DateTimeOffset? other) =>
        one is { } first && other is { } second && (first - second).Duration() >= Precision;

    /// <summary>Finds out why a row is left as it is, although its record differs; null if it is not.</summary>
    protected virtual ReasonToKeep? FindReasonToKeep(TableEntity existing)
    {
        var (created, known) = (CreatedAt.Value as DateTimeOffset?, existing.Time(nameof(CreatedAt)));
        return !AreOfTwoRecords(created, known) ? null : new(
            DiscrepancyKind.OtherRecord,
            $"was created at {created:u} in the database, but its row is that of a record created at {known:u}, so the row was left as it is: "
                + "the id was used again, probably after the database was replaced by an older copy");
    }

    /// <summary>Sets the columns of a row.</summary>
    /// <param name="problems">Receives phrases about columns that could not be set.</param>
    /// <returns>False if the row can't be written yet.</returns>
    protected abstract bool TryApply(TableEntity row, bool isNew, List<string> problems);
}

/// <summary>What has to be written.</summary>
/// <param name="Row">The row to write; null if nothing has to be written.</param>
/// <param name="Waits">Whether the row has to wait for its file.</param>
internal readonly record struct RowChange(TableEntity? Row, bool IsNew, bool Waits, IReadOnlyList<string> Problems)
{
    /// <summary>Why the row is left as it is; null if it is not.</summary>
    public ReasonToKeep? Kept { get; init; }
}

/// <param name="What">A phrase that follows the name of the record.</param>
internal sealed record ReasonToKeep(DiscrepancyKind Kind, string What);
