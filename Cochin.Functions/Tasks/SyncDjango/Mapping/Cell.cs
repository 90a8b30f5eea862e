using System.Globalization;
using Azure.Data.Tables;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.SyncDjango.Mapping;

/// <summary>The value that a column should have.</summary>
/// <param name="Value">Null for no value.</param>
/// <param name="IsKnown">False if the application's value can't be read. What the row has is then kept, because unreadable is not absent.</param>
internal readonly record struct Cell(object? Value, bool IsKnown = true)
{
    public static Cell Unknown { get; } = new(null, IsKnown: false);

    public static Cell None { get; } = new(null);

    /// <summary>
    /// Writes the value, unless the row has it already. A value of a type that can't be read was written by another program and is kept as well.
    /// </summary>
    /// <param name="problems">Receives a phrase about a value that was kept.</param>
    public void ApplyTo(TableEntity row, string column, ColumnKind kind, List<string> problems)
    {
        if (!IsKnown)
        {
            return;
        }

        object? written = kind switch
        {
            ColumnKind.Number => row.Number(column),
            ColumnKind.Time => row.Time(column),
            ColumnKind.Flag => row.Flag(column),
            _ => row.Text(column),
        };
        if (row.Has(column) && written is null)
        {
            problems.Add($"has the {column} {Problems.Quote(row.Written(column))} in the table, which can't be read and was kept");
        }
        else if (Value is null ? row.Has(column) : !Value.Equals(written))
        {
            row.Set(column, Value);
        }
    }

    public override string ToString() => IsKnown ? Convert.ToString(Value, CultureInfo.InvariantCulture) ?? "" : "(unknown)";
}

internal enum ColumnKind
{
    Text,
    Number,
    Time,
    Flag,
}
