using Cochin.Functions.Hosting;
using Cochin.Functions.Tasks.CleanupStuckOperations;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Tests.Hosting;

public sealed class CochinSettingsTests
{
    [Fact]
    public void Read_NothingSet_HasTheDocumentedDefaults()
    {
        var settings = Read();

        settings.Connection.ShouldBeNull();
        settings.TimeZone.Id.ShouldBe("Europe/Paris");
        settings.Jobs.Jobs.Select(job => (job.Name, job.Task, job.Schedule.Expression, job.CatchUp.TotalHours)).ShouldBe(
        [
            ("check_devis_notifications", "check_devis_notifications", "0 0 8 * * *", 20),
            ("cleanup_temp_files", "cleanup_temp_files", "0 0 2 * * *", 20),
            ("cleanup_temp_files_weekend", "cleanup_temp_files", "0 0 1 * * 6", 6),
            ("cleanup_stuck_operations", "cleanup_stuck_operations", "0 0 */6 * * *", 6),
            ("rebuild_backup_paths", "rebuild_backup_paths", "0 0 3 * * 0", 6),
            ("verify_backups", "verify_backups", "0 0 4 * * *", 20),
        ]);
        settings.Jobs.Jobs.Select(job => job.Options).OfType<CleanupTempFilesOptions>().Select(options => options.AgeHours).ShouldBe([24, 2]);
    }

    [Fact]
    public void JobId_IsStableAndUnique()
    {
        var jobs = Read().Jobs;

        jobs.Jobs.Select(job => job.Id).ShouldBe(["b234b4d2", "b92850fe", "fe196646", "54539818", "ba386822", "66c8ab47"]);
        jobs.Find("B92850FE")!.Name.ShouldBe("cleanup_temp_files");
    }

    [Theory]
    [InlineData("age-hours")]
    [InlineData("AgeHours")]
    [InlineData("AGE_HOURS")]
    public void Read_OptionsOfAJob_IgnoreCaseHyphensAndUnderscores(string option)
    {
        var settings = Read(($"Cochin:Jobs:cleanup_temp_files:Options:{option}", "1.5"), ("Cochin:Jobs:cleanup_stuck_operations:Options:Minutes", "90"));

        settings.Jobs.Find("cleanup_temp_files")!.Options.ShouldBe(new CleanupTempFilesOptions { AgeHours = 1.5 });
        settings.Jobs.Find("cleanup_stuck_operations")!.Options.ShouldBe(new CleanupStuckOperationsOptions { Limit = TimeSpan.FromMinutes(90) });
    }

    [Fact]
    public void Read_ManyMistakes_AreAllReported()
    {
        (string Key, string Value)[] mistakes =
        [
            ("CochinStorage", "garbage;AccountKey=c2VjcmV0"),
            ("Cochin:TimeZone", "Mars/Phobos"),
            ("Cochin:Storage:BackupContainer", "Not A Name"),
            ("Cochin:Storage:TablePrefix", "1x"),
            ("Cochin:Jobs:nonsense:Enabled", "true"),
            ("Cochin:Jobs:rebuild_backup_paths:Schedule", "every day"),
            ("Cochin:Jobs:rebuild_backup_paths:Enabled", "perhaps"),
            ("Cochin:Jobs:cleanup_temp_files:CatchUpHours", "-1"),
            ("Cochin:Jobs:cleanup_temp_files:Options:AgeHours", "NaN"),
            ("Cochin:Jobs:cleanup_temp_files:Options:Color", "red"),
            ("Cochin:Jobs:cleanup_stuck_operations:Options:Hours", "3"),
            ("Cochin:Jobs:cleanup_stuck_operations:Options:Minutes", "30"),
            ("Cochin:Discord:WebhookUrl", "https://evil.example/api/webhooks/1/token"),
            ("Cochin:Discord:TimeoutSeconds", "0"),
            ("Cochin:Discord:Culture", "klingon-XX-nope"),
            ("Cochin:Devis:CatchUpDays", "a week"),
            ("Cochin:Backups:GraceMinutes", "-5"),
            ("Cochin:Backups:Extensions", "zip"),
            ("Cochin:History:Days", "0"),
            ("Cochin:Runs:LimitMinutes", "0"),
            ("Cochin:Storage:AuditContainer", "Audit"),
        ];

        var problems = Should.Throw<SettingsException>(() => Read(mistakes)).Problems;

        problems.Select(problem => problem.Setting).Distinct().Count().ShouldBe(mistakes.Length - 1, "hours and minutes together are one mistake");
        problems.ShouldAllBe(problem => problem.Message.Length > 0 && problem.Hint.Length > 0);
        string.Join(' ', problems.Select(problem => problem.ToString())).ShouldNotContain("c2VjcmV0");
        string.Join(' ', problems.Select(problem => problem.ToString())).ShouldNotContain("webhooks/1/token");
    }

    [Fact]
    public void Read_SystemContainerOnly_IsAlsoUsedForTheAuditLog()
    {
        Read(("Cochin:Storage:SystemContainer", "mine")).Names.AuditContainer.ShouldBe("mine");
        Read(("Cochin:Storage:SystemContainer", "mine"), ("Cochin:Storage:AuditContainer", "evidence")).Names.AuditContainer.ShouldBe("evidence");
    }

    [Fact]
    public void Read_AuditInTheBackupContainer_IsRejected() =>
        Should.Throw<SettingsException>(() => Read(("Cochin:Storage:AuditContainer", "backups")))
            .Problems.ShouldHaveSingleItem().Setting.ShouldBe("Cochin__Storage__AuditContainer");

    [Theory]
    [InlineData("CochinStorage:blobServiceUri", "CochinStorage:tableServiceUri")]
    [InlineData("AzureWebJobsStorage:blobServiceUri", "AzureWebJobsStorage:tableServiceUri")]
    public void Read_StorageByAddress_NeedsNoConnectionString(string blobs, string tables) =>
        Read((blobs, "https://x.blob.core.windows.net"), (tables, "https://x.table.core.windows.net")).Connection.ShouldNotBeNull();

    [Fact]
    public void Read_OneAddressOnly_ReportsTheMissingOne() =>
        Should.Throw<SettingsException>(() => Read(("CochinStorage:blobServiceUri", "https://x.blob.core.windows.net")))
            .Problems.ShouldHaveSingleItem().Setting.ShouldBe("CochinStorage__tableServiceUri");

    private static CochinSettings Read(params (string Key, string Value)[] values) =>
        CochinSettings.Read(new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Key, (string?)value.Value)))
            .Build());

    [Theory]
    [InlineData("es-ES")]
    [InlineData("de")]
    public void Culture_WithoutMessages_IsRefusedAndNamesThoseWithMessages(string culture)
    {
        var problem = Should.Throw<SettingsException>(() => Read(("Cochin:Discord:Culture", culture))).Problems.ShouldHaveSingleItem();

        problem.Message.ShouldContain(culture);
        problem.Hint.ShouldSatisfyAllConditions(hint => hint.ShouldContain("fr-FR"), hint => hint.ShouldContain("en-GB"));
    }

    [Theory]
    [InlineData("fr-BE")]
    [InlineData("en-US")]
    [InlineData("fr")]
    public void Culture_WithMessages_IsAccepted(string culture) => Read(("Cochin:Discord:Culture", culture)).Discord.Culture.Name.ShouldBe(culture);
}
