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
    /// <exception cref="DevisImportException">The header is not the export's.</exception>
    public static ParsedFile Parse(string text)
    {
        var header = text.Split('\n', 2)[0].Trim();
        var separator = header.Contains(';', StringComparison.Ordinal) ? ";" : ",";
        var columns = ReadHeader(header, separator);
        return ParsedFile.From(ReadRecords(text, separator, columns), decimalComma: separator == ";");
    }

    private static string[] ReadHeader(string header, string separator)
    {
        var columns = header.Split(separator, StringSplitOptions.TrimEntries).Select(column => column.Trim('"').ToLowerInvariant()).ToArray();
        var unknown = columns.Except(DevisFields.All).ToList();
        var missing = DevisFields.All.Except(columns).ToList();
        if (unknown.Count > 0 || missing.Count > 0 || columns.Length != DevisFields.All.Count)
        {
            var what = unknown.Count > 0 ? $"does not know {string.Join(", ", unknown.Select(column => $"'{column}'"))}"
                : missing.Count > 0 ? $"misses {string.Join(", ", missing)}"
                : "found a field twice";
            throw new DevisImportException($"The first line is not the header of a quotes export: the import {what}.", $"It has to be: {string.Join(separator, DevisFields.All)}");
        }

        return columns;
    }

    private static IEnumerable<(int Line, IReadOnlyDictionary<string, string>? Fields, string? Problem)> ReadRecords(string text, string separator, string[] columns)
    {
        using var reader = new StringReader(text);
        using var csv = new CsvParser(reader, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = separator,
            IgnoreBlankLines = true,

            // A quote inside a field is a letter there; only a field that begins with one is quoted.
            BadDataFound = null,
            Mode = text.Contains('"', StringComparison.Ordinal) ? CsvMode.RFC4180 : CsvMode.NoEscape,
        });

        csv.Read();
        while (csv.Read())
        {
            var values = csv.Record!;
            if (values.Length < columns.Length)
            {
                yield return (csv.RawRow, null, $"it has {values.Length} fields, and {columns.Length} are needed");
                continue;
            }

            var fields = columns.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second);
            fields[columns[^1]] = string.Join(separator, values[(columns.Length - 1)..]);
            yield return (csv.RawRow, fields, null);
        }
    }
}
