using System.Globalization;

namespace Cochin.Functions.StatusPage;

/// <summary>The usual schedules in words.</summary>
internal static class ScheduleWords
{
    private static readonly string[] Days = ["Sundays", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays"];

    /// <summary>E.g. <c>every day at 02:00</c>; null for what is easier to read as it stands.</summary>
    public static string? Of(string expression)
    {
        var fields = expression.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return (fields.Length == 5 ? ["0", .. fields] : fields) switch
        {
            ["*", "*", "*", "*", "*", "*"] => "every second",
            ["0", "*", "*", "*", "*", "*"] => "every minute",
            ["0", "0", "*", "*", "*", "*"] => "every hour",
            ["0", var minutes, "*", "*", "*", "*"] when Step(minutes) is { } step => $"every {step} minutes",
            ["0", "0", var hours, "*", "*", "*"] when Step(hours) is { } step => $"every {step} hours",
            ["0", var minute, var hour, "*", "*", var day] when Number(minute) is { } m && Number(hour) is { } h => day switch
            {
                "*" => $"every day at {h:00}:{m:00}",
                "1-5" => $"Monday to Friday at {h:00}:{m:00}",
                _ => Number(day) is >= 0 and <= 6 and var d ? $"{Days[d]} at {h:00}:{m:00}" : null,
            },
            _ => null,
        };
    }

    private static int? Step(string field) => field.StartsWith("*/", StringComparison.Ordinal) ? Number(field[2..]) : null;

    private static int? Number(string field) => int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
