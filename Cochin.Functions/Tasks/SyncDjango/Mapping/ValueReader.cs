using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.SyncDjango.Source;

namespace Cochin.Functions.Tasks.SyncDjango.Mapping;

/// <summary>Reads the values of a record, and collects what is wrong with them as phrases that follow its name.</summary>
internal sealed class ValueReader(SourceRecord record)
{
    // A hundred rows must fit into a transaction of 4 MiB, in which a character may take six bytes.
    private const int MaxTextLength = 4_000;

    private const long True = 1, False = 0;

    // https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
    private static readonly DateTimeOffset Earliest = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public List<string> Problems { get; } = [];

    /// <summary>Reads text. Blank text is no value. A number becomes text, because some programs write names and ids as numbers.</summary>
    public Cell Text(string column) => record[column] switch
    {
        null => Cell.None,
        string text when string.IsNullOrWhiteSpace(text) => Cell.None,
        string { Length: <= MaxTextLength } text => new(text),
        string text => Unreadable(column, $"{text.Length} characters; the maximum is {MaxTextLength}"),
        long number => new(number.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        var other => Unreadable(column, Written(other)),
    };

    /// <summary>Reads text for people, which may be cut off.</summary>
    public Cell Prose(string column) =>
        record[column] is string { Length: > MaxTextLength } text ? new(text[..(MaxTextLength - 1)] + "…") : Text(column);

    public Cell Number(string column) => record[column] switch
    {
        null => Cell.None,
        long number and >= 0 => new(number),
        var other => Unreadable(column, $"{Written(other)}, which is not a number"),
    };

    /// <summary>Reads a time. The application writes UTC without an offset.</summary>
    public Cell Time(string column) => record[column] switch
    {
        null => Cell.None,
        string text when string.IsNullOrWhiteSpace(text) => Cell.None,
        string text when Columns.ParseTime(text) is { } time && time >= Earliest => new(time),
        var other => Unreadable(column, $"{Written(other)}, which is not a time"),
    };

    /// <summary>Reads when the record was created. Without it, what the row has is kept.</summary>
    public Cell CreationTime() => Time("created_at") is { Value: not null } time ? time : Cell.Unknown;

    public Cell Flag(string column) => record[column] switch
    {
        True => new(true),
        False => new(false),
        var other => Unreadable(column, $"{Written(other)}, which is neither true nor false"),
    };

    /// <param name="problem">What is wrong with the value, as a phrase that follows the name of the column.</param>
    public void Report(string column, string problem) => Problems.Add($"has the {column} {problem}");

    private Cell Unreadable(string column, string what)
    {
        Report(column, what);
        return Cell.Unknown;
    }

    private static string Written(object? value) => value switch
    {
        null => "nothing",
        byte[] bytes => $"({bytes.Length} bytes)",
        _ => Tasks.Problems.Quote(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)),
    };
}
