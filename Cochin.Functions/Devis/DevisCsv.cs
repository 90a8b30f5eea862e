using System.Globalization;
using System.Text.RegularExpressions;
using CsvHelper;
using CsvHelper.Configuration;

namespace Cochin.Functions.Devis;

/// <summary>
/// Reads the old application's export, also when Excel has saved it again. Fields are joined with commas, semicolons or tabs. The application
/// writes no quotes even if a field has a comma in it; surplus fields therefore belong to the last one.
/// </summary>
internal static partial class DevisCsv
{
    private const int MostNamed = 6;
    private const int LongestNamed = 40;
    private const char Quote = '"';
    private const string OfExcel = "sep=";

    private static readonly char[] Separators = [';', '\t', ','];

    /// <exception cref="DevisImportException">The header is not the export's.</exception>
    public static ParsedFile Parse(string text)
    {
        // Not at every line ending of Unicode: an agent's name may hold one, and an editor counts lines as we do.
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        var first = lines[0].Trim(' ', Quote);
        var separator = first.StartsWith(OfExcel, StringComparison.OrdinalIgnoreCase) && first.Length > OfExcel.Length ? first[OfExcel.Length] : (char?)null;
        var header = Array.FindIndex(lines, separator is null ? 0 : 1, line => !IsBlank(line, separator));
        if (header < 0)
        {
            throw new DevisImportException("The file has no header.", $"Export the quotes again; it has to be: {string.Join(',', DevisFields.All)}");
        }

        var columns = ReadHeader(lines[header], separator ??= Separators.MaxBy(candidate => lines[header].Count(letter => letter == candidate)));
        return ParsedFile.From(ReadRecords(lines, header + 1, separator.Value, columns));
    }

    private static string[] ReadHeader(string header, char separator)
    {
        // Excel keeps the separators of columns that once had something in them.
        var columns = header.Trim().TrimEnd(separator).Split(separator, StringSplitOptions.TrimEntries)
            .Select(column => column.Trim(Quote).ToLowerInvariant()).ToArray();
        var unknown = columns.Except(DevisFields.All).ToList();
        var missing = DevisFields.All.Except(columns).ToList();
        if (unknown.Count > 0 || missing.Count > 0 || columns.Length != DevisFields.All.Count)
        {
            var what = unknown.Count > 0 ? $"does not know {string.Join(", ", unknown.Take(MostNamed).Select(column => column.Length <= LongestNamed ? $"'{column}'" : $"'{column[..LongestNamed]}…'"))}{(unknown.Count > MostNamed ? ", …" : "")}"
                : missing.Count > 0 ? $"misses {string.Join(", ", missing)}"
                : "found a field twice";
            throw new DevisImportException($"The first line is not the header of a quotes export: the import {what}.", $"It has to be: {string.Join(separator, DevisFields.All)}");
        }

        return columns;
    }

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
                yield return (line, null, $"a quoted field runs on to line {end + 1}; a quote's fields have no line breaks");
                i = end;
                continue;
            }

            if (Split(lines[i], separator) is not { } values)
            {
                yield return (line, null, "a quote (\") opens a field and does not close it");
            }
            else if (values.Length < columns.Length)
            {
                yield return (line, null, $"it has {values.Length} fields, and {columns.Length} are needed");
            }
            else if (separator == ',' && IsAmountSplit(values, columns))
            {
                const string Comma = DevisFields.Amount + " seems to have a comma in it, and commas separate the fields; write it as 1234.56 or in quotes";
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
    /// Whether the comma after the amount may be the amount's own: what follows looks like decimals or thousands, and the line makes sense if
    /// it is left out. The last field may then be missing, so the number of fields proves nothing.
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
        return ImportedDevis.TryRead(ToFields(without, columns, ','), out _, out _);
    }

    // Without the empty fields that stand after the columns.
    private static int LastOf(string[] values, int columns) => Math.Max(columns - 1, Array.FindLastIndex(values, value => value.Length > 0));

    /// <summary>The last line of the record that begins with a line: a later one if a quoted field has line breaks in it.</summary>
    private static int EndOfRecord(string[] lines, int begin, char separator)
    {
        // With an even number of quotes nothing is open at the end of the line, and it ends where the number is even again.
        if (IsEven(lines[begin]))
        {
            return begin;
        }

        var end = Array.FindIndex(lines, begin + 1, line => !IsEven(line));
        return end > 0 && ReadQuoted(string.Join('\n', lines[begin..(end + 1)]), separator) is not null ? end : begin;
    }

    /// <summary>
    /// The fields of a line; null if one is opened by a quote and not closed. In a line whose quotes do not enclose whole fields,
    /// as the export writes them, they are letters like any other.
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

    /// <summary>The fields of one record by the rules of CSV; null if its quotes do not follow them.</summary>
    private static string[]? ReadQuoted(string record, char separator)
    {
        using var reader = new StringReader(record);
        var isSound = true;
        var form = new CsvConfiguration(CultureInfo.InvariantCulture) { Delimiter = separator.ToString(), BadDataFound = _ => isSound = false };
        using var csv = new CsvParser(reader, form);
        return csv.Read() && csv.Record is { } fields && !csv.Read() && isSound ? fields : null;
    }

    [GeneratedRegex(@"^\s*[+-]?[0-9\s]+$", RegexOptions.CultureInvariant)]
    private static partial Regex WholeNumber();

    // Decimals, or thousands as they are written in English.
    [GeneratedRegex(@"^\s*[0-9]{1,3}(?:\.[0-9]*)?\s*(?:€|EUR)?\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AfterComma();

    private static bool IsEven(string line) => line.Count(letter => letter == Quote) % 2 == 0;

    // Nothing but separators: an empty row of Excel.
    private static bool IsBlank(string line, char? separator) =>
        line.All(letter => char.IsWhiteSpace(letter) || letter == Quote || letter == separator || Separators.Contains(letter));
}
