namespace Cochin.Functions.Tests.Proof.Time;

/// <summary>A schedule as NCRONTAB and as a plain condition on the wall minute, written apart from each other.</summary>
internal sealed record ProvenSchedule(string Expression, Func<DateTime, bool> IsMeant)
{
    /// <summary>The schedules of the jobs, as the README has them.</summary>
    public static IReadOnlyList<ProvenSchedule> OfJobs { get; } =
    [
        new("0 0 8 * * *", wall => wall is { Hour: 8, Minute: 0 }),
        new("0 0 2 * * *", wall => wall is { Hour: 2, Minute: 0 }),
        new("0 0 1 * * 6", wall => wall is { DayOfWeek: DayOfWeek.Saturday, Hour: 1, Minute: 0 }),
        new("0 0 */6 * * *", wall => wall.Minute == 0 && wall.Hour % 6 == 0),
        new("0 0 3 * * 0", wall => wall is { DayOfWeek: DayOfWeek.Sunday, Hour: 3, Minute: 0 }),
        new("0 0 4 * * *", wall => wall is { Hour: 4, Minute: 0 }),
    ];

    /// <summary>Others that meet what is awkward: the changed hours, midnight, the ends of months and years, leap days.</summary>
    public static IReadOnlyList<ProvenSchedule> Awkward { get; } =
    [
        new("0 30 2 * * *", wall => wall is { Hour: 2, Minute: 30 }),
        new("0 */20 0-3 * * *", wall => wall.Hour <= 3 && wall.Minute % 20 == 0),
        new("0 15,40 2 * * *", wall => wall is { Hour: 2, Minute: 15 or 40 }),
        new("0 0 0 * * *", wall => wall is { Hour: 0, Minute: 0 }),
        new("0 59 23 * * *", wall => wall is { Hour: 23, Minute: 59 }),
        new("0 0 0 29 2 *", wall => wall is { Month: 2, Day: 29, Hour: 0, Minute: 0 }),
        new("0 0 0 1 1 *", wall => wall is { Month: 1, Day: 1, Hour: 0, Minute: 0 }),
        new("0 59 23 31 12 *", wall => wall is { Month: 12, Day: 31, Hour: 23, Minute: 59 }),
        new("0 0 4 31 * *", wall => wall is { Day: 31, Hour: 4, Minute: 0 }),
        new("0 30 1 * 3,10 1-5", wall => wall is { Month: 3 or 10, Hour: 1, Minute: 30, DayOfWeek: not (DayOfWeek.Saturday or DayOfWeek.Sunday) }),
    ];

    public override string ToString() => Expression;
}
