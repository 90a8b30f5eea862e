using Cochin.Functions.Jobs;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Proof.Time;

/// <summary>A job of the program's with a task that the test can watch, and when it is due by the oracle.</summary>
internal sealed record ProvenJob(JobDefinition Job, IReadOnlyList<DateTimeOffset> Due)
{
    /// <summary>Schedules and catch-up windows of the jobs, in the zone of the calendar.</summary>
    public static IReadOnlyList<ProvenJob> All(TimeZoneInfo zone, WallCalendar calendar) =>
    [
        .. ProvenSchedule.OfJobs.Zip(
            [20, 20, 6, 6, 6, 20],
            (schedule, hours) => new ProvenJob(Define(schedule.Expression, TimeSpan.FromHours(hours), zone), calendar.Due(schedule.IsMeant))),
    ];

    /// <summary>The last due time at or before an instant.</summary>
    public DateTimeOffset Latest(DateTimeOffset now)
    {
        var (low, high) = (0, Due.Count);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = Due[middle] <= now ? (middle, high) : (low, middle);
        }

        return Due[low] <= now ? Due[low] : throw new ArgumentOutOfRangeException(nameof(now), now, "Before the calendar begins.");
    }

    private static JobDefinition Define(string expression, TimeSpan catchUp, TimeZoneInfo zone)
    {
        JobSchedule.TryParse(expression, zone, out var schedule, out _).ShouldBeTrue();
        return RunnerHarness.Job() with
        {
            Name = $"job {expression}".Replace('/', 'x').Replace('*', 'x').Replace(' ', '-'),
            Schedule = schedule!,
            CatchUp = catchUp,
        };
    }
}
