using Cochin.Functions.Hosting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks.Operations;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CheckDevisNotifications;
using Cochin.Functions.Tasks.CleanupStuckOperations;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Tests.Hosting;

/// <summary>Jobs that the settings define, next to the default ones.</summary>
public sealed class JobSettingsTests
{
    private const string Jobs = "Cochin:Jobs";
    private const string Daily = "0 30 4 * * *";

    private static int Defaults => TaskCatalog.All.Where(task => task.Requirement is null).Sum(task => task.Jobs.Count);

    [Fact]
    public void Read_AdditionalJobs_ComeAfterTheDefaultOnesByName()
    {
        var jobs = Read(
            ($"{Jobs}:uploads_hourly:Task", "cleanup_temp_files"), ($"{Jobs}:uploads_hourly:Schedule", "0 0 * * * *"),
            ($"{Jobs}:uploads_hourly:Options:Areas", "uploads"),
            ($"{Jobs}:uploads_hourly:Options:age_hours", "0.5"), ($"{Jobs}:uploads_hourly:Options:FORCE", "true"),
            ($"{Jobs}:alerts_again:Task", "check_devis_notifications"), ($"{Jobs}:alerts_again:Schedule", Daily), ($"{Jobs}:alerts_again:Enabled", "false"),
            ($"{Jobs}:alerts_again:CatchUpHours", "1.5"), ($"{Jobs}:alerts_again:PingUrl", "https://hc-ping.com/x")).Jobs.Jobs;

        jobs.Skip(Defaults).Select(job => (job.Name, job.Task, job.Schedule.Expression, job.CatchUp.TotalHours, job.Enabled, job.IsFurther)).ShouldBe(
        [
            ("alerts_again", "check_devis_notifications", Daily, 1.5, false, true),
            ("uploads_hourly", "cleanup_temp_files", "0 0 * * * *", 6, true, true),
        ]);
        jobs[^1].Options.ShouldBe(new CleanupTempFilesOptions { AgeHours = 0.5, Areas = TempAreas.Read("uploads/").Areas });
        jobs[^2].Options.ShouldBe(new CheckDevisNotificationsOptions());
        jobs[^2].Ping.ShouldNotBeNull();
        jobs.Take(Defaults).ShouldAllBe(job => !job.IsFurther);
    }

    [Theory]
    [InlineData("0 0 2 * * *", 20)]
    [InlineData("0 2 * * *", 20)]
    [InlineData("0 0 2 * * 0-6", 20)]
    [InlineData("0 0 2 * * 1-5", 6)]
    [InlineData("0 0 2,14 * * *", 6)]
    [InlineData("0 0 2 1 * *", 6)]
    public void CatchUp_OfAnAdditionalJob_DependsOnItsSchedule(string schedule, double hours) =>
        Read(($"{Jobs}:mine:Task", "rebuild_backup_paths"), ($"{Jobs}:mine:Schedule", schedule)).Jobs.Find("mine")!.CatchUp.TotalHours.ShouldBe(hours);

    [Theory]
    [InlineData("Nightly")]
    [InlineData("1st")]
    [InlineData("_x")]
    [InlineData("a-b")]
    [InlineData("é")]
    [InlineData("all")]
    [InlineData("a23456789012345678901234567890123456789012345678901234567890abcd")]
    public void Read_InvalidJobName_ExplainsTheRules(string name)
    {
        var problem = Problems(($"{Jobs}:{name}:Task", "cleanup_temp_files"), ($"{Jobs}:{name}:Schedule", Daily)).ShouldHaveSingleItem();

        problem.Setting.ShouldBe($"Cochin__Jobs__{name}");
        problem.Hint.ShouldContain("a-z, 0-9 and _");
    }

