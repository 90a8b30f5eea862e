using System.Diagnostics;
using System.Text;
using Cochin.Functions.Auditing;
using Cochin.Functions.Jobs;
using Cochin.Functions.StatusPage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Proof;

namespace Cochin.Functions.Tests.StatusPage;

public sealed class StatusSourceTests(AzuriteServer server) : StatusTest(server)
{
    [Fact]
    public async Task ReadAsync_EmptyStorage_HasNewJobsWithoutProblems()
    {
        var status = await ReadAsync();

        status.Health.Sentence.ShouldBe("No problems found.");
        status.Jobs.Select(job => job.Condition).ShouldAllBe(condition => condition == JobCondition.New);
        status.Jobs.ShouldAllBe(job => job.Days.Count == 30);
        status.Jobs.ShouldAllBe(job => job.Days[0].Date == new DateOnly(2026, 10, 26) && job.Days[29].Date == new DateOnly(2026, 11, 24));
        status.RenewedBy.ShouldBe(new DateTime(2026, 11, 24, 15, 0, 0, DateTimeKind.Utc), "the hourly job is next, at 14:00 UTC");
        (await Storage.System.ExistsAsync(Cancellation)).Value.ShouldBeFalse("reading creates nothing");
        PageHtml.Write(status).ShouldContain("No run has finished in these thirty days.");
    }

    [Fact]
    public async Task ReadAsync_Runs_AreGroupedByDayInTheTimeZone()
    {
        // 23:30 UTC is on the next day in Paris.
        await AddRunsAsync("nightly", [
            (new(2026, 11, 22, 23, 30, 0, TimeSpan.Zero), Outcome.Completed, null),
            (new(2026, 11, 23, 22, 30, 0, TimeSpan.Zero), Outcome.Failed, "no"),
            (new(2026, 10, 25, 22, 59, 0, TimeSpan.Zero), Outcome.Failed, "one day too old"),
            (new(2026, 10, 25, 23, 1, 0, TimeSpan.Zero), Outcome.Completed, null)]);

        var job = (await ReadAsync()).Jobs[0];

        var days = job.Days.Where(day => day.Runs > 0);
        days.Select(day => (day.Date.ToString("MM-dd", null), day.Mark, day.Runs, day.LongestMs, day.Bytes)).ShouldBe(
        [
            ("10-26", DayMark.Completed, 1, 2_000, 1_000),
            ("11-23", DayMark.Failed, 2, 2_000, 2_000),
        ]);
        job.LastRun.ShouldNotBeNull().Error.ShouldBe("no");
    }

    [Fact]
    public async Task ReadAsync_JobStates_DetermineTheConditions()
    {
        await SetStateAsync("nightly", ("ConsecutiveFailures", 2), ("LastSuccessAt", Now.AddDays(-3)), ("LastRunId", "x"));
        await SetStateAsync("hourly", ("LastSuccessAt", Now.AddHours(-3)));
        await SetStateAsync("weekly", ("FirstSeenAt", Now.AddDays(-13)));
        await SetStateAsync(
            "other",
            ("Enabled", false),
            ("DisabledReason", "moving\u202E"),
            ("DisabledUntil", Now.AddDays(2)),
            ("LastSuccessAt", Now.AddDays(-90)));
        await SetStateAsync("another", ("LastSuccessAt", Now.AddDays(-1)));
        await AddRunsAsync("another", [(Now.AddHours(-11), Outcome.Lost, null)]);

        var status = await ReadAsync();

        status.Jobs.Select(job => job.Condition).ShouldBe(
            [JobCondition.Failing, JobCondition.Overdue, JobCondition.New, JobCondition.Off, JobCondition.Lost]);
        status.Jobs[0].Overdue.ShouldBeTrue();
        status.Jobs[3].NextRun.ShouldBe(new DateTime(2026, 11, 27, 1, 0, 0, DateTimeKind.Utc));
        status.Jobs[3].DisabledReason.ShouldBe("moving\uFFFD");
        status.Health.Sentence.ShouldBe("3 problems found.");
    }

    [Fact]
    public async Task ReadAsync_JobThatNeverSucceeded_IsOverdue()
    {
        await SetStateAsync("weekly", ("FirstSeenAt", Now.AddDays(-15)));

        var status = await ReadAsync();

        status.Health.Problems.ShouldHaveSingleItem().Text.ShouldBe("weekly is overdue: it has never succeeded.");
    }

