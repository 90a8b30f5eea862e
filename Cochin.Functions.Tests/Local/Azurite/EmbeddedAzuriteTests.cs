using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Cochin.Functions.Local.Azurite;
using Cochin.Functions.Tests.Cli;

namespace Cochin.Functions.Tests.Local.Azurite;

[UnsupportedOSPlatform("windows")]
public sealed class EmbeddedAzuriteTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("cochin-").FullName;

    public EmbeddedAzuriteTests() =>
        Directory.CreateSymbolicLink(Path.Combine(root, "node_modules"), Path.Combine(ProjectRoot.Path, "node_modules"));

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task JoinAsync_Twice_SharesOneAndStopsItWithTheLast()
    {
        await EnsureInstalledAsync();

        await using var first = await EmbeddedAzurite.JoinAsync(root, _ => { }, TestContext.Current.CancellationToken);
        var second = await EmbeddedAzurite.JoinAsync(root, _ => { }, TestContext.Current.CancellationToken);
        second.Endpoint.ShouldBe(first.Endpoint);

        await second.DisposeAsync();
        (await first.Endpoint.RespondsAsync(TestContext.Current.CancellationToken)).ShouldBeTrue();

        await first.DisposeAsync();
        (await first.Endpoint.RespondsAsync(TestContext.Current.CancellationToken)).ShouldBeFalse();
    }

    [Fact]
    public async Task JoinAsync_AfterStop_FindsTheDataAgain()
    {
        await EnsureInstalledAsync();

        await using (var first = await EmbeddedAzurite.JoinAsync(root, _ => { }, TestContext.Current.CancellationToken))
        {
            await new BlobContainerClient(first.Endpoint.ConnectionString, "kept").CreateAsync(cancellationToken: TestContext.Current.CancellationToken);
        }

        await using var second = await EmbeddedAzurite.JoinAsync(root, _ => { }, TestContext.Current.CancellationToken);
        var found = await new BlobContainerClient(second.Endpoint.ConnectionString, "kept").ExistsAsync(TestContext.Current.CancellationToken);

        found.Value.ShouldBeTrue();
    }

    [Theory]
    [InlineData(".azurite", "/sys")]
    [InlineData(".azurite", "/dev/null")]
    [InlineData(".azurite/data", "/sys")]
    [InlineData(".azurite/data", "/dev/full")]
    [InlineData(".azurite/azurite.log", "/sys")]
    [InlineData(".azurite/endpoint.json", "/sys")]
    public async Task JoinAsync_PlaceThatCantBeWritten_IsNamedAndNothingStaysBehind(string path, string target)
    {
        await EnsureInstalledAsync();
        Directory.CreateDirectory(Path.Combine(root, Path.GetDirectoryName(path)!));
        File.CreateSymbolicLink(Path.Combine(root, path), target);

        var error = await Should.ThrowAsync<AzuriteException>(() => EmbeddedAzurite.JoinAsync(root, _ => { }, TestContext.Current.CancellationToken));

        error.Message.ShouldStartWith($"The embedded storage can't write to {Path.Combine(root, ".azurite")}: ");
        error.Hint.ShouldContain("CochinStorage");
        if (path != ".azurite")
        {
            Directory.EnumerateFiles(Path.Combine(root, ".azurite", "users")).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task DisposeAsync_NumberThatAnotherProcessHasNow_LeavesThatProcess()
    {
        await EnsureInstalledAsync();
        var first = await EmbeddedAzurite.JoinAsync(root, _ => { }, TestContext.Current.CancellationToken);
        using var innocent = Process.Start(new ProcessStartInfo("cat") { RedirectStandardInput = true })!;
        var file = Path.Combine(root, ".azurite", "endpoint.json");
        var endpoint = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
        endpoint["ProcessId"] = innocent.Id;
        await File.WriteAllTextAsync(file, endpoint.ToJsonString(), TestContext.Current.CancellationToken);

        var second = await EmbeddedAzurite.JoinAsync(root, _ => { }, TestContext.Current.CancellationToken);
        await first.DisposeAsync();
        await second.DisposeAsync();

        innocent.HasExited.ShouldBeFalse();
        innocent.Kill();
        await AzuriteProcess.StopAsync(first.Endpoint, _ => { });
        (await first.Endpoint.RespondsAsync(TestContext.Current.CancellationToken)).ShouldBeFalse();
    }

    [Fact]
    public async Task JoinAsync_EmulatorThatIsSuspended_IsWaitedForAndNoSecondIsStarted()
    {
        await EnsureInstalledAsync();
        await using var first = await EmbeddedAzurite.JoinAsync(root, _ => { }, TestContext.Current.CancellationToken);
        var said = new List<string>();
        await SignalAsync("-STOP", first.Endpoint.ProcessId);

        await using var second = await EmbeddedAzurite.JoinAsync(root, Resume, TestContext.Current.CancellationToken);

        second.Endpoint.ShouldBe(first.Endpoint);
        said.ShouldHaveSingleItem().ShouldContain($"process {first.Endpoint.ProcessId}");

        void Resume(string line)
        {
            said.Add(line);
            SignalAsync("-CONT", first.Endpoint.ProcessId).GetAwaiter().GetResult();
        }
    }

    [Fact]
    public async Task IsUsableAsync_EmulatorThatStaysSuspended_FailsAndNamesIt()
    {
        await EnsureInstalledAsync();
        await using var running = await EmbeddedAzurite.JoinAsync(root, _ => { }, TestContext.Current.CancellationToken);
        var processId = running.Endpoint.ProcessId;
        await SignalAsync("-STOP", processId);

        var error = await Should.ThrowAsync<AzuriteException>(
            () => AzuriteProcess.IsUsableAsync(running.Endpoint, TimeSpan.FromSeconds(1), _ => { }, TestContext.Current.CancellationToken));
        await SignalAsync("-CONT", processId);

        error.Message.ShouldContain($"process {processId}");
        error.Hint.ShouldContain($"kill -CONT {processId}");
    }

    [Theory]
    [InlineData("{\"ProcessId\":")]
    [InlineData("{}")]
    [InlineData(null)]
    public async Task JoinAsync_RecordThatIsLostWhileAnotherUsesTheEmulator_Fails(string? record)
    {
        await EnsureInstalledAsync();
        var first = await EmbeddedAzurite.JoinAsync(root, _ => { }, TestContext.Current.CancellationToken);
        var file = Path.Combine(root, ".azurite", "endpoint.json");
        File.Delete(file);
        if (record is not null)
        {
            await File.WriteAllTextAsync(file, record, TestContext.Current.CancellationToken);
        }

        var error = await Should.ThrowAsync<AzuriteException>(() => EmbeddedAzurite.JoinAsync(root, _ => { }, TestContext.Current.CancellationToken));
        await first.DisposeAsync();

        error.Message.ShouldContain(file);
        (await first.Endpoint.RespondsAsync(TestContext.Current.CancellationToken)).ShouldBeFalse();
    }

    [Fact]
    public async Task JoinAsync_EmulatorThatCantBeSeenFromHere_FailsAndKeepsTheRecord()
    {
        await EnsureInstalledAsync();
        var first = await EmbeddedAzurite.JoinAsync(root, _ => { }, TestContext.Current.CancellationToken);
        var file = Path.Combine(root, ".azurite", "endpoint.json");
        var endpoint = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
        (endpoint["ProcessId"], endpoint["BlobPort"], endpoint["TablePort"]) = (int.MaxValue, 1, 1);
        var record = endpoint.ToJsonString();
        await File.WriteAllTextAsync(file, record, TestContext.Current.CancellationToken);

        var error = await Record.ExceptionAsync(async () =>
        {
            await using var second = await EmbeddedAzurite.JoinAsync(root, _ => { }, TestContext.Current.CancellationToken);
        });
        var kept = File.Exists(file) ? await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken) : null;
        await first.DisposeAsync();

        error.ShouldBeOfType<AzuriteException>().Message.ShouldStartWith("Another command uses the storage emulator");
        kept.ShouldBe(record);
    }

    [Fact]
    public async Task JoinAsync_CopiedFolder_StartsItsOwnAndLeavesTheOther()
    {
        await EnsureInstalledAsync();
        await using var original = await EmbeddedAzurite.JoinAsync(root, _ => { }, TestContext.Current.CancellationToken);
        var copy = Directory.CreateDirectory(Path.Combine(root, "copy")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(copy, "node_modules"), Path.Combine(ProjectRoot.Path, "node_modules"));
        Directory.CreateDirectory(Path.Combine(copy, ".azurite"));
        File.Copy(Path.Combine(root, ".azurite", "endpoint.json"), Path.Combine(copy, ".azurite", "endpoint.json"));

        var own = await EmbeddedAzurite.JoinAsync(copy, _ => { }, TestContext.Current.CancellationToken);
        await own.DisposeAsync();

        own.Endpoint.ProcessId.ShouldNotBe(original.Endpoint.ProcessId);
        (await original.Endpoint.RespondsAsync(TestContext.Current.CancellationToken)).ShouldBeTrue();
    }

    [Fact]
    public async Task JoinAsync_ByASymbolicLink_SharesTheSame()
    {
        await EnsureInstalledAsync();
        await using var first = await EmbeddedAzurite.JoinAsync(root, _ => { }, TestContext.Current.CancellationToken);
        var link = Directory.CreateSymbolicLink(Path.Combine(root, "link"), root).FullName;

        await using var second = await EmbeddedAzurite.JoinAsync(link, _ => { }, TestContext.Current.CancellationToken);

        second.Endpoint.ShouldBe(first.Endpoint);
    }

    [Fact]
    public async Task DisposeAsync_RecordOfAnotherProcess_IsKept()
    {
        await EnsureInstalledAsync();
        var first = await EmbeddedAzurite.JoinAsync(root, _ => { }, TestContext.Current.CancellationToken);
        var file = Path.Combine(root, ".azurite", "endpoint.json");
        var endpoint = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
        endpoint["ProcessStart"] = "another";
        await File.WriteAllTextAsync(file, endpoint.ToJsonString(), TestContext.Current.CancellationToken);

        await first.DisposeAsync();

        File.Exists(file).ShouldBeTrue();
    }

    [Theory]
    [InlineData("HTTP_PROXY")]
    [InlineData("ALL_PROXY")]
    public async Task Command_ProxyInTheEnvironment_StartsTheEmulator(string variable)
    {
        await EnsureInstalledAsync();

        var result = await CochinProcess.RunAsync([new("COCHIN_ROOT", root), new(variable, "http://127.0.0.1:1")], "show");

        result.Errors.ShouldNotContain("does not start");
        result.Errors.ShouldNotContain("does not answer");
        File.Exists(Path.Combine(root, ".azurite", "data", "__azurite_db_blob__.json")).ShouldBeTrue();
    }

    [Theory]
    [InlineData(null, "`node` was not found")]
    [InlineData("#!/bin/sh\necho v18.0.0\n[ $1 = --version ]\n", "Node.js 20 or later is needed")]
    public async Task Command_NodeThatWillNotDo_IsNamed(string? node, string message)
    {
        await EnsureInstalledAsync();
        var tools = Directory.CreateDirectory(Path.Combine(root, "tools")).FullName;
        if (node is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(tools, "node"), node, TestContext.Current.CancellationToken);
            File.SetUnixFileMode(Path.Combine(tools, "node"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var result = await CochinProcess.RunAsync([new("COCHIN_ROOT", root), new("PATH", tools)], "show");

        result.ExitCode.ShouldBe(1);
        result.Errors.ShouldContain(message);
        result.Errors.ShouldContain("https://nodejs.org");
    }

    private static async Task SignalAsync(string signal, int processId)
    {
        using var kill = Process.Start("kill", [signal, $"{processId}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        kill.ExitCode.ShouldBe(0);
    }

    private static Task<string> EnsureInstalledAsync() =>
        new AzuritePackage(ProjectRoot.Path).EnsureAsync(_ => { }, TestContext.Current.CancellationToken);
}