    [Fact]
    public void Read_JobWithoutATask_ExplainsHowToDefineOne()
    {
        var problem = Problems(($"{Jobs}:cleanup_tmp_files:Enabled", "true")).ShouldHaveSingleItem();

        problem.Setting.ShouldBe("Cochin__Jobs__cleanup_tmp_files");
        problem.Hint.ShouldContain("Cochin__Jobs__cleanup_tmp_files__Task");
        problem.Hint.ShouldContain("Cochin__Jobs__cleanup_tmp_files__Schedule");
    }

    [Fact]
    public void Read_ManyProblemsOfAdditionalJobs_AreAllReported() =>
        Problems(
            ($"{Jobs}:mine:Task", "cleanup_temp_files"), ($"{Jobs}:mine:CatchUpHours", "-1"), ($"{Jobs}:mine:Enabled", "perhaps"),
            ($"{Jobs}:mine:PingUrl", "x"), ($"{Jobs}:mine:Options:AgeHours", "-1"), ($"{Jobs}:mine:Options:Areas", "nowhere"),
            ($"{Jobs}:mine:Options:DryRun", "true"), ($"{Jobs}:mine:Options:Verbose", "true"), ($"{Jobs}:mine:Options:Auto", "perhaps"),
            ($"{Jobs}:other:Task", "make_coffee"), ($"{Jobs}:other:Schedule", "often")).Select(problem => problem.Setting).ShouldBe(
            [
                "Cochin__Jobs__mine__Schedule", "Cochin__Jobs__mine__CatchUpHours", "Cochin__Jobs__mine__Enabled", "Cochin__Jobs__mine__PingUrl",
                "Cochin__Jobs__mine__Options__AgeHours", "Cochin__Jobs__mine__Options__Areas", "Cochin__Jobs__mine__Options__DryRun",
                "Cochin__Jobs__mine__Options__Verbose", "Cochin__Jobs__mine__Options__Auto",
                "Cochin__Jobs__other__Task", "Cochin__Jobs__other__Schedule",
            ],
            ignoreOrder: true);

    [Theory]
    [InlineData("cleanup_temp_files", "cleanup_temp_files", 0)]
    [InlineData("cleanup_temp_files_weekend", "cleanup_temp_files", 0)]
    [InlineData("cleanup_temp_files", "rebuild_backup_paths", 1)]
    [InlineData("cleanup_temp_files_weekend", "nonsense", 1)]
    public void Read_TaskOfADefaultJob_MustBeItsOwn(string job, string task, int problems)
    {
        (string, string) setting = ($"{Jobs}:{job}:Task", task);

        if (problems == 0)
        {
            Read(setting).Jobs.Jobs.Count.ShouldBe(Defaults);
        }
        else
        {
            Problems(setting).ShouldHaveSingleItem().Setting.ShouldBe($"Cochin__Jobs__{job}__Task");
        }
    }

    [Fact]
    public void Read_AreasOfAJob_AreAreasOfTheSetting()
    {
        (string, string)[] job = [($"{Jobs}:mine:Task", "cleanup_temp_files"), ($"{Jobs}:mine:Schedule", Daily), ($"{Jobs}:mine:Options:Areas", "cache/")];

        Problems(job).ShouldHaveSingleItem().Message.ShouldContain("temp/ restore_temp/ uploads/");
        Read([.. job, ("Cochin:Temp:Areas", "temp cache")]).Jobs.Find("mine")!.Options.ShouldBe(
            new CleanupTempFilesOptions { Areas = TempAreas.Read("cache").Areas });
    }

    [Fact]
    public void Read_OneOptionInTwoSpellings_IsRejected() =>
        Problems(($"{Jobs}:cleanup_temp_files:Options:AgeHours", "3"), ($"{Jobs}:cleanup_temp_files:Options:age-hours", "4"))
            .ShouldHaveSingleItem().Message.ShouldContain("twice");

    [Fact]
    public void Read_OptionOutOfItsRange_HasTheMessageOfTheCommandLine() =>
        Problems(($"{Jobs}:cleanup_stuck_operations:Options:Hours", "87601"))
            .ShouldHaveSingleItem().Message.ShouldBe("'87601' is not a number of hours from 0 to 87600.");

