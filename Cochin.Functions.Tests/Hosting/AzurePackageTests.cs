using System.Reflection.PortableExecutable;
using System.Text.Json;
using Cochin.Functions.Hosting;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Tests.Hosting;

/// <summary>Tests the deployed package, and how its worker starts and stops.</summary>
public sealed class AzurePackageTests(AzurePackage package) : IClassFixture<AzurePackage>
{
    [Fact]
    public void Package_HasTheFilesOfTheHostAndNoLocalFiles()
    {
        foreach (var file in new[] { "host.json", "worker.config.json", "functions.metadata", "extensions.json" })
        {
            File.Exists(Path.Combine(package.Folder, file)).ShouldBeTrue(file);
        }

        Directory.Exists(Path.Combine(package.Folder, ".azurefunctions")).ShouldBeTrue();
        File.Exists(Path.Combine(package.Folder, "local.settings.json")).ShouldBeFalse("it may hold secrets");
        Directory.Exists(Path.Combine(package.Folder, "Local")).ShouldBeFalse("the embedded storage is for local use only");
        package.IsLocked.ShouldBeTrue();
    }

    [Fact]
    public void Package_HasAFunctionForEachJobAndTheWatch()
    {
        using var metadata = JsonDocument.Parse(File.ReadAllText(Path.Combine(package.Folder, "functions.metadata")));

        var jobs = TaskCatalog.All.Where(task => !task.NeedsThisMachine).SelectMany(task => task.Jobs).Select(job => job.Name);
        var functions = metadata.RootElement.EnumerateArray().Select(function => function.GetProperty("name").GetString());
        functions.ShouldBe([.. jobs, "jobs", "watch"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("Cochin.Functions.dll")]
    [InlineData("Azure.Storage.Blobs.dll")]
    [InlineData("Microsoft.Azure.Functions.Worker.Core.dll")]
    public void Package_IsCompiledAheadForLinuxOnX64(string file)
    {
        using var stream = File.OpenRead(Path.Combine(package.Folder, file));
        using var image = new PEReader(stream);

        image.PEHeaders.CorHeader.ShouldNotBeNull().ManagedNativeHeaderDirectory.Size.ShouldBeGreaterThan(0, "ReadyToRun");

        // ReadyToRun encodes the operating system in the machine number:
        // https://github.com/dotnet/runtime/blob/main/docs/design/coreclr/botr/readytorun-format.md
        ((ushort)image.PEHeaders.CoffHeader.Machine ^ 0x7B79).ShouldBe((ushort)Machine.Amd64);
    }

    [Fact]
    public async Task Worker_WithInvalidSettings_ReportsThemAllAndExits()
    {
        using var worker = Start(
            new("WEBSITE_SITE_NAME", "func-cochin"),
            new("Cochin__Discord__WebhookUrl", "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/s)"));
        var result = await worker.EndAsync();

        result.ExitCode.ShouldBe(2);
        string[] settings =
        [
            "APPLICATIONINSIGHTS_CONNECTION_STRING", "CochinStorage__blobServiceUri", "CochinStorage__tableServiceUri", "Cochin__Discord__WebhookUrl",
        ];
        foreach (var setting in settings)
        {
            result.Errors.Split('\n').ShouldContain(line => line.StartsWith($"error: {setting}: ", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(true, "--host", "127.0.0.1", "--functions-uri", "http://127.0.0.1:5000", "--functions-worker-id", "1")]
    [InlineData(true, "--functions-request-id=7")]
    [InlineData(false, "show", "--json")]
    [InlineData(false)]
    public void IsHostStart_ByTheHostsArguments(bool expected, params string[] args) => WorkerHost.IsHostStart(args).ShouldBe(expected);

    // With the arguments of the host.
    private Command Start(params KeyValuePair<string, string?>[] settings) => Command.Start(
        package.Folder,
        settings,
        "dotnet",
        Path.Combine(package.Folder, "Cochin.Functions.dll"),
        "--host", "127.0.0.1", "--port", "1", "--workerId", "w", "--requestId", "r",
        "--functions-uri", "http://127.0.0.1:1", "--functions-worker-id", "w", "--functions-request-id", "r");
}
