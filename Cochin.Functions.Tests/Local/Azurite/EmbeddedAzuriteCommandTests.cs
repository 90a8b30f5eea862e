using System.Runtime.Versioning;
using Cochin.Functions.Tests.Cli;

namespace Cochin.Functions.Tests.Local.Azurite;

[UnsupportedOSPlatform("windows")]
public sealed class EmbeddedAzuriteCommandTests : EmbeddedAzuriteTest
{
    [Theory]
    [InlineData("HTTP_PROXY")]
    [InlineData("ALL_PROXY")]
    public async Task Command_ProxyInTheEnvironment_StartsTheEmulator(string variable)
    {
        await EnsureInstalledAsync();

        var result = await CochinProcess.RunAsync([new("COCHIN_ROOT", Root), new(variable, "http://127.0.0.1:1")], "show");

        result.Errors.ShouldNotContain("did not start");
        result.Errors.ShouldNotContain("did not respond");
        File.Exists(Path.Combine(Root, ".azurite", "data", "__azurite_db_blob__.json")).ShouldBeTrue();
    }

    [Theory]
    [InlineData(null, "`node` was not found")]
    [InlineData("#!/bin/sh\necho v18.0.0\n[ $1 = --version ]\n", "Node.js 20 or later is needed")]
    public async Task Command_MissingOrOldNode_IsReported(string? node, string message)
    {
        await EnsureInstalledAsync();
        var tools = Directory.CreateDirectory(Path.Combine(Root, "tools")).FullName;
        if (node is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(tools, "node"), node, TestContext.Current.CancellationToken);
            File.SetUnixFileMode(Path.Combine(tools, "node"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var result = await CochinProcess.RunAsync([new("COCHIN_ROOT", Root), new("PATH", tools)], "show");

        result.ExitCode.ShouldBe(1);
        result.Errors.ShouldContain(message);
        result.Errors.ShouldContain("https://nodejs.org");
    }
}
