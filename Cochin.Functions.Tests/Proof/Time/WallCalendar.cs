namespace Cochin.Functions.Tests.Proof.Time;

/// <summary>
/// An oracle of due times that shares nothing with the program: it walks through every minute of the years, looks at the clock of
/// the zone, and notes by plain rules when a wall minute comes for the first time or would have come.
/// </summary>
internal sealed class WallCalendar
{
    private readonly List<(DateTime Wall, DateTimeOffset Instant)> minutes = [];
    private readonly HashSet<DateTime> repeated = [];

    /// <param name="from">In UTC, as is <paramref name="to"/>; a whole minute, away from any change of the clock.</param>
    public WallCalendar(TimeZoneInfo zone, DateTime from, DateTime to)
    {
        var instant = new DateTimeOffset(from, TimeSpan.Zero);
        var newest = TimeZoneInfo.ConvertTime(instant, zone).DateTime.AddMinutes(-1);
        for (; instant.UtcDateTime < to; instant = instant.AddMinutes(1))
        {
            var wall = TimeZoneInfo.ConvertTime(instant, zone).DateTime;
            if (wall <= newest)
            {
                repeated.Add(wall);
                continue;
            }

            // The clock was put forward past these: on the old clock they would come from now on, minute by minute.
            var due = instant;
            for (var skipped = newest.AddMinutes(1); skipped < wall; skipped = skipped.AddMinutes(1), due = due.AddMinutes(1))
            {
                minutes.Add((skipped, due));
                Skipped++;
            }

            minutes.Add((wall, instant));
            newest = wall;
        }
    }

    /// <summary>How many wall minutes did not exist.</summary>
    public int Skipped { get; private set; }

    /// <summary>The wall minutes that came a second time.</summary>
    public IReadOnlySet<DateTime> Repeated => repeated;

    public int Minutes => minutes.Count;

    /// <summary>When wall minutes of a kind are due, each once, in the order of time.</summary>
    public List<DateTimeOffset> Due(Func<DateTime, bool> isMeant) =>
        [.. minutes.Where(minute => isMeant(minute.Wall)).Select(minute => minute.Instant).Distinct().Order()];

    /// <summary>The wall times which a due time stands for: two where a skipped one meets one that exists.</summary>
    public ILookup<DateTimeOffset, DateTime> Walls(Func<DateTime, bool> isMeant) =>
        minutes.Where(minute => isMeant(minute.Wall)).ToLookup(minute => minute.Instant, minute => minute.Wall);
}
