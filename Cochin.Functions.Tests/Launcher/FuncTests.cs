using System.Text.Json;
using Cochin.Functions.Local.Azurite;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Fakes;

namespace Cochin.Functions.Tests.Launcher;

/// <summary><c>./cochin func</c> with a fake host, as the real one is not available everywhere.</summary>
public sealed class FuncTests(AzuriteServer server)
{
    private const string HasCoreTools = "This machine has the Core Tools.";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static bool HasNoCoreTools => !Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "func")))
        && !File.Exists(Path.Combine(ProjectRoot.Path, "node_modules", ".bin", "func"));

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Func_WithAllPrerequisites_RunsTheHostAndAzuriteAndStopsBoth(string signal)
    {
        using var checkout = new FuncCheckout();
        using var func = checkout.Start(hostWaits: true, "--port", "7072");
        await Wait.UntilAsync(() => checkout.HostStart is not null, Cancellation, seconds: 60);

        checkout.HostStart.ShouldBe([checkout.Root + "/Cochin.Functions", "start --port 7072", "example.org,127.0.0.1,localhost"]);
        (await checkout.Storage.RespondsAsync(Cancellation)).ShouldBeTrue();
        var sample = await File.ReadAllTextAsync(Path.Combine(ProjectRoot.Path, "local.settings.sample.json"), Cancellation);
        (await File.ReadAllTextAsync(checkout.LocalSettings, Cancellation)).ShouldBe(sample);

        await func.SignalAsync(signal);
        var result = await func.EndAsync();

        result.ExitCode.ShouldBe(7, "the host's own");
        result.Output.ShouldBeEmpty("the launcher speaks on standard error");
        result.Errors.ShouldContain("Created local.settings.json");
        (await checkout.Storage.RespondsAsync(Cancellation)).ShouldBeFalse();
        checkout.NpmCalls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Func_WithAzuriteAndSettings_UsesBothUnchanged()
    {
        using var checkout = new FuncCheckout { Storage = server.Endpoint };
        await File.WriteAllTextAsync(checkout.LocalSettings, "{ \"Values\": {} }", Cancellation);

        using var func = checkout.Start(hostWaits: false);
        var result = await func.EndAsync();

        result.ExitCode.ShouldBe(5, "the host's own");
        (await File.ReadAllTextAsync(checkout.LocalSettings, Cancellation)).ShouldBe("{ \"Values\": {} }");
        (await server.Endpoint.RespondsAsync(Cancellation)).ShouldBeTrue();
        Directory.Exists(Path.Combine(checkout.Root, ".azurite")).ShouldBeFalse();
    }

    [Fact]
    public async Task Func_PortsInUse_StartsNothing()
    {
        await using var other = new HttpStub((_, _) => "hello");
        var port = new Uri(other.Url).Port;
        using var checkout = new FuncCheckout { Storage = AzuriteEndpoint.OnFreePorts() with { BlobPort = port } };

        using var func = checkout.Start(hostWaits: false);
        var result = await func.EndAsync();

        result.ExitCode.ShouldBe(1);
        result.Errors.ShouldContain($"Port {port} is used");
        checkout.HostStart.ShouldBeNull();
    }

    [Fact]
    public async Task Func_InvalidSettings_StartsNothing()
    {
        using var checkout = new FuncCheckout();
        await File.WriteAllTextAsync(checkout.LocalSettings, "{ nonsense", Cancellation);

        using var func = checkout.Start(hostWaits: false);
        var result = await func.EndAsync();

        result.ExitCode.ShouldBe(1);
        result.Errors.ShouldContain("local.settings.json can't be read");
        result.Errors.ShouldContain("local.settings.sample.json");
        checkout.HostStart.ShouldBeNull();
    }

    [Fact(Skip = HasCoreTools, SkipUnless = nameof(HasNoCoreTools))]
    public async Task Func_WithoutCoreTools_ExplainsHowToInstallThem()
    {
        using var checkout = new FuncCheckout(hasCoreTools: false);

        using var func = checkout.Start(hostWaits: false);
        var result = await func.EndAsync();

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldBeEmpty();
        result.Errors.ShouldContain("The Azure Functions Core Tools are not available");
        result.Errors.ShouldContain("npm install --global azure-functions-core-tools@4");
        result.Errors.TrimEnd().ShouldEndWith("./cochin serve");
        checkout.NpmCalls.ShouldHaveSingleItem().ShouldStartWith("install --no-save");
        File.Exists(checkout.LocalSettings).ShouldBeFalse("it would take the storage away from the other commands");
        Directory.Exists(Path.Combine(checkout.Root, ".azurite")).ShouldBeFalse();
        Directory.Exists(Path.Combine(checkout.Root, "Cochin.Functions", "obj")).ShouldBeFalse();
    }

    [Fact(Skip = HasCoreTools, SkipUnless = nameof(HasNoCoreTools))]
    public async Task Func_NpmThatDoesNotFinish_IsStoppedAndReported()
    {
        using var checkout = new FuncCheckout(hasCoreTools: false);
        checkout.WriteTool("npm", "#!/usr/bin/env bash\necho $$ > \"$RECORD.pid\"\nexec sleep 1000\n");
        checkout.SetLimit(seconds: 0);

        using var func = checkout.Start(hostWaits: false);
        var result = await func.EndAsync();

        result.ExitCode.ShouldBe(1);
        result.Errors.ShouldContain("npm install did not finish within");
        result.Errors.ShouldContain(".cochin/npm.log");
        await Wait.UntilAsync(() => !Directory.Exists($"/proc/{checkout.NpmProcess}"), Cancellation);
    }

    [Fact]
    public async Task Func_HostThatCantBeStarted_IsReportedAndAzuriteStopped()
    {
        using var checkout = new FuncCheckout();
        checkout.WriteTool("func", "#!/no/such/interpreter\n");

        using var func = checkout.Start(hostWaits: false);
        var result = await func.EndAsync();

        result.ExitCode.ShouldBe(1);
        result.Errors.ShouldContain("The Functions host can't be started");
        (await checkout.Storage.RespondsAsync(Cancellation)).ShouldBeFalse();
    }

    [Fact]
    public void CoreTools_AreAnOptionalPackage()
    {
        using var package = JsonDocument.Parse(File.ReadAllText(Path.Combine(ProjectRoot.Path, "package.json")));
        using var locked = JsonDocument.Parse(File.ReadAllText(Path.Combine(ProjectRoot.Path, "package-lock.json")));

        package.RootElement.GetProperty("optionalDependencies").GetProperty("azure-functions-core-tools").GetString().ShouldBe("4.15.1");
        locked.RootElement.GetProperty("packages").GetProperty("node_modules/azure-functions-core-tools").GetProperty("optional").GetBoolean().ShouldBeTrue();
        locked.RootElement.GetProperty("packages").EnumerateObject()
            .SelectMany(entry => entry.Value.EnumerateObject())
            .ShouldAllBe(value => value.Name != "resolved", "the lock names no registry");
    }
}
