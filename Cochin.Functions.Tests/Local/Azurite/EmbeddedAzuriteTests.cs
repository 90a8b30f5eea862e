using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Cochin.Functions.Local.Azurite;

namespace Cochin.Functions.Tests.Local.Azurite;

[UnsupportedOSPlatform("windows")]
public sealed class EmbeddedAzuriteTests : EmbeddedAzuriteTest
{
    [Fact]
    public async Task JoinAsync_Twice_SharesTheProcessUntilBothAreDisposed()
    {
        await EnsureInstalledAsync();

        await using var first = await EmbeddedAzurite.JoinAsync(Root, _ => { }, TestContext.Current.CancellationToken);
        var second = await EmbeddedAzurite.JoinAsync(Root, _ => { }, TestContext.Current.CancellationToken);
        second.Endpoint.ShouldBe(first.Endpoint);

        await second.DisposeAsync();
        (await first.Endpoint.RespondsAsync(TestContext.Current.CancellationToken)).ShouldBeTrue();

        await first.DisposeAsync();
        (await first.Endpoint.RespondsAsync(TestContext.Current.CancellationToken)).ShouldBeFalse();
    }

    [Fact]
    public async Task JoinAsync_AfterStop_KeepsTheData()
    {
        await EnsureInstalledAsync();

        await using (var first = await EmbeddedAzurite.JoinAsync(Root, _ => { }, TestContext.Current.CancellationToken))
        {
            await new BlobContainerClient(first.Endpoint.ConnectionString, "kept").CreateAsync(cancellationToken: TestContext.Current.CancellationToken);
        }

        await using var second = await EmbeddedAzurite.JoinAsync(Root, _ => { }, TestContext.Current.CancellationToken);
        var found = await new BlobContainerClient(second.Endpoint.ConnectionString, "kept").ExistsAsync(TestContext.Current.CancellationToken);

        found.Value.ShouldBeTrue();
    }

    [Fact]
    public async Task DisposeAsync_ClientsThatKeepTheirConnections_DoesNotWaitForThem()
    {
        await EnsureInstalledAsync();
        var progress = new List<string>();
        var azurite = await EmbeddedAzurite.JoinAsync(Root, progress.Add, TestContext.Current.CancellationToken);
        progress.Clear();
        using TcpClient silent = new(), half = new(), idle = new();
        foreach (var (client, sent) in new[] { (silent, ""), (half, "GET / HTTP/1.1\r\nHost: a"), (idle, "GET / HTTP/1.1\r\nHost: a\r\n\r\n") })
        {
            await client.ConnectAsync(IPAddress.Loopback, azurite.Endpoint.BlobPort, TestContext.Current.CancellationToken);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(sent), TestContext.Current.CancellationToken);
        }

        (await idle.GetStream().ReadAsync(new byte[1_000], TestContext.Current.CancellationToken)).ShouldBeGreaterThan(0);
        await azurite.DisposeAsync();

