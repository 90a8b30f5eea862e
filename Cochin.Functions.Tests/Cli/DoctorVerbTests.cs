using System.Text.Json;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Cli;

public sealed class DoctorVerbTests(AzuriteServer server) : CommandTest(server)
{
    [Fact]
    public async Task Doctor_OnAHealthyStorage_FindsNothingWrongAndMakesNothing()
    {
        var result = await RunAsync("doctor", "--json");

        result.ExitCode.ShouldBe(0);
        var checks = result.Json.GetProperty("checks").EnumerateArray().ToList();
        checks.Select(Result).ShouldNotContain("wrong");
        checks.ShouldAllBe(check => (Result(check) == "ok") == (check.GetProperty("mend").ValueKind == JsonValueKind.Null));
        (await Storage.System.ExistsAsync(Cancellation)).Value.ShouldBeFalse();
    }

    [Fact]
    public async Task Doctor_WithoutTheBackupContainer_NamesTheSettingAndStillLooksAtTheJobs()
    {
        await Storage.Backups.DeleteAsync(cancellationToken: Cancellation);

        var result = await RunAsync("doctor", "--json");

        result.ExitCode.ShouldBe(1);
        var checks = result.Json.GetProperty("checks").EnumerateArray().ToList();
        checks.Single(check => Result(check) == "wrong").GetProperty("mend").GetString()!.ShouldContain("Cochin__Storage__BackupContainer");
        checks.ShouldContain(check => check.GetProperty("name").GetString() == "rebuild_backup_paths");
    }

    [Fact]
    public async Task Doctor_WithAScheduleThatNeverComes_NamesItAsABadSetting()
    {
        var result = await CochinProcess.RunAsync(Settings.Append(new("Cochin__Jobs__cleanup_temp_files__Schedule", "0 0 0 31 2 *")), "doctor");

        result.ExitCode.ShouldBe(2);
        result.Errors.ShouldContain("Cochin__Jobs__cleanup_temp_files__Schedule");
    }

    private static string? Result(JsonElement check) => check.GetProperty("result").GetString();
}