    [Fact]
    public void Read_JobThatRequiresASetting_ExistsOnceItIsSet()
    {
        var task = CleanupStuckOperationsDescription.Value with
        {
            Requirement = new("Cochin__Temp__Areas", (_, settings) => settings.Of<TempSettings>().Areas != TempAreas.Default, "No area.", "Set one."),
            Jobs = [new DefaultJob("later", Daily, 6, new CleanupStuckOperationsOptions())],
        };
        JobCatalog ReadWith(TempSettings settings) =>
            new JobSettings(new SettingValues(new ConfigurationBuilder().Build()), TimeZoneInfo.Utc, [task], new TaskSettings([settings])).Read();

        var before = ReadWith(new TempSettings());
        var after = ReadWith(new TempSettings { Areas = TempAreas.Read("x").Areas! });

        before.Jobs.ShouldBeEmpty();
        before.Dormant.ShouldHaveSingleItem().Setting.ShouldBe("Cochin__Temp__Areas");
        after.Jobs.ShouldHaveSingleItem().Name.ShouldBe("later");
        after.Dormant.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Cochin:Retention:KeepDaily", "7")]
    [InlineData("Cochin:Retention:FromConfigurations", "true")]
    [InlineData($"{Jobs}:prune_backups:Options:KeepLast", "3")]
    public void Read_RetentionPolicy_BringsTheJobThatPrunes(string key, string value)
    {
        Read().Jobs.Find("prune_backups").ShouldBeNull();
        Read(("Cochin:Retention:KeepLast", "0")).Jobs.Dormant.Select(job => job.Name).ShouldContain("prune_backups");
        Read().Jobs.IsDormant(TaskCatalog.Find("prune_backups")!).ShouldBeTrue("and it is left out of the digest");

        Read((key, value)).Jobs.Find("prune_backups").ShouldNotBeNull();
        Read((key, value)).Jobs.IsDormant(TaskCatalog.Find("prune_backups")!).ShouldBeFalse();
    }

    [Theory]
    [InlineData("Cochin:Django:Database", "db.sqlite3")]
    [InlineData($"{Jobs}:sync_django:Options:Database", "db.sqlite3")]
    public void Read_Database_BringsTheJobThatCopiesIt(string key, string value)
    {
        Read().Jobs.Find("sync_django").ShouldBeNull();
        Read().Jobs.Dormant.Single(job => job.Name == "sync_django").Setting.ShouldBe("Cochin__Django__Database");

        Read((key, value), ($"{Jobs}:sync_django:Options:Backups", "backups")).Jobs.Find("sync_django").ShouldNotBeNull()
            .Schedule.Expression.ShouldBe("0 */15 * * * *");
    }

    [Fact]
    public void Read_FurtherJobThatPrunesWithoutAPolicy_IsAProblem()
    {
        Problems(($"{Jobs}:mine:Task", "prune_backups"), ($"{Jobs}:mine:Schedule", Daily))
            .ShouldHaveSingleItem().ShouldSatisfyAllConditions(
                problem => problem.Message.ShouldBe("No rule keeps any backup."),
                problem => problem.Hint.ShouldContain("Cochin__Retention__KeepLast"));
        Read(($"{Jobs}:mine:Task", "prune_backups"), ($"{Jobs}:mine:Schedule", Daily), ($"{Jobs}:mine:Options:KeepWeekly", "3"))
            .Jobs.Find("mine").ShouldNotBeNull();
    }

    private static IReadOnlyList<SettingProblem> Problems(params (string Key, string Value)[] values) =>
        Should.Throw<SettingsException>(() => Read(values)).Problems;

    private static CochinSettings Read(params (string Key, string Value)[] values) => CochinSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Key, (string?)value.Value))).Build());
}
