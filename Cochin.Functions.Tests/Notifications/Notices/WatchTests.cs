using Azure.Data.Tables;
using Cochin.Functions.Auditing;
using Cochin.Functions.Jobs;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Notifications.Notices;

public sealed class WatchTests(AzuriteServer server) : WatchHarness(server)
{
    [Fact]
    public async Task Failing_IsToldOnceAndTakenBackOnce()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Failed);
        await NewRunner().RunDueAsync(JobName, Cancellation);
        await NewRunner().RunDueAsync(JobName, Cancellation);
        Clock.Advance(TimeSpan.FromHours(3));
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Done);
        await NewRunner().RunDueAsync(JobName, Cancellation);
        await NewWatch().LookAsync(Cancellation);

        Titles.ShouldBe(["Échec : nightly", "Rétabli : nightly"]);
        Channel.Embeds[0].ToString().ShouldSatisfyAllConditions(
            text => text.ShouldNotContain("It does not work.", customMessage: "an error is English"),
            text => text.ShouldContain("3 juin 2026"),
            text => text.ShouldContain("./cochin explain 20260603T"));
        Channel.Embeds[0].GetProperty("description").GetString().ShouldBe("La tâche n’a pas pu s’achever. Le détail est dans le rapport de l’exécution.");
        Channel.Embeds[1].ToString().ShouldContain("3 h 0 min");
        (await NoticesAsync()).ShouldNotContainKey("job-nightly");
    }

    [Fact]
    public async Task Fault01_Missed_IsToldOnce()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock.AddHours(9));

        await NewRunner().RunDueAsync(JobName, Cancellation);
        await NewWatch().LookAsync(Cancellation);

        Titles.ShouldBe(["Exécution manquée : nightly"]);
    }

    [Fact]
    public async Task Lasting_IsRememberedEverMoreRarely()
    {
        await FailAsync();
        for (var hour = 0; hour < 24 * 30; hour += 6)
        {
            Clock.Advance(TimeSpan.FromHours(6));
            await NewWatch().LookAsync(Cancellation);
        }

        // After 1, 3, 7, 14, 21 and 28 days; the digests come beside them.
        Titles.Count(title => title == "Échec : nightly (rappel)").ShouldBe(6);
        Titles.Count(title => title == "Échec : nightly").ShouldBe(1);
    }

    [Fact]
    public async Task WebhookAway_ChangesNothingAboutTheRunAndIsToldLater()
    {
        Channel.Answer(500);
        await FailAsync();
        await NewWatch().LookAsync(Cancellation);
        Titles.ShouldBeEmpty("it waits a minute");

        Clock.Advance(TimeSpan.FromMinutes(2));
        await NewWatch().LookAsync(Cancellation);

        Titles.ShouldBe(["Échec : nightly"]);
        (await RecordsAsync()).ShouldHaveSingleItem().Error.ShouldBe("It does not work.");
    }

    [Fact]
    public async Task WebhookAway_UntilTheJobWasWellAgain_IsToldThatItWasDown()
    {
        Channel.Answer(500);
        await FailAsync();
        Clock.Advance(TimeSpan.FromHours(5));
        await SucceedAsync();

        Titles.ShouldBe(["Rétabli : nightly"]);
        Channel.Embeds[0].ToString().ShouldContain("5 h 0 min");
    }

    [Theory]
    [InlineData(401, 50027)]
    [InlineData(404, 10015)]
    public async Task WebhookRemoved_IsLeftAloneForHours(int status, int code)
    {
        Channel.Refuse(status, code, "Gone");
        await FailAsync();
        for (var minute = 0; minute < 300; minute += 15)
        {
            Clock.Advance(TimeSpan.FromMinutes(15));
            await NewWatch().LookAsync(Cancellation);
        }

        Channel.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(403, "error code: 1010", "text/plain")]
    [InlineData(404, "<html>Not here</html>", "text/html")]
    [InlineData(400, "{\"message\": \"Webhooks posted to forum channels must have a thread_name or thread_id\", \"code\": 220001}", "application/json")]
    [InlineData(400, "{\"message\": \"Invalid Form Body\", \"code\": 50035}", "application/json")]
    public async Task NotAccepted_ByWhomeverAndForWhatever_StaysOwedAndIsTriedAgainSoon(int status, string body, string contentType)
    {
        Channel.Answer(status, body: body, contentType: contentType);
        await FailAsync();
        (await NoticesAsync())["job-nightly"].SentAt.ShouldBeNull();

        Clock.Advance(TimeSpan.FromMinutes(2));
        await NewWatch().LookAsync(Cancellation);

        Titles.ShouldBe(["Échec : nightly"]);
        (await NoticesAsync())["job-nightly"].SentAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task OneCardRefused_TheOthersAreSentAndItStaysOwed()
    {
        Followers.Clear();
        Settings = new WatchSettings { BackupsExpectedOf = new[] { "a", "b", "c" }.ToDictionary(name => name, _ => TimeSpan.FromDays(1)) };
        Channel.Refuse(400, 50035, "Invalid Form Body");

        await NewWatch().LookAsync(Cancellation);

        Titles.Count().ShouldBe(2);
        (await NoticesAsync()).Values.Count(notice => notice.SentAt is null).ShouldBe(1);
        Clock.Advance(TimeSpan.FromMinutes(30));
        await NewWatch().LookAsync(Cancellation);
        Titles.Count().ShouldBe(3);
    }

    [Fact]
    public async Task Failing_AfterATypedTaskOfItsNameFailedToo_TellsOfTheJobsRun()
    {
        Followers.Clear();
        var job = Job() with { Name = ScriptedTask.TaskName };
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Failed);
        var ofJob = await NewRunner(job).RunJobAsync(job, dryRun: false, RunObserver.None, Cancellation);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await NewRunner(job).RunTaskAsync(new ScriptedOptions(), RunObserver.None, Cancellation);

        await NewWatch(job).LookAsync(Cancellation);

        Channel.Embeds.ShouldHaveSingleItem().ToString().ShouldContain($"./cochin explain {ofJob.RunId}");
    }

    [Fact]
    public async Task Webhook_AsksToWaitForAnHour_IsLeftAloneForAnHour()
    {
        Channel.Answer(429, retryAfter: "3600");
        await FailAsync();
        Clock.Advance(TimeSpan.FromMinutes(59));
        await NewWatch().LookAsync(Cancellation);
        Channel.Requests.Count.ShouldBe(1);

        Clock.Advance(TimeSpan.FromMinutes(2));
        await NewWatch().LookAsync(Cancellation);

        Titles.ShouldBe(["Échec : nightly"]);
    }

    [Fact]
    public async Task WebhookItselfIsTheTrouble_IsNotTriedRightAgain()
    {
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Failed with { WebhookFailed = true });
        await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);
        Channel.Requests.ShouldBeEmpty();

        await NewWatch().LookAsync(Cancellation);

        Titles.ShouldBe(["Échec : nightly"]);
    }

    [Fact]
    public async Task EightWatches_TellOnce()
    {
        Followers.Clear();
        await FailAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => NewWatch(storage: NewStorage()).LookAsync(Cancellation)));

        Titles.ShouldBe(["Échec : nightly"]);
    }

    [Fact]
    public async Task EightWatches_WhenAReminderIsDue_RemindOnce()
    {
        await FailAsync();
        Clock.Advance(TimeSpan.FromHours(25));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => NewWatch(storage: NewStorage()).LookAtJobsAsync(Cancellation)));

        Titles.ShouldBe(["Échec : nightly", "Échec : nightly (rappel)"]);
    }

    [Theory]
    [InlineData("Enabled", "off")]
    [InlineData("DisabledUntil", "soon")]
    public async Task SwitchThatCantBeRead_IsAnnouncedAndTakenBackAndKeepsOpenAlarms(string column, string value)
    {
        await FailAsync();
        await ChangeAsync(row => { row["Enabled"] = false; row[column] = value; });
        await NewWatch().LookAsync(Cancellation);
        await NewWatch().LookAsync(Cancellation);
        var during = (await NoticesAsync()).Keys.Order().ToList();
        await new JobStates(Storage).EnableAsync(Job(), Clock.GetUtcNow(), Cancellation);
        await NewWatch().LookAsync(Cancellation);

        Titles.ShouldBe(["Échec : nightly", "État illisible : nightly", "État de nouveau lisible : nightly"]);
        Channel.Embeds[1].ToString().ShouldContain("./cochin doctor");
        during.ShouldContain("job-nightly");
        (await NoticesAsync()).Keys.ShouldContain("job-nightly", "it still fails");
    }

    [Fact]
    public async Task SwitchThatCantBeReadAndIsThenOff_IsTakenBack()
    {
        await FailAsync();
        await ChangeAsync(row => row["Enabled"] = "off");
        await NewWatch().LookAsync(Cancellation);
        await new JobStates(Storage).DisableAsync(JobName, until: null, reason: null, Cancellation);
        await NewWatch().LookAsync(Cancellation);

        Titles.ShouldBe(["Échec : nightly", "État illisible : nightly", "État de nouveau lisible : nightly"]);
        (await NoticesAsync()).Keys.ShouldNotContain("job-nightly");
    }

    private async Task ChangeAsync(Action<TableEntity> change)
    {
        var row = (await Storage.Jobs.GetEntityAsync<TableEntity>("job", JobName, cancellationToken: Cancellation)).Value;
        change(row);
        await Storage.Jobs.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, Cancellation);
    }

    [Fact]
    public async Task NoticeThatAnotherClaimsRightBefore_IsLeftToTheOther()
    {
        await FailAsync();
        Clock.Advance(TimeSpan.FromHours(25));
        var claim = new InterveningPolicy(
            request => request.Method.Method == "PUT" && request.Uri.ToString().Contains("job-nightly", StringComparison.Ordinal),
            async () => await new NoticeTable(Storage).TryWriteAsync((await NoticesAsync())["job-nightly"] with { NotBefore = Clock.GetUtcNow().AddMinutes(5) }, Cancellation));

        await NewWatch(storage: NewStorage(claim)).LookAtJobsAsync(Cancellation);

        claim.Met.ShouldBeTrue();
        Titles.ShouldBe(["Échec : nightly"]);
    }

    [Fact]
    public async Task WatchDiedAfterItsClaim_AnotherTellsOnceTheClaimHasEnded()
    {
        Followers.Clear();
        await FailAsync();
        await new NoticeTable(Storage).TryWriteAsync(
            new Notice { Key = "job-nightly", Kind = ConcernKind.Failing, Subject = JobName, Since = Noon, NotBefore = Clock.GetUtcNow().AddMinutes(5) }, Cancellation);
        await NewWatch().LookAsync(Cancellation);
        Titles.ShouldBeEmpty();

        Clock.Advance(TimeSpan.FromMinutes(6));
        await NewWatch().LookAsync(Cancellation);

        Titles.ShouldBe(["Échec : nightly"]);
    }

    [Theory]
    [InlineData("NotBefore", "2500-01-01T00:00:00Z")]
    [InlineData("NotBefore", "soon")]
    [InlineData("SentAt", "2500-01-01T00:00:00Z")]
    [InlineData("SentAt", "soon")]
    public async Task NoticeWithATimeThatCantBeTrue_IsTold(string column, string written)
    {
        Followers.Clear();
        await FailAsync();
        await AddNoticeAsync("job-nightly", ("Kind", "Failing"), ("Subject", JobName), ("Since", Noon), (column, written));

        await NewWatch().LookAsync(Cancellation);

        Titles.ShouldBe(["Échec : nightly"]);
    }

    [Fact]
    public async Task NoticeOfAnEventWithAFutureSince_IsToldOnce()
    {
        Followers.Clear();
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock.AddHours(9));
        await NewRunner().RunDueAsync(JobName, Cancellation);
        await AddNoticeAsync("missed-nightly", ("Kind", "?"), ("Subject", JobName), ("Since", Noon.AddDays(400)), ("SentAt", Noon));

        await NewWatch().LookAsync(Cancellation);
        await NewWatch().LookAsync(Cancellation);

        Titles.ShouldBe(["Exécution manquée : nightly"]);
    }

    [Theory]
    [InlineData("backup-0123", "?", nameof(ConcernKind.BackupOverdue))]
    [InlineData("backup-0123", "17", nameof(ConcernKind.BackupOverdue))]
    [InlineData("missed-nightly", null, nameof(ConcernKind.Missed))]
    [InlineData("job-nightly", "?", nameof(ConcernKind.Failing))]
    [InlineData("job-nightly", "Overdue", nameof(ConcernKind.Overdue))]
    public void NoticeWhoseKindCantBeRead_HasThatOfItsKey(string key, string? written, string kind) =>
        Notice.From(new TableEntity(Notice.Partition, key) { ["Kind"] = written }).Kind.ToString().ShouldBe(kind);

    [Fact]
    public async Task Overdue_IsToldAndTakenBack()
    {
        await SucceedAsync();
        Clock.Advance(TimeSpan.FromHours(47));
        await NewWatch().LookAsync(Cancellation);
        Titles.ShouldBeEmpty();

        Clock.Advance(TimeSpan.FromHours(2));
        await NewWatch().LookAsync(Cancellation);
        await SucceedAsync();

        Titles.ShouldBe(["En retard : nightly", "Rétabli : nightly"]);
        Channel.Embeds[0].ToString().ShouldContain("2 j 1 h");
    }

    [Fact]
    public async Task SettledByAClockThatWasAhead_IsOverdueUntilItIsTakenBack()
    {
        Clock.AdjustTime(Noon.AddDays(300));
        await RegisterAtNoonAsync();
        Clock.AdjustTime(TwoOClock.AddDays(300));
        (await NewRunner().RunDueAsync(JobName, Cancellation)).Outcome.ShouldBe(Outcome.Completed);
        Clock.AdjustTime(Noon.AddDays(3));
        await NewWatch().LookAtJobsAsync(Cancellation);
        Titles.ShouldBe(["En retard : nightly"], "nothing would run for most of a year");

        await new JobStates(Storage).RewindAsync(Job(), Job().Schedule.Latest(Clock.GetUtcNow()), Clock.GetUtcNow(), Cancellation);
        Clock.AdjustTime(TwoOClock.AddDays(3));
        await NewRunner().RunDueAsync(JobName, Cancellation);

        Titles.ShouldBe(["En retard : nightly", "Rétabli : nightly"]);
        (await StateAsync()).SettledOccurrence.ShouldBe(TwoOClock.AddDays(3));
    }

    [Fact]
    public async Task Missed_FarInTheFuture_IsNotAnnounced()
    {
        await RegisterAtNoonAsync();
        await SetTimesAsync(Noon.AddDays(300), nameof(JobState.MissedOccurrence));

        for (var minute = 0; minute < 3; minute++)
        {
            await NewWatch().LookAtJobsAsync(Cancellation);
            Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Titles.ShouldBeEmpty();
    }

    [Fact]
    public async Task Missed_SlightlyInTheFuture_IsAnnouncedOnce()
    {
        await RegisterAtNoonAsync();
        await SetTimesAsync(Noon.AddMinutes(10), nameof(JobState.MissedOccurrence));

        for (var minute = 0; minute < 3; minute++)
        {
            await NewWatch().LookAtJobsAsync(Cancellation);
            Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Titles.Count().ShouldBe(1);
    }

    [Fact]
    public async Task Rewind_TimesInTheFuture_LeavesNone()
    {
        await RegisterAtNoonAsync();
        await SetTimesAsync(
            Noon.AddDays(300),
            nameof(JobState.SettledOccurrence),
            nameof(JobState.LastSuccessAt),
            nameof(JobState.MissedOccurrence),
            nameof(JobState.LastFailureAt),
            nameof(JobState.FailingSince),
            nameof(JobState.EnabledAt));

        await new JobStates(Storage).RewindAsync(Job(), Job().Schedule.Latest(Noon), Noon, Cancellation);

        var state = await StateAsync();
        state.SettledOccurrence.ShouldBe(Job().Schedule.Latest(Noon));
        (state.MissedOccurrence ?? state.LastFailureAt ?? state.FailingSince ?? state.LastSuccessAt).ShouldBeNull();
        state.EnabledAt.ShouldBe(Noon);
    }

    [Fact]
    public async Task SwitchedOff_IsForgottenWithoutAWord()
    {
        await FailAsync();
        await new JobStates(Storage).DisableAsync(JobName, until: null, reason: null, Cancellation);
        Clock.Advance(TimeSpan.FromDays(3));

        await NewWatch().LookAsync(Cancellation);

        Titles.ShouldBe(["Échec : nightly"]);
        (await NoticesAsync()).ShouldNotContainKey("job-nightly");
    }

    [Fact]
    public async Task SwitchedOnAgainAfterMonths_IsNotOverdueAtOnce()
    {
        var states = new JobStates(Storage);
        await SucceedAsync();
        await states.DisableAsync(JobName, until: null, reason: null, Cancellation);
        Clock.Advance(TimeSpan.FromDays(60));
        await states.EnableAsync(Job(), Clock.GetUtcNow(), Cancellation);
        await NewWatch().LookAtJobsAsync(Cancellation);
        Titles.ShouldBeEmpty();

        Clock.Advance(TimeSpan.FromHours(49));
        await NewWatch().LookAtJobsAsync(Cancellation);

        Titles.ShouldBe(["En retard : nightly"]);
    }

    [Fact]
    public async Task SwitchedOnWhileItWasOn_IsOverdueAllTheSame()
    {
        await SucceedAsync();
        Clock.Advance(TimeSpan.FromHours(49));
        await new JobStates(Storage).EnableAsync(Job(), Clock.GetUtcNow(), Cancellation);

        await NewWatch().LookAtJobsAsync(Cancellation);

        Titles.ShouldBe(["En retard : nightly"]);
    }

    [Fact]
    public async Task Told_IsInTheAuditLog()
    {
        await FailAsync();

        var lines = await new AuditReader(Storage, Clock).ReadAsync(Noon.AddDays(-1), follow: false, Cancellation).ToListAsync(Cancellation);
        lines.ShouldContain(line => line.Action == "notify" && line.Target == "job-nightly" && line.Result == "sent");
    }

    [Fact]
    public async Task NoWebhook_AsksTheStorageNothing()
    {
        Discord = new();
        var requests = new CountingPolicy();

        await NewWatch(storage: NewStorage(requests)).LookAsync(Cancellation);

        requests.Count.ShouldBe(0);
    }

    private Task AddNoticeAsync(string key, params (string Column, object Value)[] columns)
    {
        var row = new TableEntity(Notice.Partition, key);
        foreach (var (column, value) in columns)
        {
            row[column] = value;
        }

        return Storage.Jobs.UpsertEntityAsync(row, TableUpdateMode.Replace, Cancellation);
    }

    private Task SetTimesAsync(DateTimeOffset at, params string[] columns)
    {
        var row = new TableEntity("job", JobName);
        foreach (var column in columns)
        {
            row[column] = at;
        }

        return Storage.Jobs.UpsertEntityAsync(row, TableUpdateMode.Merge, Cancellation);
    }
}
