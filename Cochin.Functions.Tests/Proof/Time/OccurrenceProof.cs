using Cochin.Functions.Jobs;

namespace Cochin.Functions.Tests.Proof.Time;

/// <summary>
/// Every night of ten years in Paris and in awkward zones, all jobs and awkward schedules: the program's due times against an
/// oracle that walks through every minute.
/// </summary>
public sealed class OccurrenceProof
{
    // Each with the years in which its clock was most awkward. Paris has ten years in every run of the tests, the others with the whole proof.
    private static readonly (string Zone, int From, string Why)[] Zones =
    [
        ("Europe/Paris", 2020, "zone of the jobs: 02:00 is skipped, 02:00 to 03:00 occurs twice"),
        ("Australia/Lord_Howe", 2020, "changes by half an hour"),
        ("America/Santiago", 2018, "changes at midnight: some days have no 00:00"),
        ("Africa/Casablanca", 2016, "changes around Ramadan, back for one month a year"),
        ("Asia/Kathmandu", 1985, "45 minutes past the hour; its offset changed in 1986"),
        ("Pacific/Apia", 2008, "the whole of 2011-12-30 was skipped"),
        ("Africa/Cairo", 2007, "four changes in 2010 and in 2014, none in between, at midnight"),
        ("America/Havana", 2008, "changes at midnight, 00:00 to 01:00 occurs twice"),
        ("America/Caracas", 2007, "half an hour once, and back years later"),
    ];

    [Fact]
    public void Occurrences_EveryNightOfYears_AreThoseOfTheOracle()
    {
        var rows = new List<object?[]>();
        foreach (var (zoneId, first, why) in Zones)
        {
            var from = new DateTime(first, 1, 1, 12, 0, 0, DateTimeKind.Utc);
            var to = from.AddYears(ProofScale.Of(5, 20));
            var zone = TimeZoneInfo.FindSystemTimeZoneById(zoneId);
            var calendar = new WallCalendar(zone, from, to);
            calendar.Minutes.ShouldBeGreaterThan((int)(to - from).TotalMinutes - (2 * 24 * 60));

            var compared = 0;
            var shifted = 0;
            var firstOfTwo = 0;
            foreach (var proven in ProvenSchedule.OfJobs.Concat(ProvenSchedule.Awkward))
            {
                JobSchedule.TryParse(proven.Expression, zone, out var schedule, out _).ShouldBeTrue();
                var expected = calendar.Due(proven.IsMeant);
                var walls = calendar.Walls(proven.IsMeant);

                Forward(schedule!, from, to).ShouldBe(expected, $"{proven} in {zoneId}");
                Backward(schedule!, expected, proven);
                foreach (var due in expected)
                {
                    var wall = TimeZoneInfo.ConvertTime(due, zone).DateTime;
                    var isShifted = walls[due].Any(meant => meant != wall);
                    var isFirstOfTwo = !isShifted && calendar.Repeated.Contains(wall);
                    schedule!.ClockChangeAt(due).ShouldBe(
                        isShifted ? ClockChange.Shifted : isFirstOfTwo ? ClockChange.FirstOfTwo : ClockChange.None,
                        $"{proven} in {zoneId} at {due:u}");
                    shifted += isShifted ? 1 : 0;
                    firstOfTwo += isFirstOfTwo ? 1 : 0;
                }

                compared += expected.Count;
            }

            rows.Add(
            [
                zoneId, $"{from.Year}–{to.Year}", why, (int)(to - from).TotalDays, compared, shifted, firstOfTwo, calendar.Skipped,
                calendar.Repeated.Count, 0,
            ]);
        }

        ProofReport.Write(
            "5.1",
            "Time: every night of more than ten years",
            $"{ProvenSchedule.OfJobs.Count} schedules of the jobs and {ProvenSchedule.Awkward.Count} awkward ones "
            + "(leap days, ends of years and months, the changed hours), forward and backward, against a reference that steps through every minute.",
            ["zone", "years", "reason", "days", "occurrences", "shifted", "first of two", "minutes skipped", "minutes repeated", "differing"],
            rows);
    }

    private static List<DateTimeOffset> Forward(JobSchedule schedule, DateTime from, DateTime to)
    {
        var found = new List<DateTimeOffset>();
        for (var next = schedule.Next(new DateTimeOffset(from).AddTicks(-1)); next?.UtcDateTime < to; next = schedule.Next(next.Value))
        {
            found.Add(next.Value);
        }

        return found;
    }

    private static void Backward(JobSchedule schedule, List<DateTimeOffset> expected, ProvenSchedule proven)
    {
        for (var i = 1; i < expected.Count; i++)
        {
            schedule.Latest(expected[i]).ShouldBe(expected[i], $"{proven}");
            schedule.Latest(expected[i].AddTicks(-1)).ShouldBe(expected[i - 1], $"{proven}");
        }
    }
}
