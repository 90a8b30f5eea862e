using System.Diagnostics;
using System.Text;
using Azure.Data.Tables;
using Cochin.Functions.Auditing;
using Cochin.Functions.Jobs;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.StatusPage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

namespace Cochin.Functions.Tests.StatusPage;

public sealed class StatusSourceTests(AzuriteServer server) : StatusTest(server)
{
    [Fact]
    public async Task Status_OfNothingYet_IsWellAndNew()
    {
        var status = await ReadAsync();

        status.Health.Sentence.ShouldBe("All is well.");
        status.Jobs.Select(job => job.Condition).ShouldAllBe(condition => condition == JobCondition.New);
        status.Jobs.ShouldAllBe(job => job.Days.Count == 30 && job.Days[0].Date == new DateOnly(2026, 10, 26) && job.Days[29].Date == new DateOnly(2026, 11, 24));
        status.RenewedBy.ShouldBe(new DateTime(2026, 11, 24, 15, 0, 0, DateTimeKind.Utc), "the hourly job is next, at 14:00 UTC");
        (await Storage.System.ExistsAsync(Cancellation)).Value.ShouldBeFalse("looking makes nothing");
        PageHtml.Write(status).ShouldContain("No run of these days has a duration yet.");
    }

    [Fact]
    public async Task Job_WithRuns_HasItsDaysOnTheClockOfTheZone()
    {
        // 23:30 UTC is the next day in Paris, in winter and in summer (until 25 October).
        await AddRunsAsync("nightly", [
            (new(2026, 11, 22, 23, 30, 0, TimeSpan.Zero), Outcome.Completed, null),
            (new(2026, 11, 23, 22, 30, 0, TimeSpan.Zero), Outcome.Failed, "no"),
            (new(2026, 10, 25, 22, 59, 0, TimeSpan.Zero), Outcome.Failed, "a day too old"),
            (new(2026, 10, 25, 23, 1, 0, TimeSpan.Zero), Outcome.Completed, null)]);

        var job = (await ReadAsync()).Jobs[0];

        job.Days.Where(day => day.Runs > 0).Select(day => (day.Date.ToString("MM-dd", null), day.Mark, day.Runs, day.LongestMs, day.Bytes)).ShouldBe(
        [
            ("10-26", DayMark.Completed, 1, 2_000, 1_000),
            ("11-23", DayMark.Failed, 2, 2_000, 2_000),
        ]);
        job.LastRun.ShouldNotBeNull().Error.ShouldBe("no");
    }

    [Fact]
    public async Task Job_Conditions_AreToldApart()
    {
        await SetStateAsync("nightly", ("ConsecutiveFailures", 2), ("LastSuccessAt", Now.AddDays(-3)), ("LastRunId", "x"));
        await SetStateAsync("hourly", ("LastSuccessAt", Now.AddHours(-3)));
        await SetStateAsync("weekly", ("FirstSeenAt", Now.AddDays(-13)));
        await SetStateAsync("other", ("Enabled", false), ("DisabledReason", "moving\u202E"), ("DisabledUntil", Now.AddDays(2)), ("LastSuccessAt", Now.AddDays(-90)));
        await SetStateAsync("another", ("LastSuccessAt", Now.AddDays(-1)));
        await AddRunsAsync("another", [(Now.AddHours(-11), Outcome.Lost, null)]);

        var status = await ReadAsync();

        status.Jobs.Select(job => job.Condition).ShouldBe([JobCondition.Failing, JobCondition.Overdue, JobCondition.New, JobCondition.Off, JobCondition.Lost]);
        status.Jobs[0].Overdue.ShouldBeTrue();
        status.Jobs[3].NextRun.ShouldBe(new DateTime(2026, 11, 27, 1, 0, 0, DateTimeKind.Utc));
        status.Jobs[3].DisabledReason.ShouldBe("moving\uFFFD");
        status.Health.Sentence.ShouldBe("3 things need a look.");
    }

    [Fact]
    public async Task Job_SeenLongAgoAndNeverWell_IsOverdue()
    {
        await SetStateAsync("weekly", ("FirstSeenAt", Now.AddDays(-15)));

        var status = await ReadAsync();

        status.Health.Problems.ShouldHaveSingleItem().Text.ShouldBe("weekly is overdue: it has never succeeded.");
    }

