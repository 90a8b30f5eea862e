using Azure.Data.Tables;
using Cochin.Functions.Auditing;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Notifications.Notices;

/// <summary>Failed deliveries, claims and invalid rows of notices.</summary>
public sealed class NoticeDeliveryTests(AzuriteServer server) : WatchHarness(server)
{
    [Fact]
    public async Task Webhook_Failing_DelaysTheNoticeAndNotTheRun()
    {
        Channel.Answer(500);
        await FailAsync();
        await NewWatch().CheckAsync(Cancellation);
        Titles.ShouldBeEmpty("it is retried after a minute");

        Clock.Advance(TimeSpan.FromMinutes(2));
        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe(["Échec : nightly"]);
        (await RecordsAsync()).ShouldHaveSingleItem().Error.ShouldBe("It does not work.");
    }

    [Fact]
    public async Task Webhook_FailingUntilTheJobRecovers_AnnouncesTheRecovery()
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
    public async Task Webhook_Removed_IsNotRetriedForHours(int status, int code)
    {
        Channel.Refuse(status, code, "Gone");
        await FailAsync();
        for (var minute = 0; minute < 300; minute += 15)
        {
            Clock.Advance(TimeSpan.FromMinutes(15));
            await NewWatch().CheckAsync(Cancellation);
        }

        Channel.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(403, "error code: 1010", "text/plain")]
    [InlineData(404, "<html>Not here</html>", "text/html")]
    [InlineData(400, "{\"message\": \"Webhooks posted to forum channels must have a thread_name or thread_id\", \"code\": 220001}", "application/json")]
    [InlineData(400, "{\"message\": \"Invalid Form Body\", \"code\": 50035}", "application/json")]
    public async Task Notice_Rejected_IsRetriedSoon(int status, string body, string contentType)
    {
        Channel.Answer(status, body: body, contentType: contentType);
        await FailAsync();
        (await NoticesAsync())["job-nightly"].SentAt.ShouldBeNull();

        Clock.Advance(TimeSpan.FromMinutes(2));
        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe(["Échec : nightly"]);
        (await NoticesAsync())["job-nightly"].SentAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Notice_OneOfSeveralRejected_OthersAreSentAndItIsRetried()
    {
        Followers.Clear();
        Settings = new WatchSettings { BackupsExpectedOf = new[] { "a", "b", "c" }.ToDictionary(name => name, _ => TimeSpan.FromDays(1)) };
        Channel.Refuse(400, 50035, "Invalid Form Body");

        await NewWatch().CheckAsync(Cancellation);

        Titles.Count().ShouldBe(2);
        (await NoticesAsync()).Values.Count(notice => notice.SentAt is null).ShouldBe(1);
        Clock.Advance(TimeSpan.FromMinutes(30));
        await NewWatch().CheckAsync(Cancellation);
        Titles.Count().ShouldBe(3);
    }

    [Fact]
    public async Task Webhook_RateLimitedForAnHour_IsNotCalledForAnHour()
    {
        Channel.Answer(429, retryAfter: "3600");
        await FailAsync();
        Clock.Advance(TimeSpan.FromMinutes(59));
        await NewWatch().CheckAsync(Cancellation);
        Channel.Requests.Count.ShouldBe(1);

        Clock.Advance(TimeSpan.FromMinutes(2));
        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe(["Échec : nightly"]);
    }

    [Fact]
    public async Task Webhook_FailedDuringTheRun_IsNotCalledRightAfterIt()
    {
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Failed with { WebhookFailed = true });
        await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);
        Channel.Requests.ShouldBeEmpty();

        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe(["Échec : nightly"]);
    }

    [Fact]
    public async Task Notice_ClaimedByAnotherProcess_IsNotSent()
    {
        await FailAsync();
        Clock.Advance(TimeSpan.FromHours(25));
        var claim = new InterveningPolicy(
            request => request.Method.Method == "PUT" && request.Uri.ToString().Contains("job-nightly", StringComparison.Ordinal),
            async () =>
            {
                var notice = (await NoticesAsync())["job-nightly"];
                await new NoticeTable(Storage).TryWriteAsync(notice with { NotBefore = Clock.GetUtcNow().AddMinutes(5) }, Cancellation);
            });

        await NewWatch(storage: NewStorage(claim)).CheckJobsAsync(Cancellation);

        claim.Met.ShouldBeTrue();
        Titles.ShouldBe(["Échec : nightly"]);
    }

    [Fact]
    public async Task Notice_ClaimedByAProcessThatDied_IsSentAfterTheClaimExpires()
    {
        Followers.Clear();
        await FailAsync();
        await new NoticeTable(Storage).TryWriteAsync(
            new Notice { Key = "job-nightly", Kind = IncidentKind.Failing, Subject = JobName, Since = Noon, NotBefore = Clock.GetUtcNow().AddMinutes(5) },
            Cancellation);
        await NewWatch().CheckAsync(Cancellation);
        Titles.ShouldBeEmpty();

        Clock.Advance(TimeSpan.FromMinutes(6));
        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe(["Échec : nightly"]);
    }

    [Theory]
    [InlineData("NotBefore", "2500-01-01T00:00:00Z")]
    [InlineData("NotBefore", "soon")]
    [InlineData("SentAt", "2500-01-01T00:00:00Z")]
    [InlineData("SentAt", "soon")]
    public async Task Notice_WithAnInvalidTime_IsSent(string column, string written)
    {
        Followers.Clear();
        await FailAsync();
        await AddNoticeAsync("job-nightly", ("Kind", "Failing"), ("Subject", JobName), ("Since", Noon), (column, written));

        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe(["Échec : nightly"]);
    }

    [Fact]
    public async Task Notice_OfAMissedOccurrenceWithAFutureSince_IsSentOnce()
    {
        Followers.Clear();
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock.AddHours(9));
        await NewRunner().RunDueAsync(JobName, Cancellation);
        await AddNoticeAsync("missed-nightly", ("Kind", "?"), ("Subject", JobName), ("Since", Noon.AddDays(400)), ("SentAt", Noon));

        await NewWatch().CheckAsync(Cancellation);
        await NewWatch().CheckAsync(Cancellation);

        Titles.ShouldBe(["Exécution manquée : nightly"]);
    }

    [Theory]
    [InlineData("backup-0123", "?", nameof(IncidentKind.BackupOverdue))]
    [InlineData("backup-0123", "17", nameof(IncidentKind.BackupOverdue))]
    [InlineData("missed-nightly", null, nameof(IncidentKind.Missed))]
    [InlineData("job-nightly", "?", nameof(IncidentKind.Failing))]
    [InlineData("job-nightly", "Overdue", nameof(IncidentKind.Overdue))]
    public void Notice_WithAnUnreadableKind_UsesTheKindOfItsKey(string key, string? written, string kind) =>
        Notice.From(new TableEntity(Notice.Partition, key) { ["Kind"] = written }).Kind.ToString().ShouldBe(kind);

    [Fact]
    public async Task Notice_Sent_IsInTheAuditLog()
    {
        await FailAsync();

        var lines = await new AuditReader(Storage, Clock).ReadAsync(Noon.AddDays(-1), follow: false, Cancellation).ToListAsync(Cancellation);
        lines.ShouldContain(line => line.Action == "notify" && line.Target == "job-nightly" && line.Result == "sent");
    }

    [Fact]
    public async Task Webhook_NotConfigured_SendsNoStorageRequest()
    {
        Discord = new();
        var requests = new CountingPolicy();

        await NewWatch(storage: NewStorage(requests)).CheckAsync(Cancellation);

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
}
