using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Cli;

public sealed class DoctorVerbTests(AzuriteServer server) : CommandTest(server)
{
    [Fact]
    public async Task Doctor_HealthyStorage_FindsNoProblemAndCreatesNothing()
    {
        var result = await RunAsync("doctor", "--json");

        result.ExitCode.ShouldBe(0);
        var checks = result.Json.GetProperty("checks").EnumerateArray().ToList();
        checks.Select(Result).ShouldNotContain("wrong");
        checks.ShouldAllBe(check => (Result(check) == "ok") == (check.GetProperty("mend").ValueKind == JsonValueKind.Null));
        (await Storage.System.ExistsAsync(Cancellation)).Value.ShouldBeFalse();
    }

    [Fact]
    public async Task Doctor_WithoutTheBackupContainer_NamesTheSettingAndStillChecksTheJobs()
    {
        await Storage.Backups.DeleteAsync(cancellationToken: Cancellation);
        await AddOperationAsync("backup", "42", ("Status", "completed"), ("BlobName", "storage/prod/a.zip"));

        var result = await RunAsync("doctor", "--json");

        result.ExitCode.ShouldBe(1);
        var checks = result.Json.GetProperty("checks").EnumerateArray().ToList();
        checks.Single(check => Result(check) == "wrong").GetProperty("mend").GetString()!.ShouldContain("Cochin__Storage__BackupContainer");
        checks.ShouldContain(check => check.GetProperty("name").GetString() == "rebuild_backup_paths");
    }

    [Fact]
    public async Task Doctor_RowsOfUnknownPartitions_AreNamedOnce()
    {
        await AddOperationAsync("Backup", "1", ("Status", "completed"), ("BlobName", "storage/prod/a.zip"));
        await AddOperationAsync("Backup", "2", ("Status", "completed"), ("BlobName", "storage/prod/b.zip"));
        await AddOperationAsync("note", "3", ("Status", "completed"));

        Found(await ChecksAsync("doctor", "--json"), "operations")
            .ShouldBe("the table has rows with the PartitionKey 'Backup', which are read neither as backups nor as restores");
    }

    [Fact]
    public async Task Doctor_ScheduleThatIsNeverDue_IsReportedAsInvalidSetting()
    {
        var result = await CochinCommand.RunAsync(Settings.Append(new("Cochin__Jobs__cleanup_temp_files__Schedule", "0 0 0 31 2 *")), "doctor");

        result.ExitCode.ShouldBe(2);
        result.Errors.ShouldContain("Cochin__Jobs__cleanup_temp_files__Schedule");
    }