    [Fact]
    public async Task Requests_OfAReading_AreFew()
    {
        foreach (var job in Jobs)
        {
            await AddRunsAsync(job.Name, Enumerable.Range(1, 90).Select(i => (Now.AddHours(-i * 7), Outcome.Completed, (string?)null)));
        }

        await AddOperationAsync("backup", "1", ("Status", "completed"), ("CompletedAt", Now));
        await new AuditLog(Storage).AppendAsync([.. Enumerable.Range(0, 200).Select(i => new AuditLine(Now, "run", "nightly", "delete", $"temp/{i}", "deleted"))], Cancellation);
        var requests = new CountingPolicy();

        var status = await NewSource(requests).ReadAsync(Cancellation);

        requests.Count.ShouldBe(1 + 5 + 1 + 1 + 2, "job states, each job's runs, operations, the backup container, the audit log's list and end");
        status.Changes.Lines.Count.ShouldBe(25);
        status.Changes.Lines[0].Target.ShouldBe("temp/199");
    }

    [Fact]
    public async Task Job_WithTenThousandRuns_IsReadInPartAndSaysSo()
    {
        await AddRunsAsync("nightly", Enumerable.Range(1, 10_000).Select(i => (Now.AddMinutes(-i * 4), Outcome.Completed, (string?)null)));
        var requests = new CountingPolicy(request => request.Uri.Path.Contains("Runs", StringComparison.Ordinal));

        var status = await NewSource(requests).ReadAsync(Cancellation);

        requests.Count.ShouldBe(3 + 4, "three pages of the busy job, one of each other");
        status.Jobs[0].Days.Sum(day => day.Runs).ShouldBe(3_000);
        status.Jobs[0].Days.Count(day => day.Mark == DayMark.Unread).ShouldBe(21);
        status.Jobs[0].Days[^1].Mark.ShouldBe(DayMark.Completed);
    }

    [Fact]
    public async Task Status_OfFiveHundredJobsAndTenThousandRuns_IsBounded()
    {
        Jobs = [.. Enumerable.Range(0, 500).Select(i => Job($"job_{i:000}"))];
        await Parallel.ForEachAsync(Jobs, Cancellation, async (job, _) =>
            await AddRunsAsync(job.Name, Enumerable.Range(1, 20).Select(i => (Now.AddHours(-i * 30), i % 7 == 0 ? Outcome.Failed : Outcome.Completed, (string?)new string('<', 10_000)))));
        var began = Stopwatch.GetTimestamp();

        var status = await ReadAsync();

        var page = PageHtml.Write(status);
        status.Jobs.Sum(job => job.Days.Sum(day => day.Runs)).ShouldBe(10_000);
        Encoding.UTF8.GetByteCount(page).ShouldBeLessThan(1_500_000);
        Encoding.UTF8.GetByteCount(PageFiles.ToJson(status)).ShouldBeLessThan(4_000_000);
        TestContext.Current.SendDiagnosticMessage($"Read and written in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s, {page.Length:N0} characters");
    }

    [Theory]
    [InlineData("Operations")]
    [InlineData("audit/")]
    public async Task Part_ThatCannotBeRead_IsToldAndTheRestIsThere(string part)
    {
        await new AuditLog(Storage).AppendAsync([new AuditLine(Now, "run", "nightly", "delete", "temp/x", "deleted")], Cancellation);
        var fault = new FaultPolicy(request => Uri.UnescapeDataString(request.Uri.ToUri().ToString()).Contains(part, StringComparison.Ordinal), 403, "AuthorizationPermissionMismatch");

        var status = await NewSource(fault).ReadAsync(Cancellation);

        fault.Met.ShouldBeTrue();
        status.Jobs.Count.ShouldBe(5);
        (part == "Operations" ? status.Operations.Note : status.Changes.Note).ShouldNotBeNull().ShouldContain("could not be read");
        PageHtml.Write(status).ShouldContain("could not be read");
    }

    [Fact]
    public async Task Operations_UnderWayAndDone_AreReadTogether()
    {
        await AddOperationAsync("backup", "1", ("Status", "completed"), ("Configuration", "daily"), ("CompletedAt", Now.AddHours(-30)), ("SizeBytes", 5L));
        await AddOperationAsync("backup", "2", ("Status", "failed"), ("Configuration", "daily"), ("CompletedAt", Now));
        await AddOperationAsync("restore", "3", ("Status", "completed"), ("CompletedAt", Now));
        await AddOperationAsync("restore", "4", ("Status", "running"), ("StartedAt", Now.AddHours(-7)), ("Name", "<b>"));

        var operations = (await ReadAsync()).Operations;

        operations.Backups.ShouldHaveSingleItem().ShouldBe(new StatusBackup("daily", 1, Now.AddHours(-30).UtcDateTime, 30 * 3_600, 5));
        operations.Running.ShouldHaveSingleItem().ShouldBe(new StatusOperation("restore", "4", "<b>", "running", Now.AddHours(-7).UtcDateTime, Now.AddHours(-7).UtcDateTime, Silent: true));
    }

