using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cochin.Functions.Local.Azurite;
using Cochin.Functions.Tests.Cli;

namespace Cochin.Functions.Tests.Local.Azurite;

/// <summary>Emulators that can't be stopped, do not respond, or are only partly installed.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class AzuriteProcessTests : EmbeddedAzuriteTest
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Command_EmulatorOfAnotherUser_KeepsItsRecordAndSaysHowToStopIt()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc and setpriv");
        await EnsureInstalledAsync();
        await using var running = await EmbeddedAzurite.JoinAsync(Root, _ => { }, Cancellation);
        using var other = Environment.IsPrivilegedProcess ? Process.Start("setpriv", ["--reuid=65534", "sleep", "60"]) : null;
        var processId = other?.Id ?? 1;
        await Wait.UntilAsync(() => other is null || File.ReadAllText($"/proc/{processId}/comm").Trim() == "sleep", Cancellation);
        var copy = CopyOf("copy");
        var file = Path.Combine(copy, ".azurite", "endpoint.json");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var endpoint = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Root, ".azurite", "endpoint.json"), Cancellation))!;
        endpoint["Folder"] = null;
        endpoint["ProcessId"] = processId;
        endpoint["ProcessStart"] = (await File.ReadAllTextAsync($"/proc/{processId}/stat", Cancellation)).Split(") ")[^1].Split(' ')[19];
        await File.WriteAllTextAsync(file, endpoint.ToJsonString(), Cancellation);

        // Without this capability, root can't signal the processes of other users either.
        string[] prefix = other is null ? [] : ["setpriv", "--bounding-set=-kill", "--inh-caps=-kill"];
        var result = await CochinProcess.RunUnderAsync(prefix, [new("COCHIN_ROOT", copy)], "show");
        other?.Kill();

        result.ExitCode.ShouldBe(0, result.Errors);
        result.Errors.ShouldContain($"sudo kill {processId}");
        File.Exists(file).ShouldBeTrue();
    }

    [Fact]
    public async Task JoinAsync_EmulatorThatDoesNotRespondYet_IsAlreadyRecorded()
    {
        var copy = PackageOf("copy", "setInterval(() => {}, 1000)");
        var file = Path.Combine(copy, ".azurite", "endpoint.json");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var joining = EmbeddedAzurite.JoinAsync(copy, _ => { }, stop.Token);
        await Wait.UntilAsync(() => File.Exists(file), Cancellation);
        var endpoint = JsonSerializer.Deserialize<AzuriteEndpoint>(await File.ReadAllTextAsync(file, Cancellation))!;
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => joining);
        var isRunning = await AzuriteProcess.IsUsableAsync(endpoint, TimeSpan.FromSeconds(1), _ => { }, Cancellation);
        isRunning.ShouldBeFalse("a command that is cancelled stops it");
    }

    [Fact]
    public async Task JoinAsync_EmulatorThatCrashes_ReportsItsError()
    {
        var copy = PackageOf("copy", "throw new Error('the port is taken')");

        var error = await Should.ThrowAsync<AzuriteException>(() => EmbeddedAzurite.JoinAsync(copy, _ => { }, Cancellation));

        error.Message.ShouldEndWith("Error: the port is taken");
    }

    [Fact]
    public async Task RunAsync_NodeThatDoesNotEnd_IsKilledAndReported()
    {
        var error = await Should.ThrowAsync<AzuriteException>(
            () => AzuriteProcess.RunAsync(["-e", "setInterval(() => {}, 1000)"], TimeSpan.FromMilliseconds(200)));

        error.Message.ShouldBe("Node.js did not start the storage emulator within 0.2 s.");
    }

    [Fact]
    public async Task EnsureAsync_InterruptedInstallation_InstallsAgain()
    {
        var copy = PackageOf("copy", "");
        File.Delete(Path.Combine(copy, "node_modules", ".package-lock.json"));
        var progress = new List<string>();

        // The folder has no package.json, so npm fails.
        await Should.ThrowAsync<AzuriteException>(() => new AzuritePackage(copy).EnsureAsync(progress.Add, Cancellation));

        progress.ShouldContain("Installing the storage emulator (npm ci) …");
    }

    private string CopyOf(string name)
    {
        var copy = Directory.CreateDirectory(Path.Combine(Root, name)).FullName;
        Directory.CreateSymbolicLink(Path.Combine(copy, "node_modules"), Path.Combine(ProjectRoot.Path, "node_modules"));
        return copy;
    }

    /// <summary>A folder with a package that has this script for the emulator.</summary>
    private string PackageOf(string name, string script)
    {
        var modules = Path.Combine(Root, name, "node_modules");
        var folder = Directory.CreateDirectory(Path.Combine(modules, "azurite", "dist", "src")).FullName;
        File.WriteAllText(Path.Combine(folder, "azurite.js"), script);
        File.WriteAllText(Path.Combine(modules, ".package-lock.json"), "{}");
        return Path.Combine(Root, name);
    }
}
