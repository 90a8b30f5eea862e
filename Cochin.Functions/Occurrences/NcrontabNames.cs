using System.Globalization;
using System.Text.RegularExpressions;

namespace Cochin.Functions.Occurrences;

/// <summary>The names of months and weekdays in NCRONTAB: English, in any case, in full or any beginning (<c>Monday</c>, <c>MON</c>).</summary>
internal static partial class NcrontabNames
{
    private const int OfWeekdays = 1;
    private const int OfMonths = 2;

    private static readonly string[] Months = [.. CultureInfo.InvariantCulture.DateTimeFormat.MonthNames.Where(name => name.Length > 0)];
    private static readonly string[] Weekdays = CultureInfo.InvariantCulture.DateTimeFormat.DayNames;

    /// <summary>A field with numbers in place of its names; null if it has a name that it can't have.</summary>
    /// <param name="fieldsLeft">How many fields are left, this one included: weekdays are the last field, months the one before.</param>
    public static string? ToNumbers(string field, int fieldsLeft)
    {
        var (names, first) = fieldsLeft switch
        {
            OfWeekdays => (Weekdays, 0),
            OfMonths => (Months, 1),
            _ => ([], 0),
        };

        // As the parser of the Functions host does: of names with the same beginning the first.
        var isKnown = true;
        var numbers = Name().Replace(field, name =>
        {
            var index = Array.FindIndex(names, full => full.StartsWith(name.Value, StringComparison.OrdinalIgnoreCase));
            isKnown &= index >= 0;
            return (first + index).ToString(CultureInfo.InvariantCulture);
        });
        return isKnown ? numbers : null;
    }

    // A whole word: 1MON is none.
    [GeneratedRegex("(?<![A-Za-z0-9])[A-Za-z]+(?![A-Za-z0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
