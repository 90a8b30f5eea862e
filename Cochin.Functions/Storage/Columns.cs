using System.Globalization;
using System.Text;
using Azure.Data.Tables;

namespace Cochin.Functions.Storage;

/// <summary>
/// Reads columns of rows that other programs write. A value of another type or form than the contract's is read if its meaning is
/// certain, and is null otherwise, never an exception. Null alone does not mean that the column is absent: ask <see cref="Has"/>.
/// </summary>
internal static class Columns
{
    // As Python and others write them: `K` is Z, an offset or nothing. Nothing looser: 02/06/2026 is a day in June to one
    // reader and in February to another, and 10:00 a time of today.
    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    private const NumberStyles WholeNumber = NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;

    // Up to here each whole number has a Double of its own.
    private const double LargestExact = 9_007_199_254_740_992;

    /// <summary>Whether the column holds something. Blank text says nothing, as an absent column does.</summary>
    public static bool Has(this TableEntity row, string column) =>
        row.TryGetValue(column, out var value) && value is not null && !(value is string text && string.IsNullOrWhiteSpace(text));

    /// <summary>The value for a message: text as it is, a value of another type with the name of that type.</summary>
    public static string? Written(this TableEntity row, string column) =>
        row.TryGetValue(column, out var value)
            ? value switch
            {
                null => null,
                string text => text,
                BinaryData or byte[] => "(Binary)",
                _ => $"{Convert.ToString(value, CultureInfo.InvariantCulture)} ({value.GetType().Name})",
            }
            : null;

    private static readonly UTF8Encoding Utf8OrNothing = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string? Text(this TableEntity row, string column) =>
        row.TryGetValue(column, out var value) ? value as string : null;

    public static long? Number(this TableEntity row, string column) =>
        row.TryGetValue(column, out var value)
            ? value switch
            {
                long number => number,
                int number => number,
                double number when Math.Truncate(number) == number && Math.Abs(number) <= LargestExact => (long)number,
                string text when long.TryParse(text, WholeNumber, CultureInfo.InvariantCulture, out var number) => number,
                _ => null,
            }
            : null;

    /// <summary>A name: text, or the bytes of one in UTF-8.</summary>
    public static string? Name(this TableEntity row, string column) =>
        row.TryGetValue(column, out var value)
            ? value switch { string text => text, BinaryData bytes => Utf8(bytes), byte[] bytes => Utf8(new BinaryData(bytes)), _ => null }
            : null;

    /// <summary>A number of bytes: like <see cref="Number"/>, but a negative one means nothing.</summary>
    public static long? Size(this TableEntity row, string column) => row.Number(column) is >= 0 and { } size ? size : null;

    /// <summary>The type of a value that is there but could not be read: it is not absent. Null if it was read, or there is none.</summary>
    /// <param name="read">What was read of the column.</param>
    public static string? Unread(this TableEntity row, string column, object? read) =>
        read is null && row.TryGetValue(column, out var value) && value is not (null or "") ? value.GetType().Name : null;

    public static bool? Flag(this TableEntity row, string column) =>
        row.TryGetValue(column, out var value)
            ? value switch { bool flag => flag, string text when bool.TryParse(text, out var flag) => flag, _ => null }
            : null;

    /// <summary>A time in UTC. ISO 8601 text is accepted too, taken as UTC where it names no offset.</summary>
    public static DateTimeOffset? Time(this TableEntity row, string column) =>
        row.TryGetValue(column, out var value)
            ? value switch
            {
                DateTimeOffset time => time.ToUniversalTime(),
                DateTime time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
                string text => Time(text),
                _ => null,
            }
            : null;

    private static DateTimeOffset? Time(string text)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParseExact(text.Trim(), TimeFormats, CultureInfo.InvariantCulture, Utc, out var time) ? time : null;
    }

    private static string? Utf8(BinaryData bytes)
    {
        try
        {
            return Utf8OrNothing.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>
    /// Sets a column, or removes it if there is no value: a row that is replaced keeps no nulls. Without the removal a value of another type
    /// would be turned into the type of the one that was read.
    /// </summary>
    public static void Set(this TableEntity row, string column, object? value)
    {
        row.Remove(column);
        if (value is not null)
        {
            row[column] = value;
        }
    }
}
