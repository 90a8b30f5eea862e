using System.Text.Json;

namespace Cochin.Functions.Tests.Infra;

/// <summary>When the alerts fire: runs their queries on rows like those that the program writes to the workspace.</summary>
public sealed class AlertLogicTests(KustoRunner kusto) : IClassFixture<KustoRunner>
{
    private const string Daily = "check_devis_notifications";
    private const string Weekly = "rebuild_backup_paths";
    private const int DailyLimit = 26;
    private const int WeeklyLimit = 172;

    private static readonly DateTimeOffset Now = new(2026, 6, 2, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task NoSuccess_WhileTheJobSucceeds_IsQuiet() =>
        (await NoSuccessAsync(Daily, DailyLimit, Heard(Daily, hoursAgo: 0.25, age: 23))).ShouldBeFalse();

    [Fact]
    public async Task NoSuccess_WhenEveryRunFails_FiresAfterTheLimit() =>
        (await NoSuccessAsync(Daily, DailyLimit, Heard(Daily, hoursAgo: 0.25, age: 26))).ShouldBeTrue();

    [Fact]
    public async Task NoSuccess_OfADeadProgram_FiresAtTheLimit()
    {
        (await NoSuccessAsync(Daily, DailyLimit, Heard(Daily, hoursAgo: 20, age: 5))).ShouldBeFalse();
        (await NoSuccessAsync(Daily, DailyLimit, Heard(Daily, hoursAgo: 22, age: 5))).ShouldBeTrue();
    }

    [Fact]
    public async Task NoSuccess_OfAProgramDeadForTwoDays_FiresForAWeeklyJobToo() =>
        (await NoSuccessAsync(Weekly, WeeklyLimit, Heard(Weekly, hoursAgo: 49, age: 1))).ShouldBeTrue();

    [Fact]
    public async Task NoSuccess_OfAJobWithoutTelemetry_Fires() =>
        (await NoSuccessAsync(Daily, DailyLimit, Heard(Weekly, hoursAgo: 0.25, age: 1))).ShouldBeTrue();

    [Theory]
    [InlineData(1, false)]
    [InlineData(25, false)]
    [InlineData(27, true)]
    public async Task NoSuccess_WithoutASingleRow_FiresOnceTheWorkspaceIsOldEnough(int hours, bool fires) =>
        (await NoSuccessAsync(Daily, DailyLimit, workspaceAge: hours)).ShouldBe(fires);

    [Theory]
    [InlineData(47, false)]
    [InlineData(49, true)]
    public async Task NoSuccess_WithoutASingleRow_FiresAfterTwoDaysForAWeeklyJobToo(int hours, bool fires) =>
        (await NoSuccessAsync(Weekly, WeeklyLimit, workspaceAge: hours)).ShouldBe(fires);

    [Fact]
    public async Task NoSuccess_WhenTheAgeOfTheWorkspaceIsUnknown_Fires() =>
        (await NoSuccessAsync(Daily, DailyLimit, workspaceAge: null)).ShouldBeTrue();

    [Fact]
    public async Task NoSuccess_OfADisabledJob_IsQuiet() =>
        (await NoSuccessAsync(Daily, DailyLimit, Heard(Daily, hoursAgo: 1, age: 100), Heard(Daily, hoursAgo: 0.25, age: 101, enabled: "false"))).ShouldBeFalse();

    [Fact]
    public async Task NoSuccess_OfAReenabledJob_Fires() =>
        (await NoSuccessAsync(Daily, DailyLimit, Heard(Daily, hoursAgo: 1, age: 100, enabled: "false"), Heard(Daily, hoursAgo: 0.25, age: 101))).ShouldBeTrue();

    [Fact]
    public async Task NoSuccess_WhenAnIdleInstanceKnowsAnOlderSuccess_IsQuiet() =>
        (await NoSuccessAsync(Daily, DailyLimit, Heard(Daily, hoursAgo: 0.5, age: 1), Heard(Daily, hoursAgo: 0.25, age: 27))).ShouldBeFalse();

    [Theory]
    [InlineData(0.3, false)]
    [InlineData(1.9, false)]
    [InlineData(2.1, true)]
    [InlineData(60, true)]
    public async Task Silence_AfterTheLastTelemetry_FiresAfterTwoHours(double hoursAgo, bool fires) =>
        (await SilenceAsync(workspaceAge: 1000, Heard(Daily, hoursAgo, age: 1))).ShouldBe(fires);

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, true)]
    public async Task Silence_InANewWorkspace_GivesTheDeploymentTwoHours(int hours, bool fires) =>
        (await SilenceAsync(hours)).ShouldBe(fires);

    [Theory]
    [InlineData("Failed", null, "Failed")]
    [InlineData("Lost", null, "Lost")]
    [InlineData("Skipped", "Missed", "Missed")]
    public async Task RunFailed_OfAFailure_NamesTheJob(string outcome, string? reason, string ending)
    {
        var rows = await RunAsync("alert-run-failed.kql", Ended(Weekly, outcome, reason));

        var row = rows.ShouldHaveSingleItem();
        row.GetProperty("Job").GetString().ShouldBe(Weekly);
        row.GetProperty("Ending").GetString().ShouldBe(ending);
    }

    [Theory]
    [InlineData("Completed", null)]
    [InlineData("Partial", null)]
    [InlineData("Skipped", "LockHeld")]
    [InlineData("Skipped", "Disabled")]
    [InlineData("Skipped", "NotConfigured")]
    public async Task RunFailed_OfAnyOtherEnding_IsQuiet(string outcome, string? reason) =>
        (await RunAsync("alert-run-failed.kql", Ended(Weekly, outcome, reason))).ShouldBeEmpty();

    [Fact]
    public async Task RunFailed_OfATypedTask_IsQuiet() =>
        (await RunAsync("alert-run-failed.kql", Ended(Weekly, "Failed", reason: null, trigger: "Typed"))).ShouldBeEmpty();

    private async Task<bool> NoSuccessAsync(string job, int limitHours, params object[] metrics) =>
        await NoSuccessAsync(job, limitHours, workspaceAge: 1000, metrics);

    private async Task<bool> NoSuccessAsync(string job, int limitHours, int? workspaceAge, params object[] metrics)
    {
        var query = InfraFolder.Filled("alert-no-success.kql", job, limitHours, CreatedAt(workspaceAge));
        return (await kusto.RunAsync(query, Now, Workspace(metrics))).Count > 0;
    }

    private async Task<bool> SilenceAsync(int workspaceAge, params object[] metrics)
    {
        var query = InfraFolder.Filled("alert-silence.kql", Daily, DailyLimit, CreatedAt(workspaceAge));
        return (await kusto.RunAsync(query, Now, Workspace(metrics))).Count > 0;
    }

    private Task<List<JsonElement>> RunAsync(string name, params object[] metrics) =>
        kusto.RunAsync(InfraFolder.FilledQuery(name), Now, Workspace(metrics));

    private static Dictionary<string, object[]> Workspace(object[] metrics) => metrics.Length == 0 ? [] : new() { ["AppMetrics"] = metrics };

    private static string CreatedAt(int? hoursAgo) => hoursAgo is { } hours ? Now.AddHours(-hours).ToString("O") : "";

    private static object Heard(string job, double hoursAgo, double age, string enabled = "true") => new
    {
        TimeGenerated = Now.AddHours(-hoursAgo),
        AppRoleName = "cochin-maintenance",
        Name = "cochin.job.last_success_age",
        Sum = age * 3600,
        ItemCount = 1,
        Properties = new Dictionary<string, string> { ["cochin.job"] = job, ["cochin.job.enabled"] = enabled },
    };

    private static object Ended(string job, string outcome, string? reason, string trigger = "Scheduled") => new
    {
        TimeGenerated = Now.AddMinutes(-5),
        AppRoleName = "cochin-maintenance",
        Name = "cochin.run.outcome",
        Sum = 1,
        ItemCount = 1,
        Properties = reason is null
            ? new Dictionary<string, string> { ["cochin.job"] = job, ["cochin.trigger"] = trigger, ["cochin.outcome"] = outcome }
            : new Dictionary<string, string> { ["cochin.job"] = job, ["cochin.trigger"] = trigger, ["cochin.outcome"] = outcome, ["cochin.reason"] = reason },
    };
}
