using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Cli;

/// <summary>Standard streams that can't be written: full, closed, or a pipe whose reader has exited.</summary>
public sealed class StandardStreamsTests(AzuriteServer server) : CommandTest(server)
{
    [Theory]
    [InlineData("--help", ">/dev/full")]
    [InlineData("show", ">/dev/full")]
    [InlineData("show --json", ">/dev/full")]
    [InlineData("show --nonsense --json", ">/dev/full")]
    [InlineData("cleanup_temp_files --auto", ">/dev/full")]
    [InlineData("show", ">&-")]
    [InlineData("show --json", ">&-")]
    public async Task Output_CantBeWritten_IsReported(string arguments, string redirection)
    {
        var result = await RunInShellAsync(arguments, redirection);

        result.ExitCode.ShouldBe(1);
        result.Errors.ShouldContain("error: The result can't be written to standard output: ");
        result.Errors.ShouldContain("> FILE");
        result.Errors.ShouldNotContain("unexpected", Case.Insensitive);
        result.Errors.ShouldNotContain("   at ");
    }

    [Theory]
    [InlineData("2>/dev/full")]
    [InlineData("2>&-")]
    public async Task Errors_CantBeWritten_AreIgnored(string redirection)
    {
        (await RunInShellAsync("show", redirection)).Output.ShouldContain("cleanup_temp_files");
        (await RunInShellAsync("run nonsense", redirection)).ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task Output_ReaderHasExited_IsNotAnError()
    {
        var result = await RunInShellAsync("show", "| head -n 1");

        result.Output.ShouldStartWith("id ");
        result.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Output_EndlessAndReaderHasExited_EndsWithoutError()
    {
        await RunAsync("remove", "cleanup_temp_files");

        var result = await RunInShellAsync("logs --follow", "| head -n 1").WaitAsync(TimeSpan.FromMinutes(2), Cancellation);

        result.Output.ShouldContain("cleanup_temp_files");
        result.Errors.ShouldBeEmpty();
    }

    private Task<CommandResult> RunInShellAsync(string arguments, string redirection) => Command.RunAsync(
        AppContext.BaseDirectory,
        [.. Settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)), new("COCHIN_ROOT", AppContext.BaseDirectory)],
        "bash",
        "-c",
        $"dotnet {Path.Combine(AppContext.BaseDirectory, "Cochin.Functions.dll")} {arguments} {redirection}");
}
