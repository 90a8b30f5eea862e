using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Notifications.Notices;

/// <summary>A notice of the same key that is announced again: the message about the new incident is as certain as the first one.</summary>
public sealed class RepeatedNoticeTests(AzuriteServer server) : WatchHarness(server)
{
    private const string FailedTitle = "Échec : nightly";

    [Theory]
    [InlineData(nameof(IncidentKind.Missed), "Exécution manquée : nightly")]
    [InlineData(nameof(IncidentKind.Failing), FailedTitle)]
    public async Task SecondIncident_WhoseDeliveryFails_IsRetried(string kind, string title)
    {
        await BeginSecondAsync(kind);
        Channel.Answer(500);
        await NewWatch().CheckJobsAsync(Cancellation);
        Titles.ShouldBeEmpty();

        Clock.Advance(TimeSpan.FromMinutes(2));
        await NewWatch().CheckJobsAsync(Cancellation);
        await NewWatch().CheckJobsAsync(Cancellation);

        Titles.ShouldBe([title]);
    }

    [Theory]
    [InlineData(nameof(IncidentKind.Missed), "missed-nightly", "Exécution manquée : nightly")]
    [InlineData(nameof(IncidentKind.Failing), "job-nightly", FailedTitle)]
    public async Task SecondIncident_WhoseProcessDiesAfterTheClaim_IsSentAfterTheClaimExpires(string kind, string key, string title)
    {
        await BeginSecondAsync(kind);

        await DieAfterClaimAsync(key);

        Titles.ShouldBe([title]);
    }

    [Fact]
    public async Task Reminder_WhoseDeliveryFails_StaysAReminder()
    {
        await FailAsync();
        Clock.Advance(TimeSpan.FromHours(25));
        Channel.Answer(500);
        await NewWatch().CheckJobsAsync(Cancellation);

        Clock.Advance(TimeSpan.FromMinutes(2));
        await NewWatch().CheckJobsAsync(Cancellation);

        Titles.ShouldBe([FailedTitle, $"{FailedTitle} (rappel)"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(48)]
    public async Task OverdueBackup_SecondProcessHasAnotherLimitOrNone_IsAnnouncedAndRecoveredOnce(int hours)
    {
        await AddBackupAsync("1", Noon.AddHours(-30));
        await CheckByBothAsync();
        await CheckByBothAsync();
        Titles.ShouldBe(["Sauvegarde en retard : main"]);

        await AddBackupAsync("2", Clock.GetUtcNow());
        await CheckByBothAsync();
        await CheckByBothAsync();
        Titles.ShouldBe(["Sauvegarde en retard : main", "Sauvegarde de nouveau à jour : main"]);

        async Task CheckByBothAsync()
        {
            Settings = new WatchSettings { Digest = null, BackupsExpected = TimeSpan.FromHours(hours) };
            await NewWatch().CheckAsync(Cancellation);
            Settings = Settings with { BackupsExpected = TimeSpan.FromHours(26) };
            await NewWatch().CheckAsync(Cancellation);
            Clock.Advance(TimeSpan.FromMinutes(15));
        }
    }

    [Fact]
    public async Task OverdueJob_SecondProcessHasAnotherSchedule_IsAnnouncedAndRecoveredOnce()
    {
        var weekly = Job() with { Schedule = Schedule("0 0 2 * * 0") };
        await SucceedAsync();
        Clock.Advance(TimeSpan.FromHours(49));
        for (var check = 0; check < 3; check++)
        {
            await NewWatch().CheckJobsAsync(Cancellation);
            await NewWatch(weekly).CheckJobsAsync(Cancellation);
        }

        await SucceedAsync();
        await NewWatch(weekly).CheckJobsAsync(Cancellation);

        Titles.ShouldBe(["En retard : nightly", "Rétabli : nightly"]);
    }

    private async Task AddBackupAsync(string id, DateTimeOffset completedAt)
    {
        await Storage.Operations.CreateIfNotExistsAsync(Cancellation);
        await AddOperationAsync(
            "backup", id, ("Configuration", "main"), ("Status", "completed"), ("CreatedAt", completedAt), ("CompletedAt", completedAt));
    }

    /// <summary>A second run is missed, or an overdue job begins to fail.</summary>
    private Task BeginSecondAsync(string kind) => kind == nameof(IncidentKind.Missed) ? MissAgainAsync() : FailAfterOverdueAsync();

    private async Task MissAgainAsync()
    {
        Followers.Clear();
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock.AddHours(9));
        await NewRunner().RunDueAsync(JobName, Cancellation);
        await AddSentNoticeAsync("missed-nightly", IncidentKind.Missed);
    }

    private async Task FailAfterOverdueAsync()
    {
        Followers.Clear();
        await FailAsync();
        await AddSentNoticeAsync("job-nightly", IncidentKind.Overdue);
    }

    private Task AddSentNoticeAsync(string key, IncidentKind kind) => Storage.Jobs.AddEntityAsync(
        new Notice
        {
            Key = key, Kind = kind, Subject = JobName, Since = Clock.GetUtcNow().AddDays(-3), SentAt = Clock.GetUtcNow().AddHours(-1), Sent = 1,
        }.Row(),
        Cancellation);

    /// <summary>A process claims the notice and dies before anything is delivered; another one checks after the claim has expired.</summary>
    private async Task DieAfterClaimAsync(string key)
    {
        var isClaimed = false;
        var dying = new CrashPolicy(request =>
        {
            var isDead = isClaimed;
            isClaimed |= request.Method.Method == "PUT" && request.Uri.ToString().Contains(key, StringComparison.Ordinal);
            return isDead;
        });
        Channel.Answer(500);
        await Should.ThrowAsync<InvalidOperationException>(() => NewWatch(storage: NewStorage(dying)).CheckJobsAsync(Cancellation));
        Titles.ShouldBeEmpty();

        Clock.Advance(TimeSpan.FromMinutes(6));
        await NewWatch().CheckJobsAsync(Cancellation);
        await NewWatch().CheckJobsAsync(Cancellation);
    }
}
