using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Cochin.Functions.Devis;

/// <summary>
/// Reads the CSV export of the old application, also after Excel has saved it. Fields are separated by commas, semicolons or tabs. The
/// application does not quote fields that contain commas, so <see cref="DevisLine"/> works out which field a further comma belongs to.
/// </summary>
internal static class DevisCsv
{
    private const char Quote = '"';
    private const string ExcelSeparatorLine = "sep=";

    private static readonly char[] Separators = [';', '\t', ','];

    /// <exception cref="DevisImportException">The header is missing or not that of the export.</exception>
    public static ParsedFile Parse(string text)
    {
        // Other Unicode line endings may occur in names, and editors don't count them as lines either.
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        var first = lines[0].Trim(' ', Quote);
        var separator = first.StartsWith(ExcelSeparatorLine, StringComparison.OrdinalIgnoreCase) && first.Length > ExcelSeparatorLine.Length
            ? first[ExcelSeparatorLine.Length]
            : (char?)null;
        var at = Array.FindIndex(lines, separator is null ? 0 : 1, line => !IsBlank(line, separator));
        if (at < 0)
        {
            throw new DevisImportException("The file has no header.", $"Export the quotes again. The header must be: {string.Join(',', DevisFields.All)}");
        }

        var header = ReadHeader(lines[at], separator ??= Separators.MaxBy(candidate => lines[at].Count(letter => letter == candidate)));
        return ParsedFile.From(ReadRecords(lines, at + 1, separator.Value, header)) with { Ignored = header.Ignored };
    }

    private static DevisHeader ReadHeader(string line, char separator)
    {
        // Excel keeps the separators of empty columns.
        line = line.TrimEnd().TrimEnd(separator);
        var names = Split(line, separator) ?? line.Split(separator);
        return DevisHeader.Read([.. names.Select(name => name.Trim().Trim(Quote).Trim())]);
    }

    private static IEnumerable<(int Line, IReadOnlyDictionary<string, string>? Fields, string? Problem)> ReadRecords(
        string[] lines,
        int begin,
        char separator,
        DevisHeader header)
    {
        for (var i = begin; i < lines.Length; i++)
        {
            if (IsBlank(lines[i], separator))
            {
                continue;
            }

            var line = i + 1;
            if (EndOfRecord(lines, i, separator) is var end && end > i)
            {
                yield return (line, null, $"a quoted field continues to line {end + 1}; fields must not contain line breaks");
                i = end;
            }
            else if (Split(lines[i], separator) is not { } values)
            {
                yield return (line, null, "a field starts with a quotation mark (\") that is never closed");
            }
            else
            {
                var (fields, problem) = new DevisLine(header, values, separator).Read();
                yield return (line, fields, problem);
            }
        }
    }

    /// <summary>Returns the last line of a record; later than the first if a quoted field contains line breaks.</summary>
    private static int EndOfRecord(string[] lines, int begin, char separator)
    {
        // A line with an even number of quotation marks is complete. Otherwise the record ends at the next line with an odd number.
        if (IsEven(lines[begin]))
        {
            return begin;
        }

        var end = Array.FindIndex(lines, begin + 1, line => !IsEven(line));
        return end > 0 && ReadQuoted(string.Join('\n', lines[begin..(end + 1)]), separator) is not null ? end : begin;
    }

    /// <summary>
    /// Returns the fields of a line; null if a quoted field is not closed. Quotation marks that do not enclose a whole field, as in the
    /// export, are ordinary characters.
    /// </summary>
    private static string[]? Split(string record, char separator)
    {
        if (IsEven(record) && ReadQuoted(record, separator) is { } fields)
        {
            return fields;
        }

        var plain = record.Split(separator);
        return Array.Exists(plain, field => field.TrimStart() is [Quote, .. var rest] && !rest.Contains(Quote, StringComparison.Ordinal)) ? null : plain;
    }

    /// <summary>Parses one record as standard CSV; null if its quotation marks are not valid.</summary>
    private static string[]? ReadQuoted(string record, char separator)
    {
        using var reader = new StringReader(record);
        var isValid = true;
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture) { Delimiter = separator.ToString(), BadDataFound = _ => isValid = false };
        using var csv = new CsvParser(reader, configuration);
        return csv.Read() && csv.Record is { } fields && !csv.Read() && isValid ? fields : null;
    }

    private static bool IsEven(string line) => line.Count(letter => letter == Quote) % 2 == 0;

    // A line of separators only is an empty row in Excel.
    private static bool IsBlank(string line, char? separator) =>
        line.All(letter => char.IsWhiteSpace(letter) || letter == Quote || letter == separator || Separators.Contains(letter));
}
