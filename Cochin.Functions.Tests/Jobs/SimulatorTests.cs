using Cochin.Functions.Jobs;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Jobs;

/// <summary>A job that is due at 02:00 in Paris, with a catch-up window of six hours.</summary>
public sealed class SimulatorTests
{
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    [Theory]
    [InlineData("2026-06-03T00:05Z", "2026-06-03T05:00Z", "Runs", "Runs", "Runs")]
    [InlineData("2026-06-02T23:00Z", "2026-06-03T00:00Z", "Runs", "Runs", "Runs")]
    [InlineData("2026-06-02T23:00Z", "2026-06-03T00:01Z", "Runs", "MadeUp", "Runs")]
    [InlineData("2026-06-02T23:00Z", "2026-06-03T06:00Z", "Runs", "MadeUp", "Runs")]
    [InlineData("2026-06-02T23:00Z", "2026-06-03T06:01Z", "Runs", "Missed", "Runs")]
    [InlineData("2026-06-01T23:00Z", "2026-06-03T05:00Z", "Superseded", "MadeUp", "Runs")]
    [InlineData("2026-06-01T23:00Z", "2026-06-09T12:00Z", "Superseded", "Superseded", "Superseded")]
    public void Simulate_WithAnOutage_PredictsEachOutcome(string from, string to, params string[] expected)
    {
        var simulator = new Simulator(Quarter, [new Outage(Time(from), Time(to))]);

        var occurrences = simulator.Simulate(RunnerHarness.Job(), Time("2026-06-01T12:00Z"), Time("2026-06-04T12:00Z"));

        occurrences.Select(occurrence => $"{occurrence.Outcome}").ShouldBe(expected);
    }

    [Theory]
    [InlineData("0 0 2 * * *", "2026-06-02T00:00Z", "Runs")]
    [InlineData("30 7 2 * * *", "2026-06-02T00:00Z", "Runs")]
    [InlineData("30 7 2 * * *", "2026-06-02T02:00Z", "Missed")]
    public void Simulate_NoCatchUp_RunsOnTimeAndMissesAfterAnOutage(string schedule, string end, string expected)
    {
        var simulator = new Simulator(Quarter, [new Outage(Time("2026-06-01T23:00Z"), Time(end))]);

        var occurrence = simulator.Simulate(
            Job(schedule) with { CatchUp = TimeSpan.Zero }, Time("2026-06-01T12:00Z"), Time("2026-06-02T12:00Z")).Single();

        $"{occurrence.Outcome}".ShouldBe(expected);
    }

    [Fact]
    public void Simulate_OutageBeyondTheEnd_ReturnsTheSupersedingOccurrence()
    {
        var simulator = new Simulator(Quarter, [new Outage(Time("2026-06-01T23:00Z"), Time("2026-06-09T12:00Z"))]);

        var occurrence = simulator.Simulate(RunnerHarness.Job(), Time("2026-06-01T12:00Z"), Time("2026-06-02T12:00Z")).Single();

        occurrence.SupersededBy.ShouldBe(Time("2026-06-09T00:00Z"));
        occurrence.At.ShouldBe(Time("2026-06-09T12:00Z"));
    }

    [Fact]
    public void Simulate_AdjacentOutages_CountAsOne()
    {
        Outage[] outages =
        [
            new(Time("2026-06-02T03:00Z"), Time("2026-06-02T05:00Z")),
            new(Time("2026-06-01T23:00Z"), Time("2026-06-02T03:00Z")),
        ];
        var simulator = new Simulator(Quarter, outages);

        var occurrence = simulator.Simulate(RunnerHarness.Job(), Time("2026-06-01T12:00Z"), Time("2026-06-02T12:00Z")).Single();

        occurrence.At.ShouldBe(Time("2026-06-02T05:00Z"));
        occurrence.Late.ShouldBe(TimeSpan.FromHours(5));
    }

    [Theory]
    [InlineData(15 * 60, "2026-06-02T00:15:00Z")]
    [InlineData(1, "2026-06-02T00:07:30Z")]
    public void Simulate_DueBetweenTicks_RunsAtTheNextTick(int tickSeconds, string expected)
    {
        var simulator = new Simulator(TimeSpan.FromSeconds(tickSeconds), []);

        var occurrence = simulator.Simulate(Job("30 7 2 * * *"), Time("2026-06-01T12:00Z"), Time("2026-06-02T12:00Z")).Single();

        occurrence.Outcome.ShouldBe(SimulatedOutcome.Runs);
        occurrence.At.ShouldBe(Time(expected));
    }

    [Fact]
    public void Simulate_DueMoreOftenThanTheTick_RunsTheLatestAtEachTick()
    {
        var outcomes = new Simulator(Quarter, [])
            .Simulate(Job("0 */5 * * * *"), Time("2026-06-01T12:01Z"), Time("2026-06-01T12:31Z"))
            .CountBy(occurrence => occurrence.Outcome);

        outcomes.ShouldBe([new(SimulatedOutcome.Superseded, 4), new(SimulatedOutcome.Runs, 2)], ignoreOrder: true);
    }

    [Fact]
    public void Simulate_DisabledJob_SkipsAll() =>
        new Simulator(Quarter, []).Simulate(RunnerHarness.Job(enabled: false), Time("2026-06-01T00:00Z"), Time("2026-06-03T12:00Z"))
            .Select(occurrence => occurrence.Outcome).ShouldBe([SimulatedOutcome.Disabled, SimulatedOutcome.Disabled, SimulatedOutcome.Disabled]);

    [Fact]
    public void Simulate_BoundsOnOccurrences_IncludesTheFirstAndExcludesTheLast() =>
        new Simulator(Quarter, []).Simulate(RunnerHarness.Job(), Time("2026-06-01T00:00Z"), Time("2026-06-03T00:00Z"))
            .Select(occurrence => occurrence.Due).ShouldBe([Time("2026-06-01T00:00Z"), Time("2026-06-02T00:00Z")]);

    private static JobDefinition Job(string expression)
    {
        JobSchedule.TryParse(expression, TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"), out var schedule, out _).ShouldBeTrue();
        return RunnerHarness.Job() with { Schedule = schedule! };
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
