using Cochin.Functions.Backups;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Cli;

/// <summary>A table of the application that is missing is not an empty one, whichever command needs it.</summary>
public sealed class MissingTableTests(AzuriteServer server) : CommandTest(server)
{
    public static TheoryData<string> Tasks => ["cleanup_temp_files", "cleanup_stuck_operations", "rebuild_backup_paths", "check_devis_notifications"];

    [Theory]
    [MemberData(nameof(Tasks))]
    public async Task Run_OnAFreshAccount_CompletesWithAWarning(string task)
    {
        await UploadAsync("temp/old", TimeSpan.FromHours(48));
        await UploadAsync($"storage/{Names.TablePrefix}/a.zip", TimeSpan.FromHours(48));
        foreach (var consent in new[] { "--dry-run", "--force" })
        {
            var result = await RunAsync(task, consent, "--json");

            result.ExitCode.ShouldBe(0, result.Errors);
            var warning = result.Json.GetProperty("warnings").EnumerateArray().Single().GetString()!;
            warning.ShouldContain($"The table '{TableOf(task).Name}' does not exist yet");
            warning.ShouldContain("Cochin__Storage__TablePrefix");
        }
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public async Task Run_AfterAnotherReadTheTable_FailsEachTime(string task)
    {
        await SeeAsync(task);
        await TableOf(task).DeleteAsync(Cancellation);

        foreach (var arguments in new[] { new[] { task, "--force", "--json" }, [task, "--dry-run", "--json"], [task, "--force", "--json"] })
        {
            ShouldBeGone(await RunAsync(arguments), $"The table '{TableOf(task).Name}' does not exist, although earlier runs read it.");
        }
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public async Task Run_WithAnotherPrefixThanBefore_FailsAndChangesNothing(string task)
    {
        await UploadAsync("temp/restore_900001/a", TimeSpan.FromHours(48));
        await UploadAsync("storage/prod/a.zip", TimeSpan.FromHours(48));
        await SeeAsync(task);
        var other = Names with { TablePrefix = Names.TablePrefix + "x" };

        var result = await RunAsync(other, task, "--force", "--json");

        ShouldBeGone(result, $"although earlier runs read '{TableOf(task).Name}'");
        (await BlobNamesAsync()).ShouldContain("temp/restore_900001/a");
        var wrong = NewStorage(other);
        (await MissingTable.FindAsync(wrong, task == "check_devis_notifications" ? wrong.Devis : wrong.Operations, Cancellation))
            .ShouldNotBeNull("none was made");
    }

    [Fact]
    public async Task Cleanup_WithAnEmptyTableOfAnotherPrefix_Fails()
    {
        await UploadAsync("temp/x", TimeSpan.FromHours(48));
        await SeeAsync("cleanup_stuck_operations");
        var names = Names with { TablePrefix = Names.TablePrefix + "x" };
        await NewStorage(names).Operations.CreateAsync(Cancellation);

        var result = await RunAsync(names, "cleanup_temp_files", "--dry-run", "--json");

        result.ExitCode.ShouldBe(1, result.Errors);
        result.Json.GetProperty("error").GetString()!.ShouldContain($"'{names.TablePrefix}Operations' is empty");
    }

    [Theory]
    [InlineData("cleanup_temp_files", "--force")]
    [InlineData("cleanup_stuck_operations", "--force")]
    [InlineData("rebuild_backup_paths", "--force")]
    [InlineData("verify_backups", "--all")]
    public async Task Run_WithTheWrongPrefixFromTheFirstRunOn_FailsAndNamesTheOtherTable(string task, string consent)
    {
        await UploadAsync("restore_temp/job-a/data.sql", TimeSpan.FromHours(48));
        await UploadAsync("storage/prod/a.zip", TimeSpan.FromHours(48));
        await AddOperationAsync("backup", "1", ("Status", "completed"), ("BlobName", "storage/prod/a.zip"), ("SizeBytes", 7L));
        var names = Names with { TablePrefix = Names.TablePrefix + "x" };

        ShouldNameTheOther(await RunAsync(names, task, "--dry-run", "--json"), names);
        ShouldNameTheOther(await RunAsync(names, task, consent, "--json"), names);

        (await BlobNamesAsync()).ShouldBe(["restore_temp/job-a/data.sql", "storage/prod/a.zip"]);
        (await MissingTable.FindAsync(NewStorage(names), NewStorage(names).Operations, Cancellation)).ShouldNotBeNull("none was made");
    }

    [Fact]
    public async Task Cleanup_WithTheWrongPrefixWhileARestoreRuns_FailsAndNamesTheOtherTable()
    {
        await UploadAsync("restore_temp/job-a/data.sql", TimeSpan.FromHours(48));
        await AddOperationAsync("restore", "1", ("Status", "running"), ("WorkPath", "restore_temp/job-a/"));
        var names = Names with { TablePrefix = Names.TablePrefix + "x" };

        ShouldNameTheOther(await RunAsync(names, "cleanup_temp_files", "--force", "--json"), names);

        (await BlobNamesAsync()).ShouldBe(["restore_temp/job-a/data.sql"]);
    }

    [Fact]
    public async Task Cleanup_NextToAnInstallationWithAnotherContainer_IsNotDisturbed()
    {
        await AddOperationAsync("backup", "1", ("Status", "completed"), ("BlobName", "storage/prod/a.zip"));
        await AddOperationAsync("restore", "1", ("Status", "running"), ("WorkPath", "restore_temp/job-a/"), ("BlobName", 5L));
        var names = Names with { TablePrefix = Names.TablePrefix + "x" };
        await UploadAsync("temp/x", TimeSpan.FromHours(48));

        var result = await RunAsync(names, "cleanup_temp_files", "--force", "--json");

        result.ExitCode.ShouldBe(0, result.Errors);
        (await BlobNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Cleanup_WithoutABackupContainerNextToAnotherTable_CompletesWithAWarning()
    {
        await AddOperationAsync("restore", "1", ("Status", "running"), ("WorkPath", "restore_temp/job-a/"));
        var names = Names with { TablePrefix = Names.TablePrefix + "x", BackupContainer = Names.BackupContainer + "2" };

        (await RunAsync(names, "cleanup_temp_files", "--force", "--json")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Doctor_JobsTableLostWhileRunRecordsRemain_IsAWarning()
    {
        await AddRowAsync(Storage.Runs, "cleanup_temp_files", "1", [("Trigger", "Scheduled"), ("Outcome", "Completed")]);

        var check = (await RunAsync("doctor", "--json")).Json.GetProperty("checks").EnumerateArray()
            .Single(check => check.GetProperty("name").GetString() == $"table {Storage.Jobs.Name}");

        check.GetProperty("result").GetString().ShouldBe("warning");
        check.GetProperty("found").GetString()!.ShouldContain(Storage.Runs.Name);
    }

    [Fact]
    public async Task Run_WithAnotherBackupContainerToo_IsAnotherInstallation()
    {
        await SeeAsync("cleanup_stuck_operations");
        var names = Names with { BackupContainer = Names.BackupContainer + "2", TablePrefix = Names.TablePrefix + "x" };
        await NewStorage(names).Backups.CreateAsync(cancellationToken: Cancellation);

        var result = await RunAsync(names, "cleanup_temp_files", "--force", "--json");

        result.ExitCode.ShouldBe(0, result.Errors);
    }

    [Theory]
    [InlineData(false, 0, "warning")]
    [InlineData(true, 1, "wrong")]
    public async Task Doctor_ReportsTheSame(bool wasSeen, int exitCode, string result)
    {
        if (wasSeen)
        {
            await SeeAsync("cleanup_stuck_operations");
            await Storage.Operations.DeleteAsync(Cancellation);
        }

        var doctor = await RunAsync("doctor", "--json");

        doctor.ExitCode.ShouldBe(exitCode, doctor.Output);
        var check = doctor.Json.GetProperty("checks").EnumerateArray()
            .Single(check => check.GetProperty("name").GetString() == $"table {Storage.Operations.Name}");
        check.GetProperty("result").GetString().ShouldBe(result);
        check.GetProperty("mend").GetString()!.ShouldContain("Cochin__Storage__TablePrefix");
    }

    [Fact]
    public async Task Backups_AfterTheTableWasLost_AreUnknownAndNotWell()
    {
        (await BackupTally.ReadAsync(Storage, new WatchSettings().Ages, TimeProvider.System.GetUtcNow(), Cancellation)).ShouldBeEmpty("a fresh account");
        await SeeAsync("cleanup_stuck_operations");
        await Storage.Operations.DeleteAsync(Cancellation);

        await Should.ThrowAsync<LostTableException>(() =>
            BackupTally.ReadAsync(Storage, new WatchSettings().Ages, TimeProvider.System.GetUtcNow(), Cancellation));
        var page = (await RunAsync("report", "--json")).Json;

        page.GetProperty("operations").GetProperty("backupsRead").GetBoolean().ShouldBeFalse();
        page.GetProperty("health").GetProperty("problems").EnumerateArray().ShouldContain(
            problem => problem.GetProperty("text").GetString()!.Contains("although earlier runs read it"));
    }

    private new Task<CommandResult> RunAsync(params string[] arguments) => RunAsync(Names, arguments);

    // Nothing is due, so nothing is sent.
    private Task<CommandResult> RunAsync(StorageNames names, params string[] arguments) => CochinCommand.RunAsync(
        [
            .. Settings.Where(setting => setting.Key is not ("Cochin__Storage__BackupContainer" or "Cochin__Storage__TablePrefix")),
            new("Cochin__Storage__BackupContainer", names.BackupContainer),
            new("Cochin__Storage__TablePrefix", names.TablePrefix),
            new("Cochin__Discord__WebhookUrl", "http://127.0.0.1:9/"),
            new("Cochin__Discord__AllowAnyHost", "true"),
        ],
        arguments);

    private global::Azure.Data.Tables.TableClient TableOf(string task) => task == "check_devis_notifications" ? Storage.Devis : Storage.Operations;

    /// <summary>Has a run read the table of a task, with a row in it.</summary>
    private async Task SeeAsync(string task)
    {
        if (task == "check_devis_notifications")
        {
            await AddDevisAsync("D-1", ("Statut", true), ("DateDebut", "2020-01-01"));
        }
        else
        {
            await AddOperationAsync("restore", "900001", ("Status", "running"), ("HeartbeatAt", TimeProvider.System.GetUtcNow()));
        }

        (await RunAsync(task == "check_devis_notifications" ? task : "cleanup_stuck_operations", "--force")).ExitCode.ShouldBe(0);
    }

    private void ShouldNameTheOther(CommandResult result, StorageNames names)
    {
        ShouldBeGone(result, $"The table '{names.TablePrefix}Operations' does not exist");
        result.Json.GetProperty("error").GetString()!.ShouldContain($"'{Storage.Operations.Name}'");
    }

    private static void ShouldBeGone(CommandResult result, string trace)
    {
        result.ExitCode.ShouldBe(1, result.Errors);
        result.Json.GetProperty("outcome").GetString().ShouldBe("Failed");
        var error = result.Json.GetProperty("error").GetString()!;
        error.ShouldContain(trace);
        error.ShouldContain("Set Cochin__Storage__TablePrefix");
    }
}
