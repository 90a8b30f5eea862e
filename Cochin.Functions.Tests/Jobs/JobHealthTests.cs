using Cochin.Functions.Cli;
using Cochin.Functions.Doctor;
using Cochin.Functions.Jobs;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.StatusPage;

namespace Cochin.Functions.Tests.Jobs;

/// <summary>One state of a job, and what each place that reports its health makes of it. The job is due every day at 01:00 UTC; it is 13:00.</summary>
public sealed class JobHealthTests(AzuriteServer server) : StatusTest(server)
{
    private const string Name = "nightly";

    private static readonly DateTimeOffset Settled = Now.Date.AddHours(1);

    [Theory]
    [InlineData("healthy", "Healthy", false, "Ok", "")]
    [InlineData("failing", "Failing", false, "Wrong", "Failing")]
    [InlineData("failing for days", "Failing", true, "Wrong", "Failing")]
    [InlineData("overdue", "Overdue", true, "Wrong", "Overdue")]
    [InlineData("overdue, never seen by a scheduler", "Overdue", true, "Wrong", "Overdue")]
    [InlineData("clock ahead", "Overdue", true, "Wrong", "Overdue")]
    [InlineData("switched off", "Off", false, "Warning", "")]
    [InlineData("switched off while failing", "Off", false, "Warning", "")]
    [InlineData("switched off by a setting", "Off", false, "Warning", "")]
    [InlineData("switched off until tomorrow", "Off", false, "Warning", "")]
    [InlineData("switched off until yesterday", "Healthy", false, "Ok", "")]
    [InlineData("not configured", "NotConfigured", false, "Warning", "")]
    [InlineData("not configured and switched off", "Off", false, "Warning", "")]
    [InlineData("switch unreadable", "Unreadable", false, "Wrong", "StateUnreadable")]
    [InlineData("switch unreadable for days", "Unreadable", true, "Wrong", "StateUnreadable Overdue")]
    [InlineData("never run", "New", false, "Warning", "")]
    public async Task Health_OfOneState_IsTheSameEverywhere(string state, string condition, bool isOverdue, string check, string incidents)
    {
        var missing = state.StartsWith("not configured", StringComparison.Ordinal) ? "Cochin__Webhook" : null;
        Jobs = [Job(Name) with { Enabled = state != "switched off by a setting", MissingSetting = missing }];
        if (state != "never run")
        {
            await SetStateAsync(Name, ColumnsOf(state));
        }

        var job = Jobs[0];
        var states = new JobStates(Storage);
        var history = new RunHistory(Storage, Clock, new RunHistoryOptions());
        var remembered = await states.GetAsync(Name, Cancellation);
        var standing = new JobStatus(job, remembered, [], Now);
        var page = (await ReadAsync()).Jobs.ShouldHaveSingleItem();
        var (found, _, _) = new IncidentSource(new JobCatalog(Jobs), states, history, Storage, Watch, RunnerScope.Serve())
            .FindForJobs(await states.GetAllAsync(Cancellation), Now);
        var digest = await new DigestSource(new JobCatalog(Jobs), states, history, Storage, Watch)
            .ReadAsync(Now.AddDays(-7), Now, Now, Cancellation);

        var expected = Enum.Parse<JobCondition>(condition);
        standing.Health.Condition.ShouldBe(expected, "status");
        standing.Health.IsOverdue.ShouldBe(isOverdue, "status");
        JobStatus.ToDocument([standing]).Jobs[0].Overdue.ShouldBe(isOverdue, "status --json");
        JobChecks.CheckState(job, remembered, Now).Result.ShouldBe(Enum.Parse<CheckResult>(check), "doctor");
        page.Condition.ShouldBe(expected, "page");
        page.Overdue.ShouldBe(isOverdue, "page");
        string.Join(' ', found.Select(incident => incident.Kind)).ShouldBe(incidents, "notices");
        digest.UnhealthyJobs.ShouldBe(expected is JobCondition.Failing or JobCondition.Overdue or JobCondition.Unreadable ? [(Name, expected)] : [], "digest");
        digest.IsHealthy.ShouldBe(digest.UnhealthyJobs.Count == 0);
    }

    private static (string Column, object Value)[] ColumnsOf(string state)
    {
        var columns = new Dictionary<string, object>
        {
            ["SettledOccurrence"] = Settled, ["LastSuccessAt"] = Settled, ["FirstSeenAt"] = Settled.AddDays(-90), ["LastRunId"] = "20261124T010000-abcdef",
        };
        if (state.EndsWith("for days", StringComparison.Ordinal) || state is "overdue" or "not configured")
        {
            columns["LastSuccessAt"] = Settled.AddDays(-3);
        }

        if (state.Contains("failing", StringComparison.Ordinal))
        {
            (columns["ConsecutiveFailures"], columns["LastFailureAt"], columns["FailingSince"]) = (2, Settled, Settled);
        }

        if (state.Contains("switched off", StringComparison.Ordinal) && state != "switched off by a setting")
        {
            columns["Enabled"] = false;
        }

        switch (state)
        {
            case "overdue, never seen by a scheduler":
                columns.Remove("SettledOccurrence");
                columns["LastSuccessAt"] = Settled.AddDays(-3);
                break;
            case "clock ahead":
                columns["SettledOccurrence"] = Settled.AddDays(100);
                break;
            case "switched off until tomorrow":
                columns["DisabledUntil"] = Now.AddDays(1);
                break;
            case "switched off until yesterday":
                columns["DisabledUntil"] = Now.AddDays(-1);
                break;
            case "switch unreadable" or "switch unreadable for days":
                columns["Enabled"] = "perhaps";
                break;
        }

        return [.. columns.Select(column => (column.Key, column.Value))];
    }
}
