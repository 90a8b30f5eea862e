using Cochin.Functions.Notifications.Notices;

namespace Cochin.Functions.Tests.Notifications.Notices;

public sealed class NoticeRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 2, 10, 0, 0, TimeSpan.Zero);
    private static readonly WatchSettings Settings = new();
    private static readonly Incident Failing = new(IncidentKind.Failing, "nightly", Now.AddDays(-1));
    private static readonly Notice Told = new() { Key = "job-nightly", Kind = IncidentKind.Failing, Subject = "nightly", Since = Now.AddDays(-1), SentAt = Now.AddHours(-1), Sent = 1 };

    [Fact]
    public void New_IsTold() => Evaluate(Failing, notice: null).ShouldBe(NoticeAction.Announce);

    [Fact]
    public void Told_IsLeft() => Evaluate(Failing, Told).ShouldBe(NoticeAction.None);

    [Fact]
    public void TurnedIntoAFailure_IsToldWithItsReason() =>
        Evaluate(Failing, Told with { Kind = IncidentKind.Overdue }).ShouldBe(NoticeAction.Announce);

    [Fact]
    public void Claimed_IsLeftToTheOther() =>
        Evaluate(Failing, Told with { SentAt = null, NotBefore = Now.AddMinutes(1) }).ShouldBe(NoticeAction.None);

    [Fact]
    public void ClaimThatHasJustEnded_IsSentByAnother() =>
        Evaluate(Failing, Told with { SentAt = null, NotBefore = Now }).ShouldBe(NoticeAction.Announce);

    [Theory]
    [InlineData(0, nameof(NoticeAction.Remind))]
    [InlineData(1, nameof(NoticeAction.None))]
    public void Reminder_IsOwedFromItsTimeOn(long ticksLeft, string action) =>
        Evaluate(Failing, Told with { SentAt = Now - Settings.Reminder + TimeSpan.FromTicks(ticksLeft) }).ToString().ShouldBe(action);

    [Fact]
    public void Over_IsTakenBack() => Evaluate(incident: null, Told).ShouldBe(NoticeAction.Recover);

    [Fact]
    public void OverOfAJobThatIsOff_IsForgotten() =>
        NoticeRule.Evaluate(incident: null, Told, isWatched: false, Settings, Now).ShouldBe(NoticeAction.Delete);

    [Fact]
    public void MissedAgain_IsToldAgain()
    {
        var missed = new Incident(IncidentKind.Missed, "nightly", Now);
        var told = Told with { Kind = IncidentKind.Missed, Since = Now.AddDays(-1) };

        Evaluate(missed, told).ShouldBe(NoticeAction.Announce);
        Evaluate(missed, told with { Since = Now }).ShouldBe(NoticeAction.None);
        Evaluate(incident: null, told).ShouldBe(NoticeAction.None);
    }

    [Fact]
    public void Reminders_DoubleUpToAWeek() =>
        Enumerable.Range(1, 6).Select(sent => NoticeRule.Pause(sent, Settings).TotalDays).ShouldBe([1, 2, 4, 7, 7, 7]);

    [Fact]
    public void Reminders_SetRarerThanAWeek_StayAsTheyAreSet() =>
        NoticeRule.Pause(5, new WatchSettings { Reminder = TimeSpan.FromDays(30) }).ShouldBe(TimeSpan.FromDays(30));

    [Fact]
    public void Retries_DoubleUpToAnHour() =>
        Enumerable.Range(1, 8).Select(tries => NoticeRule.Retry(tries, isRejected: false).TotalMinutes).ShouldBe([1, 2, 4, 8, 16, 32, 60, 60]);

    [Fact]
    public void Retries_OfWhatIsRefused_DoubleUpToADay() =>
        Enumerable.Range(5, 9).Select(tries => NoticeRule.Retry(tries, isRejected: true).TotalMinutes).ShouldBe([16, 32, 64, 128, 256, 512, 1024, 1440, 1440]);

    private static NoticeAction Evaluate(Incident? incident, Notice? notice) => NoticeRule.Evaluate(incident, notice, isWatched: true, Settings, Now);
}
