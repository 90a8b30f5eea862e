using System.Globalization;
using System.Text.RegularExpressions;

namespace Cochin.Functions.Jobs;

/// <summary>The names of months and weekdays in NCRONTAB: English, in any case, in full or any prefix (<c>Monday</c>, <c>MON</c>).</summary>
internal static partial class NcrontabNames
{
    private const int WeekdayField = 1;
    private const int MonthField = 2;

    private static readonly string[] Months = [.. CultureInfo.InvariantCulture.DateTimeFormat.MonthNames.Where(name => name.Length > 0)];
    private static readonly string[] Weekdays = CultureInfo.InvariantCulture.DateTimeFormat.DayNames;

    /// <summary>Replaces names in a field with numbers. Null if the field contains an unknown name.</summary>
    /// <param name="fieldsLeft">The number of fields left, including this one: weekdays are the last field, months the one before.</param>
    public static string? ToNumbers(string field, int fieldsLeft)
    {
        var (names, first) = fieldsLeft switch
        {
            WeekdayField => (Weekdays, 0),
            MonthField => (Months, 1),
            _ => ([], 0),
        };

        // If a prefix is ambiguous, the first name wins, as in the parser of the Functions host.
        var isKnown = true;
        var numbers = Name().Replace(field, name =>
        {
            var index = Array.FindIndex(names, full => full.StartsWith(name.Value, StringComparison.OrdinalIgnoreCase));
            isKnown &= index >= 0;
            return (first + index).ToString(CultureInfo.InvariantCulture);
        });
        return isKnown ? numbers : null;
    }

    // Whole words only: 1MON does not match.
    [GeneratedRegex("(?<![A-Za-z0-9])[A-Za-z]+(?![A-Za-z0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
