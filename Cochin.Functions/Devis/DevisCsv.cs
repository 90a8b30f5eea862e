using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Cochin.Functions.Devis;

/// <summary>
/// Reads the old application's export: fields joined with commas, without quotes even where a field has a comma in it; surplus
/// columns therefore belong to the last one. Semicolons and quoted fields are read too.
/// </summary>
internal static class DevisCsv
{
    private const int MostNamed = 6;
    private const int LongestNamed = 40;

    /// <exception cref="DevisImportException">The header is not the export's.</exception>
    public static ParsedFile Parse(string text)
    {
        // Not at every line ending of Unicode: an agent's name may hold one, and an editor counts lines as we do.
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        var header = lines[0].Trim();
        var separator = header.Contains(';', StringComparison.Ordinal) ? ";" : ",";
        var columns = ReadHeader(header, separator);
        return ParsedFile.From(ReadRecords(lines, separator, columns), decimalComma: separator == ";");
    }

    private static string[] ReadHeader(string header, string separator)
    {
        var columns = header.Split(separator, StringSplitOptions.TrimEntries).Select(column => column.Trim('"').ToLowerInvariant()).ToArray();
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

    private static IEnumerable<(int Line, IReadOnlyDictionary<string, string>? Fields, string? Problem)> ReadRecords(string[] lines, string separator, string[] columns)
    {
        var line = 0;
        foreach (var record in lines)
        {
            line++;
            if (line == 1 || string.IsNullOrWhiteSpace(record))
            {
                continue;
            }

            var values = Split(record, separator);
            if (values.Length < columns.Length)
            {
                yield return (line, null, $"it has {values.Length} fields, and {columns.Length} are needed");
                continue;
            }

            var fields = columns.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second);
            fields[columns[^1]] = string.Join(separator, values[(columns.Length - 1)..]);
            yield return fields[DevisFields.Number].Contains('"', StringComparison.Ordinal)
                ? (line, null, $"{DevisFields.Number} has a quote that is not closed")
                : (line, fields, null);
        }
    }

    /// <summary>
    /// The fields of a line. No field goes over the end of one, so a quote that is never closed costs no line that follows; and in a
    /// line where quotes do not enclose whole fields, as the export writes them, they are letters like any other.
    /// </summary>
    private static string[] Split(string record, string separator)
    {
        var quotes = record.Count(letter => letter == '"');
        if (quotes == 0 || quotes % 2 == 1)
        {
            return record.Split(separator);
        }

        using var reader = new StringReader(record);
        var isQuoted = true;
        using var csv = new CsvParser(reader, new CsvConfiguration(CultureInfo.InvariantCulture) { Delimiter = separator, BadDataFound = _ => isQuoted = false });
        return csv.Read() && csv.Record is { } fields && isQuoted ? fields : record.Split(separator);
    }
}
