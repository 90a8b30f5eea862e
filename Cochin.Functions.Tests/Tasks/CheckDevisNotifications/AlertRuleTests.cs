using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.CheckDevisNotifications;
using CsCheck;

namespace Cochin.Functions.Tests.Tasks.CheckDevisNotifications;

public sealed class AlertRuleTests
{
    private static readonly DateOnly Today = new(2026, 11, 24);

    [Theory]
    [InlineData(1, null, false, AlertVerdict.None)]
    [InlineData(0, null, false, AlertVerdict.Due)]
    [InlineData(-7, null, false, AlertVerdict.Due)]
    [InlineData(-8, null, false, AlertVerdict.Expired)]
    [InlineData(0, 0, false, AlertVerdict.AlreadySent)]
    [InlineData(0, -3, false, AlertVerdict.Due)]
    [InlineData(-8, -8, false, AlertVerdict.AlreadySent)]
    [InlineData(0, 0, true, AlertVerdict.Due)]
    [InlineData(-7, -7, true, AlertVerdict.Due)]
    [InlineData(-8, -8, true, AlertVerdict.AlreadySent)]
    [InlineData(1, null, true, AlertVerdict.None)]
    internal void Evaluate_ByDayAndWhatWasAnnounced(int day, int? announced, bool force, AlertVerdict expected)
    {
        var devis = new DevisRow
        {
            Number = "D-1",
            DateDebut = DevisRow.Text(Today.AddDays(day)),
            StartNotifiedFor = announced is { } then ? DevisRow.Text(Today.AddDays(then)) : null,
        };

        new AlertRule(Today, 7, force).Evaluate(devis, AlertKind.Start, out var alert).ShouldBe(expected);

        alert?.DaysLate.ShouldBe(-day);
    }

    [Fact]
    public void Evaluate_BothOnOneDay_AreRecordedSeparately()
    {
        var devis = new DevisRow { Number = "D-1", DateDebut = "2026-11-24", DateRendu = "2026-11-24", StartNotifiedFor = "2026-11-24" };
        var rule = new AlertRule(Today, 7, force: false);

        rule.Evaluate(devis, AlertKind.Start, out _).ShouldBe(AlertVerdict.AlreadySent);
        rule.Evaluate(devis, AlertKind.End, out _).ShouldBe(AlertVerdict.Due);
    }

    [Theory]
    [InlineData("2026-13-01")]
    [InlineData("24/11/2026")]
    [InlineData("tomorrow")]
    public void Evaluate_InvalidDate_IsUnreadable(string text) =>
        new AlertRule(Today, 7, force: false).Evaluate(new DevisRow { Number = "D-1", DateRendu = text }, AlertKind.End, out _)
            .ShouldBe(AlertVerdict.Unreadable);

    [Fact]
    public void Evaluate_WithMissedDays_AnnouncesEachDateOnce()
    {
        var dates = Gen.Int[0, 40].Select(day => Today.AddDays(day));
        var mornings = Gen.Bool.Array[60];
        Gen.Select(dates, mornings).Sample((date, isUp) =>
        {
            var devis = new DevisRow { Number = "D-1", DateDebut = DevisRow.Text(date) };
            var sent = new List<DateOnly>();
            for (var day = 0; day < isUp.Length; day++)
            {
                if (isUp[day] && new AlertRule(Today.AddDays(day), 7, force: false).Evaluate(devis, AlertKind.Start, out var alert) == AlertVerdict.Due)
                {
                    sent.Add(Today.AddDays(day));
                    devis = devis with { StartNotifiedFor = DevisRow.Text(alert!.Date) };
                }
            }

            var firstUp = Enumerable.Range(date.DayNumber - Today.DayNumber, 8)
                .Where(day => isUp[day])
                .Select(day => (DateOnly?)Today.AddDays(day))
                .FirstOrDefault();
            sent.ShouldBe(firstUp is { } first ? [first] : []);
        }, iter: 1_000);
    }
}
