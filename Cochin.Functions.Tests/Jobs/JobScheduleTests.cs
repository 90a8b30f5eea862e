using Cochin.Functions.Jobs;
using CsCheck;
using NCrontab;

namespace Cochin.Functions.Tests.Jobs;

public sealed class JobScheduleTests
{
    private static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    [Theory]
    [InlineData("0 0 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", "02:00 is skipped: it is shifted to 03:00")]
    [InlineData("0 30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z", "02:30 is skipped: it is shifted to 03:30")]
    [InlineData("0 0 3 * * 0", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", "03:00 exists")]
    [InlineData("0 30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z", "02:30 exists twice: it runs the first time")]
    [InlineData("0 30 2 * * *", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z", "the next one after the first 02:30 is on the next day")]
    [InlineData("0 0 8 * * *", "2026-07-01T06:00:00Z", "2026-07-02T06:00:00Z", "the next one is strictly later")]
    public void Next_InParis_IsAtTheWallClockTime(string expression, string after, string expected, string because) =>
        Schedule(expression, Paris).Next(Time(after)).ShouldBe(Time(expected), because);

    [Theory]
    [InlineData("0 0 2 * * *", "2026-03-29T00:59:59Z", "2026-03-28T01:00:00Z")]
    [InlineData("0 0 2 * * *", "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z")]
    [InlineData("0 30 2 * * *", "2026-10-25T01:30:00Z", "2026-10-25T00:30:00Z")]
    [InlineData("0 0 */6 * * *", "2026-10-25T01:30:00Z", "2026-10-24T22:00:00Z")]
    public void Latest_InParis_IsAtOrBeforeTheInstant(string expression, string now, string expected) =>
        Schedule(expression, Paris).Latest(Time(now)).ShouldBe(Time(expected));

    [Fact]
    public void Next_ShiftedPastALaterWallClockTime_ReturnsBothInOrder()
    {
        // The clock change on Lord Howe is half an hour: 02:15 is skipped and shifted to 02:45, after 02:40.
        var schedule = Schedule("0 15,40 2 * * *", TimeZoneInfo.FindSystemTimeZoneById("Australia/Lord_Howe"));
        var first = schedule.Next(Time("2026-10-03T14:00:00Z"));

        first.ShouldBe(Time("2026-10-03T15:40:00Z"));
        schedule.Next(first!.Value).ShouldBe(Time("2026-10-03T15:45:00Z"));
        schedule.Latest(Time("2026-10-03T15:50:00Z")).ShouldBe(Time("2026-10-03T15:45:00Z"));
    }

    [Theory]
    [InlineData("0 0 2 * * Monday", "0 0 2 * * 1")]
    [InlineData("0 0 2 * * sunday,SATURDAY", "0 0 2 * * 0,6")]
    [InlineData("0 0 2 * * Monday-Friday", "0 0 2 * * 1-5")]
    [InlineData("0 0 2 * * Mon-Friday/2", "0 0 2 * * 1-5/2")]
    [InlineData("0 0 2 * January,september-DECEMBER *", "0 0 2 * 1,9-12 *")]
    [InlineData("0 2 * june tue", "0 2 * 6 2")]
    public void TryParse_Names_EqualTheirNumbers(string names, string numbers)
    {
        var from = Time("2026-01-01T00:00:00Z");
        var (named, numbered) = (Schedule(names, Paris), Schedule(numbers, Paris));

        for (var i = 0; i < 20; i++)
        {
            named.Next(from).ShouldBe(numbered.Next(from));
            from = named.Next(from)!.Value;
        }
    }

    [Fact]
    public void TryParse_AnyName_AgreesWithTheHost()
    {
        var formats = System.Globalization.CultureInfo.InvariantCulture.DateTimeFormat;
        var full = formats.DayNames.Concat(formats.MonthNames).Where(name => name.Length > 0).ToArray();
        var name = Gen.OneOf(
            Gen.Select(OneOf(full), Gen.Int[1, 9]).Select((text, length) => text[..Math.Min(length, text.Length)]),
            OneOf(full),
            OneOf("Mondays", "Lundi", "Janvier", "x", "1", "4", "L", "W", "1MON", "MON1", "Sept"));
        var cased = Gen.Select(name, Gen.Int[0, 2])
            .Select((text, form) => form switch { 0 => text, 1 => text.ToUpperInvariant(), _ => text.ToLowerInvariant() });
        var field = Gen.OneOf(
            cased,
            Gen.Select(cased, cased).Select((a, b) => $"{a},{b}"),
            Gen.Select(cased, cased).Select((a, b) => $"{a}-{b}"),
            Gen.Select(cased, cased, Gen.Int[1, 3]).Select((a, b, step) => $"{a}-{b}/{step}"));
        var expressions = Gen.Select(field, Gen.Int[2, 5])
            .Select((text, place) => string.Join(' ', Enumerable.Range(0, 6).Select(i => i == place ? text : i < 3 ? "0" : "*")));
        var read = 0;

        expressions.Sample(
            expression =>
            {
                var theirs = CrontabSchedule.TryParse(expression, new CrontabSchedule.ParseOptions { IncludingSeconds = true });
                var isRead = JobSchedule.TryParse(expression, TimeZoneInfo.Utc, out var ours, out _);

                isRead.ShouldBe(theirs is not null && !IsBackwards(expression), expression);
                if (!isRead)
                {
                    return;
                }

                read++;
                var from = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
                ours!.Next(new DateTimeOffset(from)).ShouldBe(new DateTimeOffset(theirs!.GetNextOccurrence(from)), expression);
            },
            iter: 2_000,
            threads: 1);
        read.ShouldBeGreaterThan(100);
    }

    // The host swaps the ends of such a range. This program rejects it.
    private static bool IsBackwards(string expression)
    {
        var formats = System.Globalization.CultureInfo.InvariantCulture.DateTimeFormat;
        string[][] names = [[], [], [], [], ["", .. formats.MonthNames], formats.DayNames];
        return expression.Split(' ').Index().Any(field => field.Item.Split(',').Any(item =>
            item.Split('/')[0].Split('-') is [var from, var to] && Number(from, names[field.Index]) > Number(to, names[field.Index])));

        static int Number(string text, string[] names) =>
            int.TryParse(text, out var number)
                ? number
                : Array.FindIndex(names, full => full.Length > 0 && full.StartsWith(text, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void TryParse_AnyNumbers_AgreesWithTheHostOrIsRejected()
    {
        int[] last = [59, 59, 23, 31, 12, 6];
        var field =
            from place in Gen.Int[0, 5]
            from items in Item(last[place]).Array[1, 3]
            select string.Join(' ', Enumerable.Range(0, 6).Select(i => i == place ? string.Join(',', items) : i < 3 ? "0" : "*"));
        var read = 0;

        field.Sample(
            expression =>
            {
                var theirs = CrontabSchedule.TryParse(expression, new CrontabSchedule.ParseOptions { IncludingSeconds = true });
                var isRead = JobSchedule.TryParse(expression, TimeZoneInfo.Utc, out var ours, out _);

                if (!isRead)
                {
                    return; // More is rejected than by the host: lists with *, and steps beyond the end of the field.
                }

                read++;
                IsBackwards(expression).ShouldBeFalse(expression);
                theirs.ShouldNotBeNull(expression);
                var from = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
                ours!.Next(new DateTimeOffset(from)).ShouldBe(new DateTimeOffset(theirs.GetNextOccurrence(from)), expression);
            },
            iter: 3_000,
            threads: 1);
        read.ShouldBeGreaterThan(100);

        static Gen<string> Item(int last) => Gen.OneOf(
            Gen.Int[0, last + 1].Select(value => $"{value}"),
            Gen.Int[1, last + 2].Select(step => $"*/{step}"),
            Gen.Select(Gen.Int[0, last + 1], Gen.Int[0, last + 1]).Select((a, b) => $"{a}-{b}"),
            Gen.Select(Gen.Int[0, last], Gen.Int[0, last], Gen.Int[1, last]).Select((a, b, step) => $"{a}-{b}/{step}"),
            Gen.Select(Gen.Int[0, last], Gen.Int[1, last]).Select((a, step) => $"{a}/{step}"));
    }

    [Theory]
    [InlineData("* * * *", "4 fields")]
    [InlineData("", "0 fields")]
    [InlineData("0 0 25 * * *", "not a valid schedule")]
    [InlineData("0 0 8 L * *", "'L'")]
    [InlineData("0 0 8 * * 1#2", "'1#2'")]
    [InlineData("0 0 8 ? * *", "'?'")]
    [InlineData("a b c d e f", "'a'")]
    [InlineData("0 0 0 31 2 *", "never occurs")]
    [InlineData("0 0 2 * * FRI-MON", "ends before it starts")]
    [InlineData("0 0 2 * * 1,5-0/2", "ends before it starts")]
    [InlineData("0 0 22-4 * * *", "ends before it starts")]
    [InlineData("0 0 2 * NOV-FEB *", "ends before it starts")]
    [InlineData("0 0 2 * * 7", "0 (Sunday) to 6 (Saturday)")]
    [InlineData("0 0 2 * * 5-7", "0 (Sunday) to 6 (Saturday)")]
    [InlineData("0 2 * * 1,7", "0 (Sunday) to 6 (Saturday)")]
    public void TryParse_NotNcrontab_ReturnsTheProblem(string expression, string expected)
    {
        JobSchedule.TryParse(expression, Paris, out var schedule, out var problem).ShouldBeFalse();

        schedule.ShouldBeNull();
        problem.ShouldNotBeNull().ShouldContain(expected);
    }

    [Fact]
    public void TryParse_FiveFields_MeansSecondZero() =>
        Schedule("30 8 * * *", Paris).Next(Time("2026-01-01T00:00:00Z")).ShouldBe(Time("2026-01-01T07:30:00Z"));

    [Fact]
    public void NextAndLatest_InUtc_AgreeWithNCrontab()
    {
        var expressions =
            from second in OneOf("0", "*/20", "5,40", "59")
            from minute in Field(0, 59)
            from hour in Field(0, 23)
            from day in Gen.OneOf(Gen.Const("*"), Field(1, 28))
            from month in Gen.OneOf(Gen.Const("*"), Field(1, 12), OneOf("JAN", "MAR-JUN"))
            from weekday in Gen.OneOf(Gen.Const("*"), Field(0, 6), OneOf("MON", "TUE-FRI"))
            select $"{second} {minute} {hour} {day} {month} {weekday}";
        var instants = Gen.DateTime[new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc), new DateTime(2050, 1, 1, 0, 0, 0, DateTimeKind.Utc)];

        Gen.Select(expressions, instants).Sample((expression, instant) =>
        {
            var after = DateTime.SpecifyKind(instant, DateTimeKind.Utc);
            var theirs = CrontabSchedule.Parse(expression, new CrontabSchedule.ParseOptions { IncludingSeconds = true })
                .GetNextOccurrences(after, after.AddYears(40))
                .Select(next => (DateTimeOffset?)new DateTimeOffset(DateTime.SpecifyKind(next, DateTimeKind.Utc)))
                .FirstOrDefault();
            var schedule = Schedule(expression, TimeZoneInfo.Utc);

            schedule.Next(new DateTimeOffset(after)).ShouldBe(theirs, expression);
            if (theirs is { } next)
            {
                schedule.Latest(next).ShouldBe(next, expression);
            }
        }, iter: 3_000);
    }

    [Theory]
    [InlineData("Europe/Paris")]
    [InlineData("Pacific/Kiritimati")]
    [InlineData("America/Los_Angeles")]
    public void NextAndLatest_AtTheLimitsOfTime_AreNull(string zone)
    {
        var schedule = Schedule("0 0 2 1 * *", TimeZoneInfo.FindSystemTimeZoneById(zone));

        foreach (var days in new[] { 0, 1, 2, 20 })
        {
            DateTimeOffset[] limits = [DateTimeOffset.MinValue.AddDays(days), DateTimeOffset.MaxValue.AddDays(-days)];
            limits.Select(schedule.Next).ShouldAllBe(next => next == null);
            limits.Select(schedule.Latest).ShouldAllBe(latest => latest == null);
        }
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static Gen<string> Field(int least, int most) =>
        Gen.OneOf(
            Gen.Int[least, most].Select(value => $"{value}"),
            Gen.Int[1, Math.Max(most, 1)].Select(step => $"*/{step}"),
            Gen.Select(Gen.Int[least, most], Gen.Int[least, most]).Select((a, b) => $"{Math.Min(a, b)}-{Math.Max(a, b)}"),
            Gen.Select(Gen.Int[least, most], Gen.Int[least, most]).Select((a, b) => $"{a},{b}"));

    private static JobSchedule Schedule(string expression, TimeZoneInfo zone) =>
        JobSchedule.TryParse(expression, zone, out var schedule, out var problem) ? schedule : throw new InvalidOperationException(problem);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
