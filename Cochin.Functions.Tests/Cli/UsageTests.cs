namespace Cochin.Functions.Tests.Cli;

/// <summary>Usage errors exit with 2, a hint and an empty standard output, without using the storage.</summary>
public sealed class UsageTests
{
    // Nothing listens there: a command that used the storage would take seconds and exit with 1.
    private static readonly KeyValuePair<string, string>[] NoStorage =
        [new("CochinStorage", "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=c2VjcmV0;BlobEndpoint=http://127.0.0.1:1/a;TableEndpoint=http://127.0.0.1:1/a;")];

    [Fact]
    public async Task Program_WithoutArguments_ShowsItsCommands()
    {
        var result = await CochinProcess.RunAsync([]);

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldContain("cleanup_stuck_operations");
        result.Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("show")]
    [InlineData("run")]
    [InlineData("history")]
    [InlineData("cleanup_temp_files")]
    public async Task Help_OfAVerb_EndsWithExamples(string verb)
    {
        var result = await CochinCommand.RunAsync([], verb, "--help");

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldContain($"  ./cochin {verb}");
    }

    [Theory]
    [InlineData("statsu", "status")]
    [InlineData("cleanup_temp_flies", "cleanup_temp_files")]
    public async Task Verb_Mistyped_GetsASuggestion(string typed, string meant)
    {
        var result = await CochinCommand.RunAsync(NoStorage, typed);

        result.ExitCode.ShouldBe(2);
        result.Output.ShouldBeEmpty();
        result.Errors.ShouldContain(typed);
        result.Errors.ShouldContain(meant);
    }

    [Theory]
    [InlineData("run", "clenup_temp_files", "cleanup_temp_files")]
    [InlineData("remove", "rebuild_backup_path", "rebuild_backup_paths")]
    [InlineData("history", "cleanup_stuck", "cleanup_stuck_operations")]
    public async Task Job_Mistyped_GetsASuggestion(string verb, string typed, string meant)
    {
        var result = await CochinCommand.RunAsync(NoStorage, verb, typed, "--json");

        result.ExitCode.ShouldBe(2);
        result.Errors.ShouldBeEmpty();
        result.Error.GetProperty("code").GetString().ShouldBe("unknown_job");
        (result.Error.GetProperty("message").GetString() + result.Error.GetProperty("hint").GetString()).ShouldContain(meant);
    }

    [Theory]
    [InlineData("cleanup_temp_files --age-hours -1 --dry-run")]
    [InlineData("cleanup_temp_files --age-hours 87601 --dry-run")]
    [InlineData("cleanup_temp_files --age-hours NaN --dry-run")]
    [InlineData("cleanup_temp_files --age-hours 1e999 --dry-run")]
    [InlineData("cleanup_temp_files --age-hours 1,5 --dry-run")]
    [InlineData("cleanup_temp_files --age-hours")]
    [InlineData("cleanup_temp_files --areas= --dry-run")]
    [InlineData("cleanup_temp_files --dryrun")]
    [InlineData("cleanup_stuck_operations --hours 1 --minutes 1 --dry-run")]
    [InlineData("cleanup_stuck_operations --hours -1 --dry-run")]
    [InlineData("cleanup_stuck_operations --hours NaN --dry-run")]
    [InlineData("cleanup_stuck_operations --minutes 1e300 --dry-run")]
    [InlineData("rebuild_backup_paths --user-id= --dry-run")]
    [InlineData("remove --for 3y")]
    [InlineData("remove --for -3h")]
    [InlineData("logs --since yesterday")]
    [InlineData("history --limit 0")]
    [InlineData("history --limit many")]
    [InlineData("run")]
    [InlineData("run --dryrun")]
    [InlineData("show surplus")]
    [InlineData("--set nothing show")]
    [InlineData("--set TimeZone=Etc/UTC show")]
    public async Task Arguments_Invalid_Exit2WithOneErrorDocument(string line)
    {
        var result = await CochinCommand.RunAsync(NoStorage, [.. line.Split(' '), "--json"]);

        result.ExitCode.ShouldBe(2);
        result.Error.GetProperty("message").GetString().ShouldNotBeNullOrWhiteSpace();
        result.Error.GetProperty("hint").GetString().ShouldNotBeNullOrWhiteSpace();
    }

    [Theory]
    [InlineData("cleanup_temp_files")]
    [InlineData("cleanup_temp_files --age-hours 2 --verbose")]
    [InlineData("cleanup_stuck_operations")]
    [InlineData("cleanup_stuck_operations --operation-id 7 --json")]
    [InlineData("rebuild_backup_paths")]
    public async Task ChangingCommand_WithoutATerminal_Refuses(string line)
    {
        var result = await CochinCommand.RunAsync(NoStorage, line.Split(' '));

        result.ExitCode.ShouldBe(2);
        (result.Output + result.Errors).ShouldContain("--force");
    }

    [Fact]
    public async Task Text_WithAnAtSign_IsNotAResponseFile()
    {
        var result = await CochinCommand.RunAsync(NoStorage, "history", "@home");

        result.Errors.ShouldContain("'@home'");
        result.Errors.ShouldNotContain("response file");
    }
}