    [Fact]
    public async Task ReadAsync_ManyRuns_SendsFewRequests()
    {
        foreach (var job in Jobs)
        {
            await AddRunsAsync(job.Name, Enumerable.Range(1, 90).Select(i => (Now.AddHours(-i * 7), Outcome.Completed, (string?)null)));
        }

        await AddOperationAsync("backup", "1", ("Status", "completed"), ("CompletedAt", Now));
        var lines = Enumerable.Range(0, 200).Select(i => new AuditLine(Now, "run", "nightly", "delete", $"temp/{i}", "deleted"));
        await new AuditLog(Storage).AppendAsync([.. lines], Cancellation);
        var requests = new CountingPolicy();

        var status = await NewSource(requests).ReadAsync(Cancellation);

        requests.Count.ShouldBe(
            1 + 5 + 1 + 1 + 1 + 1 + 2,
            "job states, runs of each job, configurations and whether they were lost, operations, backup container, list and end of the audit log");
        status.Changes.Lines.Count.ShouldBe(25);
        status.Changes.Lines[0].Target.ShouldBe("temp/199");
    }

    [Fact]
    public async Task ReadAsync_JobWith10000Runs_IsReadPartially()
    {
        await AddRunsAsync("nightly", Enumerable.Range(1, 10_000).Select(i => (Now.AddMinutes(-i * 4), Outcome.Completed, (string?)null)));
        var requests = new CountingPolicy(request => request.Uri.Path.Contains("Runs", StringComparison.Ordinal));

        var status = await NewSource(requests).ReadAsync(Cancellation);

        requests.Count.ShouldBe(3 + 4, "three pages of the busy job, one for each other job");
        status.Jobs[0].Days.Sum(day => day.Runs).ShouldBe(3_000);
        status.Jobs[0].Days.Count(day => day.Mark == DayMark.Unread).ShouldBe(21);
        status.Jobs[0].Days[^1].Mark.ShouldBe(DayMark.Completed);
    }

    [Fact]
    public async Task ReadAsync_ManyJobsWithManyRuns_HasALimitedSize()
    {
        var count = ProofScale.Of(50, 500);
        Jobs = [.. Enumerable.Range(0, count).Select(i => Job($"job_{i:000}"))];
        var runs = Enumerable.Range(1, 20)
            .Select(i => (Now.AddHours(-i * 30), i % 7 == 0 ? Outcome.Failed : Outcome.Completed, (string?)new string('<', 10_000)))
            .ToList();
        await Parallel.ForEachAsync(Jobs, Cancellation, async (job, _) => await AddRunsAsync(job.Name, runs));
        var start = Stopwatch.GetTimestamp();

        var status = await ReadAsync();

        var page = PageHtml.Write(status);
        status.Jobs.Sum(job => job.Days.Sum(day => day.Runs)).ShouldBe(count * runs.Count);
        Encoding.UTF8.GetByteCount(page).ShouldBeLessThan(count * 3_000);
        Encoding.UTF8.GetByteCount(PageFiles.ToJson(status)).ShouldBeLessThan(count * 8_000);
        TestContext.Current.SendDiagnosticMessage(
            $"Read and written in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s, {page.Length:N0} characters");
    }

    [Theory]
    [InlineData("Operations")]
    [InlineData("audit/")]
    public async Task ReadAsync_UnreadablePart_IsReportedAndTheRestIsRead(string part)
    {
        await new AuditLog(Storage).AppendAsync([new AuditLine(Now, "run", "nightly", "delete", "temp/x", "deleted")], Cancellation);
        var fault = new FaultPolicy(
            request => Uri.UnescapeDataString(request.Uri.ToUri().ToString()).Contains(part, StringComparison.Ordinal),
            403,
            "AuthorizationPermissionMismatch");

        var status = await NewSource(fault).ReadAsync(Cancellation);

        fault.Met.ShouldBeTrue();
        status.Jobs.Count.ShouldBe(5);
        (part == "Operations" ? status.Operations.Note : status.Changes.Note).ShouldNotBeNull().ShouldContain("could not be read");
        PageHtml.Write(status).ShouldContain("could not be read");
    }
}
