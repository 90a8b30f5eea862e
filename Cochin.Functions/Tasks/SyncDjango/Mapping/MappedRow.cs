using Azure.Data.Tables;

namespace Cochin.Functions.Tasks.SyncDjango.Mapping;

/// <summary>A record of the application, as the row that it becomes.</summary>
internal abstract class MappedRow(string partition, string key)
{
    /// <summary>What the keys of all rows begin with that come from a record of the application.</summary>
    public const string KeyPrefix = "django-";

    /// <summary>The first key after all of them: '.' follows '-'.</summary>
    public const string KeyEnd = "django.";

    public string Partition { get; } = partition;

    public string Key { get; } = key;

    public string Label => $"{Partition}/{Key}";

    /// <summary>Why the record can't be written, as a phrase that follows its name; null if it can.</summary>
    public string? Rejection { get; init; }

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

    /// <summary>Sets the columns of a row.</summary>
    /// <param name="problems">Receives phrases about columns that could not be set.</param>
    /// <returns>False if the row can't be written yet.</returns>
    protected abstract bool TryApply(TableEntity row, bool isNew, List<string> problems);
}

/// <summary>What has to be written.</summary>
/// <param name="Row">The row to write; null if nothing has to be written.</param>
/// <param name="Waits">Whether the row has to wait for its file.</param>
internal readonly record struct RowChange(TableEntity? Row, bool IsNew, bool Waits, IReadOnlyList<string> Problems);
