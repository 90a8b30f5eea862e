using System.Globalization;
using System.Text.RegularExpressions;
using CsvHelper;
using CsvHelper.Configuration;

namespace Cochin.Functions.Devis;

/// <summary>
/// Reads the CSV export of the old application, also after Excel has saved it. Fields are separated by commas, semicolons or tabs. The
/// application does not quote fields that contain commas, so extra fields are joined to the last one.
/// </summary>
internal static partial class DevisCsv
{
    private const int MaxNamesListed = 6;
    private const int MaxNameLength = 40;
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
        var header = Array.FindIndex(lines, separator is null ? 0 : 1, line => !IsBlank(line, separator));
        if (header < 0)
        {
            throw new DevisImportException("The file has no header.", $"Export the quotes again. The header must be: {string.Join(',', DevisFields.All)}");
        }

        var columns = ReadHeader(lines[header], separator ??= Separators.MaxBy(candidate => lines[header].Count(letter => letter == candidate)));
        return ParsedFile.From(ReadRecords(lines, header + 1, separator.Value, columns));
    }

    private static string[] ReadHeader(string header, char separator)
    {
        // Excel keeps the separators of empty columns.
        var columns = header.Trim().TrimEnd(separator).Split(separator, StringSplitOptions.TrimEntries)
            .Select(column => column.Trim(Quote).ToLowerInvariant()).ToArray();
        var unknown = columns.Except(DevisFields.All).ToList();
        var missing = DevisFields.All.Except(columns).ToList();
        if (unknown.Count > 0 || missing.Count > 0 || columns.Length != DevisFields.All.Count)
        {
            var more = unknown.Count > MaxNamesListed ? ", …" : "";
            var what = unknown.Count > 0 ? $"unknown fields {string.Join(", ", unknown.Take(MaxNamesListed).Select(Shorten))}{more}"
                : missing.Count > 0 ? $"missing fields {string.Join(", ", missing)}"
                : "a field occurs twice";
            throw new DevisImportException(
                $"The first line is not the header of a quotes export: {what}.",
                $"The header must be: {string.Join(separator, DevisFields.All)}");
        }

        return columns;
    }

    private static string Shorten(string column) => column.Length <= MaxNameLength ? $"'{column}'" : $"'{column[..MaxNameLength]}…'";

    private static IEnumerable<(int Line, IReadOnlyDictionary<string, string>? Fields, string? Problem)> ReadRecords(
        string[] lines,
        int begin,
        char separator,
        string[] columns)
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
                continue;
            }

            if (Split(lines[i], separator) is not { } values)
            {
                yield return (line, null, "a field starts with a quotation mark (\") that is never closed");
            }
            else if (values.Length < columns.Length)
            {
                yield return (line, null, $"it has {values.Length} fields instead of {columns.Length}");
            }
            else if (separator == ',' && IsAmountSplit(values, columns))
            {
                const string Comma = DevisFields.Amount
                    + " seems to have a comma in it, but commas separate the fields; write it as 1234.56 or in quotes";
                yield return (line, null, Comma);
            }
            else
            {
                yield return (line, ToFields(values, columns, separator), null);
            }
        }
    }

    private static Dictionary<string, string> ToFields(string[] values, string[] columns, char separator)
    {
        var fields = columns.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second);
        fields[columns[^1]] = string.Join(separator, values[(columns.Length - 1)..(LastOf(values, columns.Length) + 1)]);
        return fields;
    }

    /// <summary>
    /// Whether the comma after the amount may belong to the amount: what follows looks like decimals or thousands, and the line makes sense
    /// without it. The last field may then be missing, so the number of fields is no help.
    /// </summary>
    private static bool IsAmountSplit(string[] values, string[] columns)
    {
        var at = Array.IndexOf(columns, DevisFields.Amount);
        if (at == columns.Length - 1)
        {
            return values.Length > columns.Length && LastOf(values, columns.Length) >= columns.Length;
        }

        if (!WholeNumber().IsMatch(values[at]) || !AfterComma().IsMatch(values[at + 1]))
        {
            return false;
        }

        string[] without = [.. values[..(at + 1)], .. values[(at + 2)..], ""];
        return ImportedDevis.TryRead(ToFields(without, columns, ','), monthFirst: null, out _, out _);
    }

    // Ignores empty fields after the last column.
    private static int LastOf(string[] values, int columns) => Math.Max(columns - 1, Array.FindLastIndex(values, value => value.Length > 0));

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

    [GeneratedRegex(@"^\s*[+-]?[0-9\s]+$", RegexOptions.CultureInvariant)]
    private static partial Regex WholeNumber();

    // Decimals, or thousands as they are written in English.
    [GeneratedRegex(@"^\s*[0-9]{1,3}(?:\.[0-9]*)?\s*(?:€|EUR)?\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AfterComma();

    private static bool IsEven(string line) => line.Count(letter => letter == Quote) % 2 == 0;

    // A line of separators only is an empty row in Excel.
    private static bool IsBlank(string line, char? separator) =>
        line.All(letter => char.IsWhiteSpace(letter) || letter == Quote || letter == separator || Separators.Contains(letter));
}