        progress.ShouldBeEmpty("waiting is reported after five seconds");
    }

    [Theory]
    [InlineData(".azurite", "/sys")]
    [InlineData(".azurite", "/dev/null")]
    [InlineData(".azurite/data", "/sys")]
    [InlineData(".azurite/data", "/dev/full")]
    [InlineData(".azurite/azurite.log", "/sys")]
    [InlineData(".azurite/endpoint.json", "/sys")]
    public async Task JoinAsync_PathThatCantBeWritten_FailsAndReleasesItsLock(string path, string target)
    {
        await EnsureInstalledAsync();
        Directory.CreateDirectory(Path.Combine(Root, Path.GetDirectoryName(path)!));
        File.CreateSymbolicLink(Path.Combine(Root, path), target);

        var error = await Should.ThrowAsync<AzuriteException>(() => EmbeddedAzurite.JoinAsync(Root, _ => { }, TestContext.Current.CancellationToken));

        error.Message.ShouldStartWith($"The embedded storage can't write to {Path.Combine(Root, ".azurite")}: ");
        error.Hint.ShouldContain("CochinStorage");
        if (path != ".azurite")
        {
            Directory.EnumerateFiles(Path.Combine(Root, ".azurite", "users")).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task DisposeAsync_ReusedProcessId_DoesNotStopThatProcess()
    {
        await EnsureInstalledAsync();
        var first = await EmbeddedAzurite.JoinAsync(Root, _ => { }, TestContext.Current.CancellationToken);
        using var unrelated = Process.Start(new ProcessStartInfo("cat") { RedirectStandardInput = true })!;
        var file = Path.Combine(Root, ".azurite", "endpoint.json");
        var endpoint = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
        endpoint["ProcessId"] = unrelated.Id;
        await File.WriteAllTextAsync(file, endpoint.ToJsonString(), TestContext.Current.CancellationToken);

        var second = await EmbeddedAzurite.JoinAsync(Root, _ => { }, TestContext.Current.CancellationToken);
        await first.DisposeAsync();
        await second.DisposeAsync();

        unrelated.HasExited.ShouldBeFalse();
        unrelated.Kill();
        await AzuriteProcess.StopAsync(first.Endpoint, _ => { });
        (await first.Endpoint.RespondsAsync(TestContext.Current.CancellationToken)).ShouldBeFalse();
    }

    [Fact]
    public async Task JoinAsync_SuspendedEmulator_WaitsForIt()
    {
        await EnsureInstalledAsync();
        await using var first = await EmbeddedAzurite.JoinAsync(Root, _ => { }, TestContext.Current.CancellationToken);
        var progress = new List<string>();
        await SignalAsync("-STOP", first.Endpoint.ProcessId);

        await using var second = await EmbeddedAzurite.JoinAsync(Root, Resume, TestContext.Current.CancellationToken);

        second.Endpoint.ShouldBe(first.Endpoint);
        progress.ShouldHaveSingleItem().ShouldContain($"process {first.Endpoint.ProcessId}");

        void Resume(string line)
        {
            progress.Add(line);
            SignalAsync("-CONT", first.Endpoint.ProcessId).GetAwaiter().GetResult();
        }
    }

    [Fact]
    public async Task IsUsableAsync_EmulatorStaysSuspended_FailsWithItsProcessId()
    {
        await EnsureInstalledAsync();
        await using var running = await EmbeddedAzurite.JoinAsync(Root, _ => { }, TestContext.Current.CancellationToken);
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
    public async Task JoinAsync_InvalidEndpointFileWhileAnotherCommandRuns_Fails(string? record)
    {
        await EnsureInstalledAsync();
        var first = await EmbeddedAzurite.JoinAsync(Root, _ => { }, TestContext.Current.CancellationToken);
        var file = Path.Combine(Root, ".azurite", "endpoint.json");
        File.Delete(file);
        if (record is not null)
        {
            await File.WriteAllTextAsync(file, record, TestContext.Current.CancellationToken);
        }

        var error = await Should.ThrowAsync<AzuriteException>(() => EmbeddedAzurite.JoinAsync(Root, _ => { }, TestContext.Current.CancellationToken));
        await first.DisposeAsync();

        error.Message.ShouldContain(file);
        (await first.Endpoint.RespondsAsync(TestContext.Current.CancellationToken)).ShouldBeFalse();
    }

    [Fact]
    public async Task JoinAsync_UnreachableEmulator_FailsAndKeepsTheEndpointFile()
    {
        await EnsureInstalledAsync();
        var first = await EmbeddedAzurite.JoinAsync(Root, _ => { }, TestContext.Current.CancellationToken);
        var file = Path.Combine(Root, ".azurite", "endpoint.json");
        var endpoint = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
        (endpoint["ProcessId"], endpoint["BlobPort"], endpoint["TablePort"]) = (int.MaxValue, 1, 1);
        var record = endpoint.ToJsonString();
        await File.WriteAllTextAsync(file, record, TestContext.Current.CancellationToken);

        var error = await Record.ExceptionAsync(async () =>
        {
            await using var second = await EmbeddedAzurite.JoinAsync(Root, _ => { }, TestContext.Current.CancellationToken);
        });
        var kept = File.Exists(file) ? await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken) : null;
        await first.DisposeAsync();

        error.ShouldBeOfType<AzuriteException>().Message.ShouldStartWith("Another command uses the storage emulator");
        kept.ShouldBe(record);
    }

    [Fact]
    public async Task JoinAsync_CopiedFolder_StartsAnotherEmulator()
    {
        await EnsureInstalledAsync();
        await using var original = await EmbeddedAzurite.JoinAsync(Root, _ => { }, TestContext.Current.CancellationToken);
        var copy = Directory.CreateDirectory(Path.Combine(Root, "copy")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(copy, "node_modules"), Path.Combine(ProjectRoot.Path, "node_modules"));
        Directory.CreateDirectory(Path.Combine(copy, ".azurite"));
        File.Copy(Path.Combine(Root, ".azurite", "endpoint.json"), Path.Combine(copy, ".azurite", "endpoint.json"));

        var own = await EmbeddedAzurite.JoinAsync(copy, _ => { }, TestContext.Current.CancellationToken);
        await own.DisposeAsync();

        own.Endpoint.ProcessId.ShouldNotBe(original.Endpoint.ProcessId);
        (await original.Endpoint.RespondsAsync(TestContext.Current.CancellationToken)).ShouldBeTrue();
    }

    [Fact]
    public async Task JoinAsync_SymbolicLink_SharesTheProcess()
    {
        await EnsureInstalledAsync();
        await using var first = await EmbeddedAzurite.JoinAsync(Root, _ => { }, TestContext.Current.CancellationToken);
        var link = Directory.CreateSymbolicLink(Path.Combine(Root, "link"), Root).FullName;

        await using var second = await EmbeddedAzurite.JoinAsync(link, _ => { }, TestContext.Current.CancellationToken);

        second.Endpoint.ShouldBe(first.Endpoint);
    }

    [Fact]
    public async Task DisposeAsync_EndpointFileOfAnotherProcess_IsKept()
    {
        await EnsureInstalledAsync();
        var first = await EmbeddedAzurite.JoinAsync(Root, _ => { }, TestContext.Current.CancellationToken);
        var file = Path.Combine(Root, ".azurite", "endpoint.json");
        var endpoint = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
        endpoint["ProcessStart"] = "another";
        await File.WriteAllTextAsync(file, endpoint.ToJsonString(), TestContext.Current.CancellationToken);

        await first.DisposeAsync();

        File.Exists(file).ShouldBeTrue();
    }

    private static async Task SignalAsync(string signal, int processId)
    {
        using var kill = Process.Start("kill", [signal, $"{processId}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        kill.ExitCode.ShouldBe(0);
    }
}
