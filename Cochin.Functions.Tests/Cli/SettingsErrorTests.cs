using System.Diagnostics;

namespace Cochin.Functions.Tests.Cli;

/// <summary>Invalid settings and unreachable storage: every problem is reported, with the right exit code and without secrets.</summary>
public sealed class SettingsErrorTests
{
    private const string Secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQ=";

    [Fact]
    public async Task Settings_SeveralInvalid_AreAllReportedAtOnce()
    {
        var result = await CochinCommand.RunAsync(
            [
                new("CochinStorage", $"AccountKey={Secret}"),
                new("Cochin__TimeZone", "Europe/Pariss"),
                new("Cochin__Jobs__cleanup_temp_files__Schedule", "every day"),
                new("Cochin__Jobs__rebuild_backup_paths__Enabled", "perhaps"),
                new("Cochin__Jobs__cleanup_tmp_files__Enabled", "true"),
                new("Cochin__Discord__WebhookUrl", $"https://example.org/{Secret}"),
            ],
            "show",
            "--json");

        result.ExitCode.ShouldBe(2);
        result.Error.GetProperty("problems").EnumerateArray().Select(problem => problem.GetProperty("setting").GetString()).ShouldBe(
            ["CochinStorage", "Cochin__TimeZone", "Cochin__Jobs__cleanup_temp_files__Schedule", "Cochin__Jobs__rebuild_backup_paths__Enabled", "Cochin__Jobs__cleanup_tmp_files", "Cochin__Discord__WebhookUrl"],
            ignoreOrder: true);
        (result.Output + result.Errors).ShouldNotContain(Secret);
    }

    [Fact]
    public async Task Setting_OnTheCommandLine_OverridesTheEnvironment()
    {
        var result = await CochinCommand.RunAsync([new("CochinStorage", "UseDevelopmentStorage=true"), new("Cochin__TimeZone", "Etc/UTC")], "show", "--set", "Cochin__TimeZone=Mars/Phobos");

        result.ExitCode.ShouldBe(2);
        result.Output.ShouldBeEmpty();
        result.Errors.ShouldContain("Mars/Phobos");
    }

    [Theory]
    [InlineData("show")]
    [InlineData("cleanup_temp_files --force")]
    public async Task Storage_Unreachable_IsReportedWithinAMinute(string line)
    {
        var clock = Stopwatch.StartNew();

        var result = await CochinCommand.RunAsync(
            [new("CochinStorage", $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey={Secret};BlobEndpoint=http://127.0.0.1:1/a;TableEndpoint=http://127.0.0.1:1/a;")],
            line.Split(' '));

        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60));
        result.ExitCode.ShouldBe(1);
        result.Errors.ShouldContain("can't be reached");
        (result.Output + result.Errors).ShouldNotContain(Secret);
        result.Errors.ShouldNotContain("   at ");
    }
}
