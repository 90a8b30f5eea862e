using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using Cronos;

namespace Cochin.Functions.Occurrences;

/// <summary>
/// The due times of a job: an NCRONTAB expression on the wall clock of a time zone. Every wall time is one occurrence, on
/// every day of the year: one that a forward clock change skips runs at its shifted instant, one that exists twice runs
/// the first time.
/// </summary>
/// <remarks>
/// Cronos finds the wall times, on a clock that never changes; they become instants here, since Cronos has rules of its own
/// for the changed hour: it runs an interval in it twice or not at all, and moves a skipped time to the hour's end.
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

    /// <summary>As it was written.</summary>
    public string Expression { get; }

    public TimeZoneInfo TimeZone => clock.Zone;

    /// <summary>Reads an NCRONTAB expression: six fields, or five with second 0.</summary>
    /// <param name="problem">What is wrong with it, where false is returned.</param>
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
            problem = $"'{expression}' has {fields.Length} fields, and a schedule has six";
            return false;
        }

        // Cronos would accept more than NCRONTAB has (L, W, #, ?), and of names only the short ones.
        var numbers = fields.Select((field, i) => NcrontabNames.ToNumbers(field, fields.Length - i)).ToArray();
        if (Array.FindIndex(numbers, field => field is null || !Field().IsMatch(field)) is >= 0 and var at)
        {
            var unknown = fields[at];
            problem = $"'{unknown}' in '{expression}' is not NCRONTAB";
            return false;
        }

        // The Functions host swaps the ends of such a range, Cronos lets it pass the end of the week: neither is surely meant.
        if (Array.FindIndex(numbers, IsBackwards!) is >= 0 and var backwards)
        {
            problem = $"'{fields[backwards]}' in '{expression}' has a range that ends before it begins; write two, e.g. FRI-SAT,SUN-MON or 22-23,0-4";
            return false;
        }

        if (Seven().IsMatch(numbers[^1]!))
        {
            problem = $"'{fields[^1]}' in '{expression}' is not NCRONTAB: weekdays are 0 (Sunday) to 6 (Saturday)";
            return false;
        }

        // Cronos counts on to 7, its other Sunday.
        numbers[^1] = FromDayOn().Replace(numbers[^1]!, "$1-6/");
        try
        {
            var cron = CronExpression.Parse(string.Join(' ', numbers), fields.Length == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
            if (cron.GetNextOccurrence(DateTime.UnixEpoch) is null)
            {
                problem = $"'{expression}' never comes: there is no such day";
                return false;
            }

            schedule = new JobSchedule(expression, cron, timeZone);
            problem = null;
            return true;
        }
        catch (CronFormatException e)
        {
            problem = $"'{expression}' is not a schedule ({e.Message.TrimEnd('.')})";
            return false;
        }
    }

    /// <summary>The first occurrence after an instant, or null where there is none any more.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        DateTimeOffset? next = null;

        // A skipped wall time comes due after wall times that follow it: begin with those still to come, and look on past one.
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

    /// <summary>The last occurrence at or before an instant, or null where there was none yet.</summary>
    public DateTimeOffset? Latest(DateTimeOffset now)
    {
        DateTimeOffset? latest = null;

        // In an hour that comes twice, all its wall times have been there.
        var shown = clock.ToWallTime(now);
        for (var wall = cron.GetPreviousOccurrence(clock.ToInstant(shown) == now ? shown : shown + clock.OffsetChangeNear(now), inclusive: true);
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

    /// <summary>What a change of the clock did to an occurrence.</summary>
    public ClockChange ClockChangeAt(DateTimeOffset occurrence)
    {
        if (clock.SkippedWallTimeAt(occurrence) is { } skipped && cron.GetNextOccurrence(skipped, inclusive: true) == skipped)
        {
            return ClockChange.Shifted;
        }

        return clock.RepeatsAfter(occurrence) ? ClockChange.FirstOfTwo : ClockChange.None;
    }

    /// <summary>The same expression on the clock of another zone.</summary>
    public JobSchedule WithTimeZone(TimeZoneInfo timeZone) => new(Expression, cron, timeZone);

    /// <summary>Whether it comes once on every day of the wall clock.</summary>
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
    /// The longest time between two occurrences in a row around an instant: a week for a weekly job, three days for one on
    /// weekdays. Null where it comes but once.
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

    private static bool IsBackwards(string field) => Range().Matches(field).Any(range =>
        int.TryParse(range.Groups[1].Value, CultureInfo.InvariantCulture, out var first)
        && int.TryParse(range.Groups[2].Value, CultureInfo.InvariantCulture, out var last)
        && first > last);

    [GeneratedRegex(@"(\d+)-(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Range();

    [GeneratedRegex(@"(?<![-\d])(\d+)/", RegexOptions.CultureInvariant)]
    private static partial Regex FromDayOn();

    // As a day, not as a step.
    [GeneratedRegex(@"(?<![/\d])0*7(?!\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Seven();

    [GeneratedRegex(@"^(?:(?:\*|\d+)(?:-\d+)?(?:/\d+)?(?:,(?!$)|$))+$", RegexOptions.CultureInvariant)]
    private static partial Regex Field();
}

/// <summary>What a change of the clock did to a due time.</summary>
internal enum ClockChange
{
    None,

    /// <summary>Its wall time does not exist on that day: it comes by as much later as the clock was put forward.</summary>
    Shifted,

    /// <summary>Its wall time exists twice on that day: this is the first, and the second is none.</summary>
    FirstOfTwo,
}
