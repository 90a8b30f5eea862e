using Cochin.Functions.Notifications.Notices;

namespace Cochin.Functions.Tests.Notifications.Notices;

public sealed class NoticeRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 2, 10, 0, 0, TimeSpan.Zero);
    private static readonly WatchSettings Settings = new();
    private static readonly Incident Failing = new(IncidentKind.Failing, "nightly", Now.AddDays(-1));
    private static readonly Notice Announced = new()
    {
        Key = "job-nightly",
        Kind = IncidentKind.Failing,
        Subject = "nightly",
        Since = Now.AddDays(-1),
        SentAt = Now.AddHours(-1),
        Sent = 1,
    };

    [Fact]
    public void Incident_New_IsAnnounced() => Evaluate(Failing, notice: null).ShouldBe(NoticeAction.Announce);

    [Fact]
    public void Incident_Announced_NeedsNothing() => Evaluate(Failing, Announced).ShouldBe(NoticeAction.None);

    [Fact]
    public void Incident_OverdueThatBecomesAFailure_IsAnnouncedAgain() =>
        Evaluate(Failing, Announced with { Kind = IncidentKind.Overdue }).ShouldBe(NoticeAction.Announce);

    [Fact]
    public void Notice_Claimed_NeedsNothing() =>
        Evaluate(Failing, Announced with { SentAt = null, NotBefore = Now.AddMinutes(1) }).ShouldBe(NoticeAction.None);

    [Fact]
    public void Notice_ClaimJustExpired_IsSent() =>
        Evaluate(Failing, Announced with { SentAt = null, NotBefore = Now }).ShouldBe(NoticeAction.Announce);

    [Theory]
    [InlineData(0, nameof(NoticeAction.Remind))]
    [InlineData(1, nameof(NoticeAction.None))]
    public void Reminder_IsSentFromItsDueTime(long ticksLeft, string action) =>
        Evaluate(Failing, Announced with { SentAt = Now - Settings.Reminder + TimeSpan.FromTicks(ticksLeft) }).ToString().ShouldBe(action);

    [Fact]
    public void Incident_Over_IsRecovered() => Evaluate(incident: null, Announced).ShouldBe(NoticeAction.Recover);

    [Fact]
    public void Incident_OverOfASwitchedOffJob_IsDeleted() =>
        NoticeRule.Evaluate(incident: null, Announced, isWatched: false, success: null, Settings, Now).ShouldBe(NoticeAction.Delete);

    [Theory]
    [InlineData(nameof(IncidentKind.Overdue), true, null, nameof(NoticeAction.None))]
    [InlineData(nameof(IncidentKind.Overdue), true, 0, nameof(NoticeAction.None))]
    [InlineData(nameof(IncidentKind.Overdue), true, 1, nameof(NoticeAction.Recover))]
    [InlineData(nameof(IncidentKind.Overdue), false, 0, nameof(NoticeAction.Delete))]
    [InlineData(nameof(IncidentKind.BackupOverdue), true, 0, nameof(NoticeAction.None))]
    [InlineData(nameof(IncidentKind.BackupOverdue), true, 1, nameof(NoticeAction.Recover))]
    [InlineData(nameof(IncidentKind.BackupOverdue), false, null, nameof(NoticeAction.None))]
    [InlineData(nameof(IncidentKind.BackupOverdue), false, 0, nameof(NoticeAction.None))]
    [InlineData(nameof(IncidentKind.BackupOverdue), false, 1, nameof(NoticeAction.Recover))]
    public void Overdue_OnlyForTheSettingsOfAnotherProcess_EndsWithANewSuccess(string kind, bool isWatched, int? hoursAfter, string action)
    {
        var announced = Announced with { Kind = Enum.Parse<IncidentKind>(kind) };
        var success = hoursAfter is { } hours ? announced.Since?.AddHours(hours) : null;

        NoticeRule.Evaluate(incident: null, announced, isWatched, success, Settings, Now).ToString().ShouldBe(action);
    }

    [Fact]
    public void Missed_Again_IsAnnouncedAgain()
    {
        var missed = new Incident(IncidentKind.Missed, "nightly", Now);
        var announced = Announced with { Kind = IncidentKind.Missed, Since = Now.AddDays(-1) };

        Evaluate(missed, announced).ShouldBe(NoticeAction.Announce);
        Evaluate(missed, announced with { Since = Now }).ShouldBe(NoticeAction.None);
        Evaluate(incident: null, announced).ShouldBe(NoticeAction.None);
    }

    [Fact]
    public void ReminderDelay_DoublesUpToAWeek() =>
        Enumerable.Range(1, 6).Select(sent => NoticeRule.ReminderDelay(sent, Settings).TotalDays).ShouldBe([1, 2, 4, 7, 7, 7]);

    [Fact]
    public void ReminderDelay_SetToMoreThanAWeek_IsKept() =>
        NoticeRule.ReminderDelay(5, new WatchSettings { Reminder = TimeSpan.FromDays(30) }).ShouldBe(TimeSpan.FromDays(30));

    [Fact]
    public void RetryDelay_DoublesUpToAnHour() =>
        Enumerable.Range(1, 8).Select(tries => NoticeRule.RetryDelay(tries, isRejected: false).TotalMinutes).ShouldBe([1, 2, 4, 8, 16, 32, 60, 60]);

    [Fact]
    public void RetryDelay_OfARejectedMessage_DoublesUpToADay() =>
        Enumerable.Range(5, 9).Select(tries => NoticeRule.RetryDelay(tries, isRejected: true).TotalMinutes)
            .ShouldBe([16, 32, 64, 128, 256, 512, 1024, 1440, 1440]);

    private static NoticeAction Evaluate(Incident? incident, Notice? notice) =>
        NoticeRule.Evaluate(incident, notice, isWatched: true, success: null, Settings, Now);
}
