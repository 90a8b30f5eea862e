using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Cli;

/// <summary>Every command reports a missing backup container in the same way.</summary>
public sealed class MissingContainerTests(AzuriteServer server) : CommandTest(server)
{
    [Theory]
    [InlineData("cleanup_temp_files")]
    [InlineData("rebuild_backup_paths")]
    public async Task Run_OnANewAccount_CompletesWithAWarning(string job)
    {
        await Storage.Backups.DeleteAsync(cancellationToken: Cancellation);

        var first = await RunAsync("run", job, "--json");
        var second = await RunAsync("run", job, "--json");

        foreach (var result in new[] { first, second })
        {
            result.ExitCode.ShouldBe(0, result.Errors);
            result.Json.GetProperty("outcome").GetString().ShouldBe("Completed");
            var warning = result.Json.GetProperty("warnings").EnumerateArray().Single().GetString()!;
            warning.ShouldContain($"The backup container '{Names.BackupContainer}' does not exist yet");
            warning.ShouldContain("Cochin__Storage__BackupContainer");
        }
    }

    [Theory]
    [InlineData("cleanup_temp_files")]
    [InlineData("rebuild_backup_paths")]
    public async Task Run_AfterARecordNamesABlob_Fails(string job)
    {
        await Storage.Backups.DeleteAsync(cancellationToken: Cancellation);
        await AddOperationAsync("backup", "42", ("Status", "completed"), ("BlobName", "storage/prod/a.zip"));

        var result = await RunAsync("run", job, "--json");

        ShouldBeGone(result, "backup/42 refers to a blob in it");
    }

    [Theory]
    [InlineData("cleanup_temp_files", "rebuild_backup_paths")]
    [InlineData("rebuild_backup_paths", "cleanup_temp_files")]
    public async Task Run_AfterAnotherJobReadTheContainer_FailsEachTime(string before, string job)
    {
        (await RunAsync("run", before)).ExitCode.ShouldBe(0);
        await Storage.Backups.DeleteAsync(cancellationToken: Cancellation);

        var first = await RunAsync("run", job, "--json");
        var second = await RunAsync("run", job, "--json");

        ShouldBeGone(first, "read it");
        ShouldBeGone(second, "read it");
        (await Storage.Backups.ExistsAsync(Cancellation)).Value.ShouldBeFalse();
    }

    [Theory]
    [InlineData(false, 0, "warning", "The backup container '")]
    [InlineData(true, 1, "wrong", "does not exist, although")]
    public async Task Doctor_ReportsTheSame(bool wasSeen, int exitCode, string result, string found)
    {
        await Storage.Backups.DeleteAsync(cancellationToken: Cancellation);
        if (wasSeen)
        {
            await AddOperationAsync("backup", "42", ("Status", "completed"), ("BlobName", "storage/prod/a.zip"));
        }

        var doctor = await RunAsync("doctor", "--json");

        doctor.ExitCode.ShouldBe(exitCode, doctor.Output);
        var check = doctor.Json.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("name").GetString() == "backup container");
        check.GetProperty("result").GetString().ShouldBe(result);
        check.GetProperty("found").GetString()!.ShouldContain(found);
        check.GetProperty("mend").GetString()!.ShouldContain("Cochin__Storage__BackupContainer");
    }

    [Theory]
    [InlineData(false, "attention")]
    [InlineData(true, "trouble")]
    public async Task Page_ReportsTheSame(bool wasSeen, string level)
    {
        await Storage.Backups.DeleteAsync(cancellationToken: Cancellation);
        if (wasSeen)
        {
            await AddOperationAsync("backup", "42", ("Status", "completed"), ("BlobName", "storage/prod/a.zip"));
        }

        var report = await RunAsync("report", "--json");

        var problems = report.Json.GetProperty("health").GetProperty("problems").EnumerateArray();
        var problem = problems.Single(problem => problem.GetProperty("text").GetString()!.Contains(Names.BackupContainer, StringComparison.Ordinal));
        problem.GetProperty("level").GetString().ShouldBe(level);
    }

    private static void ShouldBeGone(CommandResult result, string trace)
    {
        result.ExitCode.ShouldBe(1, result.Errors);
        result.Json.GetProperty("outcome").GetString().ShouldBe("Failed");
        var error = result.Json.GetProperty("error").GetString()!;
        error.ShouldContain("does not exist, although");
        error.ShouldContain(trace);
        error.ShouldContain("Set Cochin__Storage__BackupContainer");
    }
}
