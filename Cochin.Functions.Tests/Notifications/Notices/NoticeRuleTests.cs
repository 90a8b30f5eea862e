using Cochin.Functions.Notifications.Notices;

namespace Cochin.Functions.Tests.Notifications.Notices;

public sealed class NoticeRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 2, 10, 0, 0, TimeSpan.Zero);
    private static readonly WatchSettings Settings = new();
    private static readonly Concern Failing = new(ConcernKind.Failing, "nightly", Now.AddDays(-1));
    private static readonly Notice Told = new() { Key = "job-nightly", Kind = ConcernKind.Failing, Subject = "nightly", Since = Now.AddDays(-1), SentAt = Now.AddHours(-1), Sent = 1 };

    [Fact]
    public void New_IsTold() => Judge(Failing, notice: null).ShouldBe(NoticeVerdict.Tell);

    [Fact]
    public void Told_IsLeft() => Judge(Failing, Told).ShouldBe(NoticeVerdict.Nothing);

    [Fact]
    public void TurnedIntoAFailure_IsToldWithItsReason() =>
        Judge(Failing, Told with { Kind = ConcernKind.Overdue }).ShouldBe(NoticeVerdict.Tell);

    [Fact]
    public void Claimed_IsLeftToTheOther() =>
        Judge(Failing, Told with { SentAt = null, NotBefore = Now.AddMinutes(1) }).ShouldBe(NoticeVerdict.Nothing);

    [Fact]
    public void ClaimThatHasJustEnded_IsSentByAnother() =>
        Judge(Failing, Told with { SentAt = null, NotBefore = Now }).ShouldBe(NoticeVerdict.Tell);

    [Theory]
    [InlineData(0, nameof(NoticeVerdict.Remind))]
    [InlineData(1, nameof(NoticeVerdict.Nothing))]
    public void Reminder_IsOwedFromItsTimeOn(long ticksLeft, string verdict) =>
        Judge(Failing, Told with { SentAt = Now - Settings.Reminder + TimeSpan.FromTicks(ticksLeft) }).ToString().ShouldBe(verdict);

    [Fact]
    public void Over_IsTakenBack() => Judge(concern: null, Told).ShouldBe(NoticeVerdict.TakeBack);

    [Fact]
    public void OverOfAJobThatIsOff_IsForgotten() =>
        NoticeRule.Judge(concern: null, Told, isWatched: false, Settings, Now).ShouldBe(NoticeVerdict.Forget);

    [Fact]
    public void MissedAgain_IsToldAgain()
    {
        var missed = new Concern(ConcernKind.Missed, "nightly", Now);
        var told = Told with { Kind = ConcernKind.Missed, Since = Now.AddDays(-1) };

        Judge(missed, told).ShouldBe(NoticeVerdict.Tell);
        Judge(missed, told with { Since = Now }).ShouldBe(NoticeVerdict.Nothing);
        Judge(concern: null, told).ShouldBe(NoticeVerdict.Nothing);
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

    private static NoticeVerdict Judge(Concern? concern, Notice? notice) => NoticeRule.Judge(concern, notice, isWatched: true, Settings, Now);
}