    [Fact]
    public async Task Doctor_AfterRuns_ChecksPermissionsAndLeavesNothingBehind()
    {
        await RunAsync("run", "cleanup_temp_files");
        var before = await Storage.System.GetBlobsAsync(cancellationToken: Cancellation).CountAsync(Cancellation);

        var checks = await ChecksAsync("doctor", "--json");

        Found(checks, "may write to the system container").ShouldBe("write, lease and delete work");
        Found(checks, "may write to the backup container").ShouldBe("write, lease and delete work");
        Found(checks, "may write to the tables").ShouldBe("write and delete work");
        (await Storage.System.GetBlobsAsync(cancellationToken: Cancellation).CountAsync(Cancellation)).ShouldBe(before);
        (await Storage.Backups.GetBlobsAsync(cancellationToken: Cancellation).AnyAsync(Cancellation)).ShouldBeFalse();
        (await Storage.Jobs.QueryAsync<TableEntity>("PartitionKey eq 'doctor'", cancellationToken: Cancellation).AnyAsync(Cancellation)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("cleanup_temp_files")]
    [InlineData("no_longer_defined")]
    public async Task Doctor_Fix_RecordsADeadRunAsLost(string job)
    {
        var start = TimeProvider.System.GetUtcNow().AddHours(-1);
        var runId = RunKeys.NewRunId(start);
        await Storage.Runs.CreateIfNotExistsAsync(Cancellation);
        var row = new TableEntity(job, RunKeys.RowKey(start, runId))
        {
            ["RunId"] = runId,
            ["Task"] = "cleanup_temp_files",
            ["Outcome"] = "Running",
            ["StartedAt"] = start,
        };
        await Storage.Runs.AddEntityAsync(row, Cancellation);
        var before = await RunAsync("doctor");

        var result = await RunAsync("doctor", "--fix", "--json");

        before.ExitCode.ShouldBe(0, "it is a warning: the next run fixes it");
        before.Output.ShouldContain("1 of them can be fixed automatically");
        result.Json.GetProperty("mended")[0].GetString()!.ShouldContain(runId);
        result.Json.GetProperty("checks").EnumerateArray().ShouldNotContain(check => check.GetProperty("name").GetString() == "runs of cleanup_temp_files");
        (await RunAsync("history", job, "--outcome", "lost", "--json")).Json.GetProperty("runs").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Doctor_Fix_RevertsAnOccurrenceSettledInTheFuture()
    {
        var now = TimeProvider.System.GetUtcNow();
        await Storage.Jobs.CreateIfNotExistsAsync(Cancellation);
        await Storage.Jobs.AddEntityAsync(
            new TableEntity("job", "cleanup_temp_files") { ["SettledOccurrence"] = now.AddDays(300), ["LastSuccessAt"] = now.AddDays(300) }, Cancellation);
        var before = await RunAsync("doctor");

        var after = await RunAsync("doctor", "--fix", "--json");

        before.ExitCode.ShouldBe(1);
        before.Output.ShouldContain("which is in the future");
        after.Json.GetProperty("mended")[0].GetString()!.ShouldStartWith("cleanup_temp_files runs again");
        var row = (await Storage.Jobs.GetEntityAsync<TableEntity>("job", "cleanup_temp_files", cancellationToken: Cancellation)).Value;
        row.GetDateTimeOffset("SettledOccurrence")!.Value.ShouldBeLessThanOrEqualTo(now);
        row.GetDateTimeOffset("SettledOccurrence")!.Value.ShouldBeGreaterThan(now.AddDays(-2));
    }

    [Fact]
    public async Task Doctor_Fix_BreaksAnInfiniteLease()
    {
        await RunAsync("run", "cleanup_temp_files");
        await Storage.System.GetBlobClient("locks/cleanup_temp_files").GetBlobLeaseClient().AcquireAsync(
            TimeSpan.FromSeconds(-1), cancellationToken: Cancellation);
        var before = await RunAsync("doctor");

        var after = await RunAsync("doctor", "--fix");

        before.ExitCode.ShouldBe(1);
        before.Output.ShouldContain("has an infinite lease");
        after.ExitCode.ShouldBe(0);
        (await RunAsync("run", "cleanup_temp_files")).ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("AzureWebJobs.cleanup_temp_files.Disabled", "true", "functions", "wrong")]
    [InlineData("FUNCTIONS_WORKER_RUNTIME", "python", "FUNCTIONS_WORKER_RUNTIME", "wrong")]
    [InlineData("WEBSITE_TIME_ZONE", "Romance Standard Time", "WEBSITE_TIME_ZONE", "warning")]
    [InlineData("Cochin__Runs__LimitMinutes", "600", "functionTimeout", "warning")]
    public async Task Doctor_HostSettingThatStopsJobs_IsReported(string setting, string value, string name, string expected)
    {
        var result = await CochinCommand.RunAsync(Settings, "doctor", "--json", "--set", $"{setting}={value}");

        var check = result.Json.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("name").GetString() == name);
        Result(check).ShouldBe(expected);
        check.GetProperty("mend").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Doctor_OverdueConfiguration_SaysWhatEndsThatWithTheKeyOfItsRow()
    {
        await AddRowAsync(Storage.Configurations, "configuration", "Daily=20Backup", [("Name", "Daily Backup"), ("Frequency", "daily")]);
        await AddOperationAsync(
            "backup", "1", ("Status", "completed"), ("Configuration", "daily-backup"), ("CompletedAt", TimeProvider.System.GetUtcNow().AddDays(-3)));

        var checks = await ChecksAsync("doctor", "--json");

        checks.Single(check => check.GetProperty("name").GetString() == "backups of daily-backup").GetProperty("mend").GetString()!.ShouldEndWith(
            "If none are made any more: deactivate the configuration in the Django application, or if it does not exist there: az storage entity merge "
                + $"--auth-mode login --account-name ACCOUNT --table-name {Storage.Configurations.Name} --entity PartitionKey=configuration "
                + "RowKey=Daily=20Backup IsActive=false");
    }

    [Fact]
    public async Task Doctor_EncryptedBackupsWithoutTheKey_NamesTheSetting()
    {
        foreach (var (id, name) in new[] { ("1", "a.zip.encrypted"), ("2", "b.zip"), ("3", "C.ZIP.ENCRYPTED") })
        {
            await AddOperationAsync("backup", id, ("Status", "completed"), ("BlobName", $"storage/q/{name}"));
        }

        await AddOperationAsync("backup", "4", ("Status", "failed"), ("BlobName", "storage/q/d.encrypted"));

        var checks = await ChecksAsync("doctor", "--json");
        var withKey = await CochinCommand.RunAsync(Settings.Append(new("Cochin__Backups__DjangoSecretKey", "a key")), "doctor", "--json");

        Found(checks, "encrypted backups").ShouldBe("2 encrypted backups are verified only to the structure");
        var check = checks.Single(check => check.GetProperty("name").GetString() == "encrypted backups");
        Result(check).ShouldBe("warning");
        check.GetProperty("mend").GetString()!.ShouldContain("Cochin__Backups__DjangoSecretKey");
        withKey.Output.ShouldNotContain("encrypted backups");
    }

    [Fact]
    public async Task Doctor_StorageDoesNotRespond_IsReportedWithinTheTimeout()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var port = ((System.Net.IPEndPoint)silent.LocalEndpoint).Port;
        var connection = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;"
            + $"BlobEndpoint=http://127.0.0.1:{port}/a;TableEndpoint=http://127.0.0.1:{port}/a;";

        var result = await CochinCommand.RunAsync([new("CochinStorage", connection)], "doctor", "--json");

        result.ExitCode.ShouldBe(1);
        Found([.. result.Json.GetProperty("checks").EnumerateArray()], "blob storage").ShouldNotBeNull().ShouldContain("within 10 s");
    }

    private async Task<List<JsonElement>> ChecksAsync(params string[] arguments) =>
        [.. (await RunAsync(arguments)).Json.GetProperty("checks").EnumerateArray()];

    private static string? Found(List<JsonElement> checks, string name) =>
        checks.Single(check => check.GetProperty("name").GetString() == name).GetProperty("found").GetString();

    private static string? Result(JsonElement check) => check.GetProperty("result").GetString();
}
