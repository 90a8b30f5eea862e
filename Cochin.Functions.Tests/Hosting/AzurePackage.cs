using Cochin.Functions.Tests.Cli;

namespace Cochin.Functions.Tests.Hosting;

/// <summary>The package for Azure, published from a copy of the sources as `azd` does.</summary>
public sealed class AzurePackage : IAsyncLifetime
{
    private readonly CheckoutCopy copy = new(
        "Cochin.Functions", "Directory.Build.props", "Directory.Packages.props", "global.json", "host.json", "local.settings.sample.json");

    internal CommandResult Publish { get; private set; } = null!;

    internal string Folder => copy.Resolve("published");

    /// <summary>Whether the lock file is unchanged after publishing.</summary>
    internal bool IsLocked =>
        File.ReadAllText(copy.Resolve("Cochin.Functions", "packages.lock.json"))
        == File.ReadAllText(Path.Combine(ProjectRoot.Path, "Cochin.Functions", "packages.lock.json"));

    public async ValueTask InitializeAsync()
    {
        File.Copy(copy.Resolve("local.settings.sample.json"), copy.Resolve("local.settings.json"));
        Publish = await Command.RunAsync(
            copy.Path,
            [new("RunAnalyzers", "false"), new("UseSharedCompilation", "false")],
            "dotnet",
            "publish", "Cochin.Functions", "-c", "Release", "--output", Folder, "-nologo");
        Publish.ExitCode.ShouldBe(0, Publish.Output);
    }

    public ValueTask DisposeAsync()
    {
        copy.Dispose();
        return ValueTask.CompletedTask;
    }
}
