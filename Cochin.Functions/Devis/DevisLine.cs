using System.Text.RegularExpressions;

namespace Cochin.Functions.Devis;

/// <summary>
/// Assigns the values of a line to the columns. A line has too many values if a field contains the separator without quotes; the fields of
/// a fixed format show which field that is. If it may be one of two, the line is not read.
/// </summary>
internal sealed partial class DevisLine(DevisHeader header, string[] values, char separator)
{
    // The number of readings grows with the fourth power of it.
    private const int MaxExtra = 20;

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

        var readings = Readings().ToList();
        var valid = readings.Where(reading => reading.Devis is not null).ToList();
        var isCertain = !valid.Exists(reading => reading.IsUncertain) && valid.Select(reading => reading.Devis).Distinct().Count() <= 1;

        // If no reading is valid, the problems of the most likely one are reported.
        var best = isCertain ? valid.Concat(readings.Where(reading => !reading.IsUncertain)).FirstOrDefault() : null;
        return best is null
            ? (null, $"it has {values.Length} fields instead of {header.Count}; put each field that contains the separator in quotes")
            : (best.Fields, null);
    }

    /// <summary>
    /// Finds an amount to which the comma after it may belong: what follows looks like decimals or thousands, and the line makes sense
    /// without it. The last field may then be missing, so the number of fields is no help, unless the next column is one that is not used.
    /// </summary>
    /// <returns>The amount with what follows; null if the comma can't belong to it.</returns>
    private string? FindSplitAmount()
    {
        var isComplete = values.Length == header.Count && header.AmountAt + 1 < header.Count && header.Columns[header.AmountAt + 1] is null;

        // A field before the amount may have commas, too.
        var positions = isComplete ? [] : Enumerable.Range(header.AmountAt, Extras.Append(0).Max() + 1);
        return positions.Where(IsSplitAt).Select(at => $"{values[at]},{values[at + 1]}".Trim()).FirstOrDefault();
    }

    private bool IsSplitAt(int at)
    {
        // The field after the amount may be a longer number if the line has no further value.
        var after = values.Length > header.Count ? Digits() : AfterComma();
        if (at + 1 >= values.Length || !WholeNumber().IsMatch(values[at]) || !after.IsMatch(values[at + 1]))
        {
            return false;
        }

        string[] without = [.. values[..at], "0", .. values[(at + 2)..]];
        return new DevisLine(header, without.Length < header.Count ? [.. without, ""] : without, separator).Readings()
            .Any(reading => reading.AmountAt == at && reading.Devis is not null);
    }

    /// <summary>The possible numbers of values that are too many: all, or all without empty ones at the end, which Excel adds.</summary>
    private IEnumerable<int> Extras => new[]
    {
        Math.Max(0, Array.FindLastIndex(values, value => value.Length > 0) + 1 - header.Count),
        values.Length - header.Count,
    }.Where(extra => extra <= MaxExtra).Distinct();

    /// <summary>The ways to read the line: the values that are too many are distributed over the text columns.</summary>
    private IEnumerable<Reading> Readings() =>
        Extras.SelectMany(extra => Distribute(extra, header.TextGroups.Count)).Select(ReadingOf).OfType<Reading>();

    private static IEnumerable<int[]> Distribute(int extra, int groups) => groups == 1
        ? [[extra]]
        : Enumerable.Range(0, extra + 1).SelectMany(first => Distribute(extra - first, groups - 1).Select(rest => (int[])[first, .. rest]));

    /// <param name="extras">The number of additional values in each group of text columns.</param>
    /// <returns>Null if a field would end with a separator.</returns>
    private Reading? ReadingOf(int[] extras)
    {
        var fields = new Dictionary<string, string>();
        var (at, amountAt, isUncertain) = (0, 0, false);
        for (var (i, group) = (0, 0); i < header.Count;)
        {
            if (header.Columns[i] == DevisFields.Amount)
            {
                amountAt = at;
            }

            var isText = group < extras.Length && header.TextGroups[group].First == i;
            var (length, extra) = isText ? (header.TextGroups[group].Length, extras[group]) : (1, 0);
            if (extra > 0 && length == 1 && string.IsNullOrWhiteSpace(values[at + extra]))
            {
                return null;
            }

            // In a group of several columns, it is unknown which one has the additional values.
            isUncertain |= extra > 0 && header.TextGroups[group].IsUncertain;
            for (var k = 0; k < length; k++)
            {
                if (header.Columns[i + k] is { } field)
                {
                    fields[field] = extra > 0 ? string.Join(separator, values[at..(at + length + extra)]) : values[at + k];
                }
            }

            (i, at, group) = (i + length, at + length + extra, isText ? group + 1 : group);
        }

        return new Reading(fields, isUncertain, amountAt);
    }

    // Spaces or points may separate thousands.
    [GeneratedRegex(@"^\s*[+-]?(?:[0-9\s]+|[0-9]{1,3}(?:[.'’][0-9]{3})+)$", RegexOptions.CultureInvariant)]
    private static partial Regex WholeNumber();

    // Decimals, or thousands as they are written in English.
    [GeneratedRegex(@"^\s*[0-9]{1,3}(?:\.[0-9]*)?\s*(?:€|EUR)?\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AfterComma();

    [GeneratedRegex(@"^\s*[0-9]+(?:\.[0-9]*)?\s*(?:€|EUR)?\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Digits();

    /// <summary>One way to read the line.</summary>
    /// <param name="IsUncertain">Whether a separator may be in the number, or in one of several columns.</param>
    /// <param name="AmountAt">The position of the amount in the line.</param>
    private sealed record Reading(Dictionary<string, string> Fields, bool IsUncertain, int AmountAt)
    {
        /// <summary>The quote; null if the fields are not valid.</summary>
        public ImportedDevis? Devis { get; } = ImportedDevis.TryRead(Fields, monthFirst: null, out var devis, out _) ? devis : null;
    }
}
