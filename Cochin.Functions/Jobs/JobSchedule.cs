using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using Cronos;

namespace Cochin.Functions.Jobs;

/// <summary>
/// The due times of a job: an NCRONTAB expression in the wall-clock time of a time zone. Every wall-clock time is exactly one occurrence. A
/// time that a clock change skips is shifted by the change; a time that exists twice runs only the first time.
/// </summary>
/// <remarks>
/// Cronos finds the wall-clock times, as if in UTC; they are converted to instants here. The rules of Cronos for clock changes differ: it runs
/// an interval twice or not at all in the changed hour, and moves a skipped time to the end of the hour.
/// </remarks>
internal sealed partial class JobSchedule
{
    private readonly CronExpression cron;
    private readonly WallClock clock;

    private JobSchedule(string expression, CronExpression cron, TimeZoneInfo timeZone)
    {
        Expression = expression;
        this.cron = cron;
        clock = new WallClock(timeZone);
    }

    /// <summary>The expression as written in the settings.</summary>
    public string Expression { get; }

    public TimeZoneInfo TimeZone => clock.Zone;

    /// <summary>Parses an NCRONTAB expression: six fields, or five if the second is 0.</summary>
    /// <param name="problem">What is wrong with the expression, if false is returned.</param>
    public static bool TryParse(
        string expression,
        TimeZoneInfo timeZone,
        [NotNullWhen(true)] out JobSchedule? schedule,
        [NotNullWhen(false)] out string? problem)
    {
        schedule = null;
        var fields = expression.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length is not (5 or 6))
        {
            problem = $"'{expression}' has {fields.Length} fields instead of six";
            return false;
        }

        // Cronos accepts more than NCRONTAB (L, W, #, ?), and does not accept long names.
        var numbers = fields.Select((field, i) => NcrontabNames.ToNumbers(field, fields.Length - i)).ToArray();
        if (Array.FindIndex(numbers, field => field is null || !Field().IsMatch(field)) is >= 0 and var at)
        {
            var unknown = fields[at];
            problem = $"'{unknown}' in '{expression}' is not valid NCRONTAB";
            return false;
        }

        // The Functions host swaps the ends of such a range and Cronos wraps around, so it is rejected as ambiguous.
        if (Array.FindIndex(numbers, IsBackwards!) is >= 0 and var backwards)
        {
            problem = $"'{fields[backwards]}' in '{expression}' has a range that ends before it starts; use two ranges, e.g. FRI-SAT,SUN-MON or 22-23,0-4";
            return false;
        }

        if (DaySeven().IsMatch(numbers[^1]!))
        {
            problem = $"'{fields[^1]}' in '{expression}' is not valid NCRONTAB: weekdays are 0 (Sunday) to 6 (Saturday)";
            return false;
        }

        // In Cronos, weekdays end at 7, a second Sunday.
        numbers[^1] = StartWithStep().Replace(numbers[^1]!, "$1-6/");
        try
        {
            var cron = CronExpression.Parse(string.Join(' ', numbers), fields.Length == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
            if (cron.GetNextOccurrence(DateTime.UnixEpoch) is null)
            {
                problem = $"'{expression}' never occurs: there is no such date";
                return false;
            }

            schedule = new JobSchedule(expression, cron, timeZone);
            problem = null;
            return true;
        }
        catch (CronFormatException e)
        {
            problem = $"'{expression}' is not a valid schedule ({e.Message.TrimEnd('.')})";
            return false;
        }
    }

    /// <summary>The first occurrence after an instant; null if there are no more, or if the instant is outside the calendar.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        if (IsOutsideCalendar(after))
        {
            return null;
        }

        DateTimeOffset? next = null;

        // A skipped time is shifted past later wall-clock times: start at the earliest one still to come, and continue after the first match.
        for (var wall = cron.GetNextOccurrence(clock.SkippedWallTimeAt(after) ?? clock.ToWallTime(after), inclusive: true);
            wall is not null && !(next is not null && wall > clock.ToWallTime(next.Value));
            wall = cron.GetNextOccurrence(wall.Value))
        {
            var instant = clock.ToInstant(wall.Value);
            if (instant > after && !(instant >= next))
            {
                next = instant;
            }
        }