    [Fact]
    public async Task Backups_OlderThanExpected_AreTrouble()
    {
        Watched = new WatchSettings { BackupsExpected = TimeSpan.FromHours(26) };
        await Storage.Operations.CreateIfNotExistsAsync(Cancellation);
        foreach (var (configuration, age) in new[] { ("daily", 30), ("fresh", 2) })
        {
            await Storage.Operations.AddEntityAsync(new TableEntity("backup", configuration) { ["Status"] = "completed", ["Configuration"] = configuration, ["CompletedAt"] = Now.AddHours(-age) }, Cancellation);
        }

        var status = await ReadAsync();

        status.Operations.Backups.Select(backup => (backup.Configuration, backup.Overdue)).ShouldBe([("daily", true), ("fresh", false)]);
        status.Health.Level.ShouldBe(HealthLevel.Trouble);
        status.Health.Problems.ShouldContain(problem => problem.Text.Contains("daily"));
    }

    [Fact]
    public async Task Backups_ExpectedByNameAndNeverMade_AreTrouble()
    {
        Watched = new WatchSettings { BackupsExpectedOf = new Dictionary<string, TimeSpan> { ["main"] = TimeSpan.FromHours(26) } };

        var status = await ReadAsync();

        status.Operations.Backups.ShouldHaveSingleItem().ShouldBe(new StatusBackup("main", 0, null, null, 0, Overdue: true));
        status.Health.Level.ShouldBe(HealthLevel.Trouble);
        status.Health.Sentence.ShouldBe("There is no backup of main, though one is expected.");
        PageHtml.Write(status).ShouldContain("none, overdue");
        PageFiles.ToJson(status).ShouldContain("\"overdue\": true");
    }

    [Fact]
    public async Task Backups_OfNoBytes_AreNotTheNewest()
    {
        Watched = new WatchSettings { BackupsExpected = TimeSpan.FromHours(26) };
        await AddOperationAsync("backup", "1", ("Status", "completed"), ("Configuration", "main"), ("CompletedAt", Now.AddHours(-30)), ("SizeBytes", 7L));
        await AddOperationAsync("backup", "2", ("Status", "completed"), ("Configuration", "main"), ("CompletedAt", Now), ("SizeBytes", 0L));

        var status = await ReadAsync();

        var backup = status.Operations.Backups.ShouldHaveSingleItem();
        backup.ShouldBe(new StatusBackup("main", 1, Now.AddHours(-30).UtcDateTime, 30 * 3_600, 7, Overdue: true, Empty: 1));
        PageHtml.Write(status).ShouldContain("1 (1 empty)");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Backups_NotReadToTheEnd_AreNotJudged(bool isSlow)
    {
        Watched = new WatchSettings { BackupsExpected = TimeSpan.FromHours(26) };
        await Storage.Operations.CreateIfNotExistsAsync(Cancellation);
        var rows = Enumerable.Range(0, 1_001).Select(i => new TableEntity("backup", $"b{i:0000}")
        {
            ["Status"] = "completed", ["Configuration"] = "main", ["CompletedAt"] = Now.AddHours(i == 1_000 ? -1 : -100),
        });
        foreach (var batch in rows.Chunk(100))
        {
            await Storage.Operations.SubmitTransactionAsync(batch.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)), Cancellation);
        }

        var pages = 0;
        var secondPage = new RequestHook(request =>
        {
            if (!RequestHook.IsQuery(request) || !request.Uri.Path.Contains("Operations", StringComparison.Ordinal) || ++pages < 2)
            {
                return Task.CompletedTask;
            }

            Clock.Advance(TimeSpan.FromSeconds(16));
            return isSlow ? Task.CompletedTask : throw new Azure.RequestFailedException(403, "Refused by the test.", "AuthorizationFailure", null);
        });

        var status = await NewSource(secondPage).ReadAsync(Cancellation);

        pages.ShouldBe(2);
        status.Operations.BackupsRead.ShouldBeFalse();
        status.Operations.Backups.ShouldBeEmpty();
        status.Operations.Note.ShouldNotBeNull().ShouldContain("not judged");
        status.Health.Level.ShouldBe(HealthLevel.Attention);
        PageHtml.Write(status).ShouldContain("Not judged");
        PageHtml.Write(status).ShouldNotContain("No completed backup");
    }
}
