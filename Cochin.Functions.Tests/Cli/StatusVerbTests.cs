using Azure.Data.Tables;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Cli;

public sealed class StatusVerbTests(AzuriteServer server) : CommandTest(server)
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task Status_JobWithoutSuccessForThreePeriods_IsOverdueAndExitsWithOne()
    {
        await SetAsync("cleanup_temp_files", ("LastSuccessAt", Now.AddDays(-3)));
        await SetAsync("rebuild_backup_paths", ("LastSuccessAt", Now.AddDays(-10)));

        var text = await RunAsync("status");
        var json = await RunAsync("status", "--json");

        text.ExitCode.ShouldBe(1);
        text.Output.ShouldContain("cleanup_temp_files is overdue: ./cochin doctor");
        json.ExitCode.ShouldBe(1);
        json.Json.GetProperty("overdue").GetInt32().ShouldBe(1);
        json.Json.GetProperty("jobs").EnumerateArray().Where(job => job.GetProperty("overdue").GetBoolean()).Select(job => job.GetProperty("name").GetString())
            .ShouldBe(["cleanup_temp_files"]);
    }

    [Fact]
    public async Task Status_OverduePeriodsSet_AreUsed()
    {
        await SetAsync("cleanup_temp_files", ("LastSuccessAt", Now.AddDays(-3)));

        var result = await CochinCommand.RunAsync(Settings.Append(new("Cochin__Watch__OverduePeriods", "4")), "status");

        result.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Status_JobWithUnreadableSwitch_IsReportedAndExitsWithOne()
    {
        await SetAsync("cleanup_temp_files", ("Enabled", "perhaps"));

        var status = await RunAsync("status");
        var doctor = await RunAsync("doctor");
        var report = await RunAsync("report", "--json");

        status.ExitCode.ShouldBe(1);
        status.Output.ShouldContain("cleanup_temp_files does not run, because its Enabled in the jobs table can't be read: ./cochin doctor");
        doctor.ExitCode.ShouldBe(1);
        doctor.Output.ShouldContain("its Enabled in the jobs table can't be read");
        report.Json.GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("condition").GetString()).ShouldContain("unreadable");
    }

    [Fact]
    public async Task Status_QuoteJobWithoutAWebhook_IsNotConfiguredForStatusDoctorAndPage()
    {
        (await RunAsync("run", "check_devis_notifications", "--json")).Output.ShouldContain("NotConfigured");
        await SetAsync("check_devis_notifications", ("FirstSeenAt", Now.AddDays(-9)), ("SettledOccurrence", Now));

        var status = await RunAsync("status");
        var doctor = await RunAsync("doctor", "--json");
        var report = await RunAsync("report", "--json");

        status.ExitCode.ShouldBe(0);
        status.Output.ShouldContain("not configured");
        doctor.Json.GetProperty("checks").EnumerateArray().ShouldContain(check =>
            check.GetProperty("name").GetString() == "check_devis_notifications" && check.GetProperty("result").GetString() == "warning");
        var job = report.Json.GetProperty("jobs").EnumerateArray().Single(job => job.GetProperty("name").GetString() == "check_devis_notifications");
        job.GetProperty("condition").GetString().ShouldBe("notConfigured");
        job.GetProperty("overdue").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Status_JobThatIsOff_IsNotOverdue()
    {
        await SetAsync("cleanup_temp_files", ("LastSuccessAt", Now.AddDays(-30)), ("Enabled", false));

        (await RunAsync("status")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Status_ExpectedBackupMissing_AgreesWithDoctorAndReport()
    {
        KeyValuePair<string, string>[] settings = [.. Settings, new("Cochin__Backups__Expected__main", "26")];

        var text = await CochinCommand.RunAsync(settings, "status");
        var json = await CochinCommand.RunAsync(settings, "status", "--json");
        var report = await CochinCommand.RunAsync(settings, "report", "--json");
        var doctor = await CochinCommand.RunAsync(settings, "doctor", "--json");

        text.ExitCode.ShouldBe(1);
        text.Output.ShouldContain("There is no backup of main");
        json.ExitCode.ShouldBe(1);
        var late = json.Json.GetProperty("overdueBackups").EnumerateArray().ShouldHaveSingleItem();
        late.GetProperty("configuration").GetString().ShouldBe("main");
        late.GetProperty("newest").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        report.Json.GetProperty("health").GetProperty("level").GetString().ShouldBe("trouble");
        report.Output.ShouldContain("There is no backup of main");
        doctor.Json.GetProperty("checks").EnumerateArray().ShouldContain(check =>
            check.GetProperty("name").GetString() == "backups of main" && check.GetProperty("result").GetString() == "wrong"
            && check.GetProperty("mend").GetString()!.EndsWith("made any more: set Cochin__Backups__Expected__main to 0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Status_AfterRuns_ShowsTheirOutcomes()
    {
        await RunAsync("run", "cleanup_temp_files");
        await Storage.Backups.DeleteAsync(cancellationToken: Cancellation);
        await RunAsync("run", "rebuild_backup_paths");

        var status = await RunAsync("status");

        status.Output.Split('\n').Single(line => line.StartsWith("cleanup_temp_files ", StringComparison.Ordinal)).ShouldContain("✓");
        status.Output.Split('\n').First(line => line.StartsWith("rebuild_backup_paths ", StringComparison.Ordinal)).ShouldContain("✗");
    }

    [Fact]
    public async Task Status_RunnersKnown_NamesThemAndAJobThatNoneChecks()
    {
        var stopped = Now.AddHours(-5);
        await SetAsync("cleanup_temp_files", ("SettledOccurrence", Now.AddDays(-1)), ("LastSuccessAt", Now), CheckedBy(("serve@nas", stopped)));
        await SetAsync(
            "verify_backups",
            ("SettledOccurrence", Now.AddDays(-1)),
            ("LastSuccessAt", Now),
            CheckedBy(("serve@nas", Now.AddMinutes(-40)), ("functions@app", Now)));

        KeyValuePair<string, string>[] settings = [.. Settings, new("Cochin__Jobs__cleanup_temp_files__Schedule", "0 0 0 29 2 *")];
        var text = await CochinCommand.RunAsync(settings, "status");
        var json = await CochinCommand.RunAsync(settings, "status", "--json");
        var doctor = await CochinCommand.RunAsync(settings, "doctor", "--json");

        text.ExitCode.ShouldBe(0, "no work is late yet");
        text.Output.ShouldContain("Checked by serve on nas (verify_backups), the function app app (verify_backups).");
        text.Output.ShouldContain("No runner has checked cleanup_temp_files since ");
        text.Output.ShouldContain("Start ./cochin serve on nas again");
        var jobs = json.Json.GetProperty("jobs").EnumerateArray().ToDictionary(job => job.GetProperty("name").GetString()!);
        jobs["cleanup_temp_files"].GetProperty("unchecked").GetBoolean().ShouldBeTrue();
        jobs["cleanup_temp_files"].GetProperty("checkedBy")[0].GetProperty("at").GetDateTimeOffset().ShouldBe(stopped);
        jobs["verify_backups"].GetProperty("unchecked").GetBoolean().ShouldBeFalse();
        jobs["verify_backups"].GetProperty("checkedBy").EnumerateArray().Select(runner => runner.GetProperty("runner").GetString())
            .ShouldBe(["the function app app", "serve on nas"]);
        jobs["rebuild_backup_paths"].GetProperty("unchecked").GetBoolean().ShouldBeFalse("unknown");
        jobs["rebuild_backup_paths"].GetProperty("checkedBy").GetArrayLength().ShouldBe(0);
        doctor.Json.GetProperty("checks").EnumerateArray().ShouldContain(check =>
            check.GetProperty("name").GetString() == "cleanup_temp_files"
            && check.GetProperty("found").GetString()!.StartsWith("no runner has checked it since"));
    }

    private static (string, object) CheckedBy(params (string Runner, DateTimeOffset At)[] checks) =>
        ("CheckedBy", System.Text.Json.JsonSerializer.Serialize(checks.ToDictionary(check => check.Runner, check => check.At.UtcDateTime)));

    private async Task SetAsync(string job, params (string Column, object Value)[] columns)
    {
        await Storage.Jobs.CreateIfNotExistsAsync(Cancellation);
        var row = new TableEntity("job", job);
        foreach (var (column, value) in columns)
        {
            row[column] = value;
        }

        await Storage.Jobs.UpsertEntityAsync(row, TableUpdateMode.Replace, Cancellation);
    }
}
