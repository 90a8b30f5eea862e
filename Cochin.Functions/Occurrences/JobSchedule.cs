using System.Diagnostics.CodeAnalysis;
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
    // Wide enough to look past a change of the clock from any wall time near it, in every zone: offsets reach from
    // -12 h to +14 h. Two changes within as many hours as this do not occur.
    private static readonly TimeSpan Around = TimeSpan.FromHours(25);

    private readonly CronExpression cron;

    private JobSchedule(string expression, CronExpression cron, TimeZoneInfo timeZone)
    {
        Expression = expression;
        this.cron = cron;
        TimeZone = timeZone;
    }

    /// <summary>As it was written.</summary>
    public string Expression { get; }

    public TimeZoneInfo TimeZone { get; }

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

        // Cronos would accept more than NCRONTAB knows (L, W, #, ?).
        if (Array.Find(fields, field => !Field().IsMatch(field)) is { } unknown)
        {
            problem = $"'{unknown}' in '{expression}' is not NCRONTAB";
            return false;
        }

        try
        {
            var cron = CronExpression.Parse(string.Join(' ', fields), fields.Length == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
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
        var change = ChangeAround(after);
        DateTimeOffset? next = null;

        // A skipped wall time comes due after wall times that follow it: start earlier and look further by the change.
        for (var wall = cron.GetNextOccurrence(Wall(after) - change, inclusive: true);
            wall is not null && !(next is not null && wall > Wall(next.Value) + change);
            wall = cron.GetNextOccurrence(wall.Value))
        {
            var instant = Instant(wall.Value);
            if (instant > after && !(instant >= next))
            {
                next = instant;
                change = ChangeAround(instant);
            }
        }

        return next;
    }

    /// <summary>The last occurrence at or before an instant, or null where there was none yet.</summary>
    public DateTimeOffset? Latest(DateTimeOffset now)
    {
        var change = ChangeAround(now);
        DateTimeOffset? latest = null;

        for (var wall = cron.GetPreviousOccurrence(Wall(now) + change, inclusive: true);
            wall is not null && !(latest is not null && wall < Wall(latest.Value) - change);
            wall = cron.GetPreviousOccurrence(wall.Value))
        {
            var instant = Instant(wall.Value);
            if (instant <= now && !(instant <= latest))
            {
                latest = instant;
                change = ChangeAround(instant);
            }
        }

        return latest;
    }

    /// <summary>
    /// The longest time between two occurrences in a row around an instant: a week for a weekly job, three days for one on
    /// weekdays. Null where it comes but once.
    /// </summary>
    public TimeSpan? Period(DateTimeOffset now)
    {
        const int LookedAt = 300;
        var horizon = now + TimeSpan.FromDays(10);
        TimeSpan? longest = null;
        var last = Latest(now);
        for (var i = 0; i < LookedAt && (longest is null || last < horizon) && Next(last ?? now) is { } next; i++)
        {
            if (next - last is { } gap && !(gap <= longest))
            {
                longest = gap;
            }

            last = next;
        }

        return longest;
    }

    private DateTime Wall(DateTimeOffset instant) =>
        DateTime.SpecifyKind(instant.UtcDateTime + TimeZone.GetUtcOffset(instant), DateTimeKind.Utc);

    private DateTimeOffset Instant(DateTime wall)
    {
        var asUtc = new DateTimeOffset(wall);
        var before = asUtc - TimeZone.GetUtcOffset(asUtc - Around);
        var after = asUtc - TimeZone.GetUtcOffset(asUtc + Around);
        var first = before < after ? before : after;
        var second = before < after ? after : before;

        return Wall(first) == wall ? first
            : Wall(second) == wall ? second
            : before; // Skipped: the old offset still counts, so that 02:00 becomes what the new clock calls 03:00.
    }

    /// <summary>By how much the clock changes near an instant; zero on almost all days.</summary>
    private TimeSpan ChangeAround(DateTimeOffset instant) =>
        (TimeZone.GetUtcOffset(instant + Around) - TimeZone.GetUtcOffset(instant - Around)).Duration();

    [GeneratedRegex(@"^(?:(?:\*|\d+|[a-z]{3})(?:-(?:\d+|[a-z]{3}))?(?:/\d+)?(?:,(?!$)|$))+$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Field();
}
