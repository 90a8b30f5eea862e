using System.Globalization;
using System.Text.RegularExpressions;
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

/// <summary>
/// Assigns the values of a line to the columns. A line has too many values if a field contains the separator without quotes; the fields of
/// a fixed format show which field that is.
/// </summary>
internal sealed partial class DevisLine(DevisHeader header, string[] values, char separator)
{
    /// <summary>The number of values that are too many, without empty ones at the end.</summary>
    private readonly int extra = Math.Max(0, Array.FindLastIndex(values, value => value.Length > 0) + 1 - header.Count);

    /// <returns>The fields; or if it is unknown which value belongs to which field, the reason.</returns>
    public (IReadOnlyDictionary<string, string>? Fields, string? Problem) Read()
    {
        if (values.Length < header.Count)
        {
            return (null, $"it has {values.Length} fields instead of {header.Count}");
        }

        if (separator == ',' && FindSplitAmount() is { } amount)
        {
            return (null, $"{DevisFields.Amount} seems to have a comma in it ({DevisValues.Quote(amount)}), but commas separate the fields; "
                + "write it as 1234.56 or in quotes");
        }

        var readings = Readings().Select(reading => reading.Fields).ToList();
        var valid = readings.Select(fields => (Fields: fields, Devis: TryRead(fields))).Where(reading => reading.Devis is not null).ToList();
        return valid.Select(reading => reading.Devis).Distinct().Count() > 1
            ? (null, $"it has {header.Count + extra} fields instead of {header.Count}; put each field that contains the separator in quotes")
            : (valid.Count > 0 ? valid[0].Fields : readings[^1], null);
    }

    /// <summary>
    /// Finds an amount to which the comma after it may belong: what follows looks like decimals or thousands, and the line makes sense
    /// without it. The last field may then be missing, so the number of fields is no help, unless the next column is one that is not used.
    /// </summary>
    /// <returns>The amount with what follows; null if the comma can't belong to it.</returns>
    private string? FindSplitAmount()
    {
        var isComplete = extra == 0 && header.AmountAt + 1 < header.Count && header.Columns[header.AmountAt + 1] is null;

        // A field before the amount may have commas, too.
        int[] positions = isComplete ? [] : extra > 1 ? [header.AmountAt, header.AmountAt + extra - 1] : [header.AmountAt];
        return positions.Where(IsSplitAt).Select(at => $"{values[at]},{values[at + 1]}".Trim()).FirstOrDefault();

        bool IsSplitAt(int at)
        {
            if (at + 1 >= values.Length || !WholeNumber().IsMatch(values[at]) || !AfterComma().IsMatch(values[at + 1]))
            {
                return false;
            }

            string[] without = [.. values[..(at + 1)], .. values[(at + 2)..], ""];
            return new DevisLine(header, without, separator).Readings().Any(reading => reading.AmountAt == at && TryRead(reading.Fields) is not null);
        }
    }

    /// <summary>The ways to read the line: all values that are too many belong to one of the columns with any text.</summary>
    /// <returns>The fields, and the position of the amount in the line.</returns>
    private IEnumerable<(Dictionary<string, string> Fields, int AmountAt)> Readings() =>
        extra == 0 ? [(FieldsOf(0), header.AmountAt)] : header.TextColumns.Select(column => (FieldsOf(column), FirstOf(header.AmountAt, column)));

    private Dictionary<string, string> FieldsOf(int longColumn)
    {
        var fields = new Dictionary<string, string>();
        for (var i = 0; i < header.Count; i++)
        {
            if (header.Columns[i] is { } field)
            {
                var first = FirstOf(i, longColumn);
                fields[field] = i == longColumn ? string.Join(separator, values[first..(first + extra + 1)]) : values[first];
            }
        }

        return fields;
    }

    private int FirstOf(int column, int longColumn) => column > longColumn ? column + extra : column;

    private static ImportedDevis? TryRead(Dictionary<string, string> fields) =>
        ImportedDevis.TryRead(fields, monthFirst: null, out var devis, out _) ? devis : null;

    [GeneratedRegex(@"^\s*[+-]?[0-9\s]+$", RegexOptions.CultureInvariant)]
    private static partial Regex WholeNumber();

    // Decimals, or thousands as they are written in English.
    [GeneratedRegex(@"^\s*[0-9]{1,3}(?:\.[0-9]*)?\s*(?:€|EUR)?\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AfterComma();
}
