using System.Globalization;
using System.Text;
using Azure.Data.Tables;

namespace Cochin.Functions.Storage;

/// <summary>
/// Reads columns written by other programs. A value of an unexpected type or format is converted if its meaning is certain, and is null
/// otherwise; nothing is thrown. A null does not mean that the column is missing: use <see cref="Has"/> to find out.
/// </summary>
internal static class Columns
{
    // Formats written by Python and others; `K` is Z, an offset or nothing. Ambiguous formats such as 02/06/2026 or 10:00 are not accepted.
    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    private const NumberStyles WholeNumber = NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;

    // Older than any backup or operation.
    private const int MinYear = 2000;

    // Whole numbers up to this one are exact in a Double.
    private const double LargestExact = 9_007_199_254_740_992;

    /// <summary>Whether the column has a value. Blank text counts as no value.</summary>
    public static bool Has(this TableEntity row, string column) =>
        row.TryGetValue(column, out var value) && value is not null && !(value is string text && string.IsNullOrWhiteSpace(text));

    /// <summary>Returns the value for a message: text unchanged, any other value followed by its type.</summary>
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

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

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

    /// <summary>Reads a name: text, or UTF-8 bytes.</summary>
    public static string? Name(this TableEntity row, string column) =>
        row.TryGetValue(column, out var value)
            ? value switch { string text => text, BinaryData bytes => Utf8(bytes), byte[] bytes => Utf8(new BinaryData(bytes)), _ => null }
            : null;

    /// <summary>Reads a number of bytes. Like <see cref="Number"/>, but null if it is negative.</summary>
    public static long? Size(this TableEntity row, string column) => row.Number(column) is >= 0 and { } size ? size : null;

    /// <summary>Returns the type of a value that could not be read; null if it was read or the column is missing.</summary>
    /// <param name="read">The value that was read from the column.</param>
    public static string? UnreadableType(this TableEntity row, string column, object? read) =>
        read is null && row.TryGetValue(column, out var value) && value is not (null or "") ? value.GetType().Name : null;

    public static bool? Flag(this TableEntity row, string column) =>
        row.TryGetValue(column, out var value)
            ? value switch { bool flag => flag, string text when bool.TryParse(text, out var flag) => flag, _ => null }
            : null;

    /// <summary>Reads a time as UTC. ISO 8601 text is accepted, too; it is taken as UTC if it has no offset.</summary>
    public static DateTimeOffset? Time(this TableEntity row, string column) =>
        row.TryGetValue(column, out var value)
            ? value switch
            {
                DateTimeOffset time => time.ToUniversalTime(),
                DateTime time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
                string text => ParseTime(text),
                _ => null,
            }
            : null;

    /// <summary>Parses ISO 8601 text as UTC, also without an offset; null if it is not a time.</summary>
    public static DateTimeOffset? ParseTime(string text)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParseExact(text.Trim(), TimeFormats, CultureInfo.InvariantCulture, Utc, out var time) ? time : null;
    }

    /// <summary>Whether a time is one that programs write if they know none, such as year 1, 1601, 1970 or 1980.</summary>
    public static bool IsPlaceholder(this DateTimeOffset time) => time.UtcDateTime.Year < MinYear;

    /// <summary>Returns the command that sets a column of a row to false. It writes the text, which <see cref="Flag"/> reads.</summary>
    public static string ClearCommand(string table, string partitionKey, string rowKey, string column) =>
        $"az storage entity merge --auth-mode login --account-name ACCOUNT --table-name {table} "
        + $"--entity PartitionKey={partitionKey} RowKey={rowKey} {column}=false";

    private static string? Utf8(BinaryData bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>
    /// Sets a column, or removes it if the value is null. The column is always removed first, because <see cref="TableEntity"/> would
    /// otherwise convert the new value to the type of the old one.
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