        return next;
    }

    /// <summary>The last occurrence at or before an instant; null if there was none yet, or if the instant is outside the calendar.</summary>
    public DateTimeOffset? Latest(DateTimeOffset now)
    {
        if (IsOutsideCalendar(now))
        {
            return null;
        }

        DateTimeOffset? latest = null;

        // The second time through a repeated hour, all of its wall-clock times have already occurred.
        var current = clock.ToWallTime(now);
        for (var wall = cron.GetPreviousOccurrence(clock.ToInstant(current) == now ? current : current + clock.OffsetChangeNear(now), inclusive: true);
            wall is not null && !(latest is not null && wall < (clock.SkippedWallTimeAt(latest.Value) ?? clock.ToWallTime(latest.Value)));
            wall = cron.GetPreviousOccurrence(wall.Value))
        {
            var instant = clock.ToInstant(wall.Value);
            if (instant <= now && !(instant <= latest))
            {
                latest = instant;
            }
        }

        return latest;
    }

    /// <summary>How a clock change affects an occurrence.</summary>
    public ClockChange ClockChangeAt(DateTimeOffset occurrence)
    {
        if (clock.SkippedWallTimeAt(occurrence) is { } skipped && cron.GetNextOccurrence(skipped, inclusive: true) == skipped)
        {
            return ClockChange.Shifted;
        }

        return clock.RepeatsAfter(occurrence) ? ClockChange.FirstOfTwo : ClockChange.None;
    }

    /// <summary>The same expression in another time zone.</summary>
    public JobSchedule WithTimeZone(TimeZoneInfo timeZone) => new(Expression, cron, timeZone);

    /// <summary>Whether there is exactly one occurrence every day, always at the same wall-clock time.</summary>
    public bool IsDaily
    {
        get
        {
            var year = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
            var times = cron.GetOccurrences(year, year.AddDays(365)).Take(366).ToList();
            return times.Count == 365 && times.Zip(times.Skip(1)).All(pair => pair.Second - pair.First == TimeSpan.FromDays(1));
        }
    }

    /// <summary>
    /// The longest time between consecutive occurrences around an instant: a week for a weekly job, three days for one on weekdays. Null if
    /// there is only one occurrence.
    /// </summary>
    public TimeSpan? Period(DateTimeOffset now)
    {
        const int MaxOccurrences = 300;
        var horizon = now + TimeSpan.FromDays(10);
        TimeSpan? longest = null;
        var last = Latest(now);
        for (var i = 0; i < MaxOccurrences && (longest is null || last < horizon) && Next(last ?? now) is { } next; i++)
        {
            if (next - last is { } gap && !(gap <= longest))
            {
                longest = gap;
            }

            last = next;
        }

        return longest;
    }

    /// <summary>
    /// Whether an instant means "never", so that no occurrence is computed for it. Rows may contain the smallest and the largest time of a program;
    /// times around them, such as the day before, can't be represented.
    /// </summary>
    public static bool IsOutsideCalendar(DateTimeOffset instant) => instant.UtcDateTime.Year is < 100 or > 9_900;

    private static bool IsBackwards(string field) => Range().Matches(field).Any(range =>
        int.TryParse(range.Groups[1].Value, CultureInfo.InvariantCulture, out var first)
        && int.TryParse(range.Groups[2].Value, CultureInfo.InvariantCulture, out var last)
        && first > last);

    [GeneratedRegex(@"(\d+)-(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Range();

    [GeneratedRegex(@"(?<![-\d])(\d+)/", RegexOptions.CultureInvariant)]
    private static partial Regex StartWithStep();

    // 7 as a day, not as a step.
    [GeneratedRegex(@"(?<![/\d])0*7(?!\d)", RegexOptions.CultureInvariant)]
    private static partial Regex DaySeven();

    [GeneratedRegex(@"^(?:(?:\*|\d+)(?:-\d+)?(?:/\d+)?(?:,(?!$)|$))+$", RegexOptions.CultureInvariant)]
    private static partial Regex Field();
}

/// <summary>How a clock change affects a due time. The names are written to JSON.</summary>
internal enum ClockChange
{
    None,

    /// <summary>Its wall-clock time does not exist on that day: it runs later by as much as the clock moved forward.</summary>
    Shifted,

    /// <summary>Its wall-clock time exists twice on that day: it runs the first time only.</summary>
    FirstOfTwo,
}
