using System.Globalization;
using Azure.Data.Tables;

namespace Cochin.Functions.Storage;

/// <summary>
/// Reads columns of rows that other programs write: a value of another type than the contract's is absent, never an
/// exception, so that one broken row does not stop the rest.
/// </summary>
internal static class Columns
{
    // As Python and others write them: `K` is Z, an offset or nothing. Nothing looser: 02/06/2026 is a day in June to one
    // reader and in February to another, and 10:00 a time of today.
    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd"];

    public static string? Text(this TableEntity row, string column) =>
        row.TryGetValue(column, out var value) ? value as string : null;

    public static long? Number(this TableEntity row, string column) =>
        row.TryGetValue(column, out var value)
            ? value switch { long number => number, int number => number, _ => null }
            : null;

    public static bool? Flag(this TableEntity row, string column) =>
        row.TryGetValue(column, out var value) ? value as bool? : null;

    /// <summary>A time in UTC. ISO 8601 text is accepted too, taken as UTC where it names no offset.</summary>
    public static DateTimeOffset? Time(this TableEntity row, string column) =>
        row.TryGetValue(column, out var value)
            ? value switch
            {
                DateTimeOffset time => time.ToUniversalTime(),
                DateTime time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
                string text when DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) => time,
                _ => null,
            }
            : null;

    /// <summary>Sets a column, or removes it where there is no value: a row that is replaced keeps no nulls.</summary>
    public static void Set(this TableEntity row, string column, object? value)
    {
        if (value is null)
        {
            row.Remove(column);
        }
        else
        {
            row[column] = value;
        }
    }
}
