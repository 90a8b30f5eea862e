namespace Cochin.Functions.Tasks.SyncDjango.Source;

/// <summary>A record of the application's database. In SQLite, a column may have a value of any type, whatever its declared one is.</summary>
/// <param name="values">Each value as <see cref="long"/>, <see cref="double"/>, <see cref="string"/>, bytes or null, by its column.</param>
internal sealed class SourceRecord(IReadOnlyDictionary<string, object?> values)
{
    /// <summary>The value of a column; null if it has none, or if the record was read without this column.</summary>
    public object? this[string column] => values.GetValueOrDefault(column);

    /// <summary>Whether the record was read with this column, also if it has no value.</summary>
    public bool Has(string column) => values.ContainsKey(column);

    public long Id => values.GetValueOrDefault("id") as long? ?? throw new InvalidOperationException("A record without an id.");
}
