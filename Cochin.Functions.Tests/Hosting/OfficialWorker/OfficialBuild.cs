using System.IO.Compression;
using Cochin.Functions.Tests.Cli;

namespace Cochin.Functions.Tests.Hosting.OfficialWorker;

/// <summary>
/// A build of the project with <c>FunctionsWorker=official</c> against packages of our own that bear the official names and versions
/// (<c>Stub/</c>), in a copy of the sources and with a NuGet cache of its own. It shows that this branch of the project restores,
/// compiles without a warning, publishes and starts; that the stub is like the real packages is our word only.
/// </summary>
public sealed class OfficialBuild : IAsyncLifetime
{
    private static readonly string NuGetCache =
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set ? set
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>The NuGet cache without the worker's own packages: where a machine has them, they would be taken instead of ours.</summary>
    private Lazy<string> Others => field ??= new(() =>
    {
        var others = Directory.CreateDirectory(copy.Resolve("others")).FullName;
        foreach (var package in new DirectoryInfo(NuGetCache).EnumerateDirectories().Where(package => !package.Name.StartsWith("microsoft.azure.functions.", StringComparison.OrdinalIgnoreCase)))
        {
            Directory.CreateSymbolicLink(Path.Combine(others, package.Name), package.FullName);
        }

        return others;
    });

    private readonly CheckoutCopy copy = new("Cochin.Functions", "Directory.Build.props", "Directory.Packages.props", "global.json", "host.json", "local.settings.sample.json");

    internal CommandResult Local { get; private set; } = null!;

    internal CommandResult Official { get; private set; } = null!;

    internal CommandResult Publish { get; private set; } = null!;

    /// <summary>What was built, <c>official</c>.</summary>
    internal string Output => copy.Resolve("Cochin.Functions", "bin", "Debug", "net10.0");

    internal string Published => copy.Resolve("published");

    internal string Stub => copy.Resolve("Stub", "bin", "Release", "net10.0", "Stub.dll");

    public async ValueTask InitializeAsync()
    {
        CopyStub();
        File.Delete(copy.Resolve("Cochin.Functions", "packages.official.lock.json")); // Of the real packages, where this checkout was built with them.
        File.Copy(copy.Resolve("local.settings.sample.json"), copy.Resolve("local.settings.json"));

        Local = await DotnetAsync("build", "Cochin.Functions", "-p:RunAnalyzers=false");
        (await DotnetAsync("pack", "Stub", "-o", copy.Resolve("feed"))).ExitCode.ShouldBe(0);
        AddEmptyPackages();
        Official = await DotnetAsync("build", "Cochin.Functions", "-p:FunctionsWorker=official");
        Publish = await DotnetAsync("publish", "Cochin.Functions", "--no-build", "--configuration", "Debug", "--output", Published);
    }

    public ValueTask DisposeAsync()
    {
        copy.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A command of the SDK in the copy. Our packages are the only ones that can be restored; all others are here since the tests were built.</summary>
    internal Task<CommandResult> DotnetAsync(params string[] arguments) => Command.RunAsync(
        copy.Path,
        [
            new("NUGET_PACKAGES", copy.Resolve("cache")),
            new("RestoreFallbackFolders", Others.Value),
            new("RestoreSources", Directory.CreateDirectory(copy.Resolve("feed")).FullName),
        ],
        "dotnet",
        [.. arguments, "-nologo"]);

    private void CopyStub()
    {
        var source = Path.Combine(ProjectRoot.Path, "Cochin.Functions.Tests", "Hosting", "OfficialWorker", "Stub");
        Directory.CreateDirectory(copy.Resolve("Stub"));
        foreach (var file in Directory.EnumerateFiles(source))
        {
            File.Copy(file, copy.Resolve("Stub", Path.GetFileName(file)));
        }
    }

    // All types are in the first package; of the others only name and version matter.
    private void AddEmptyPackages()
    {
        foreach (var (id, version) in WorkerPackages.All.Skip(1))
        {
            using var package = ZipFile.Open(copy.Resolve("feed", $"{id}.{version}.nupkg"), ZipArchiveMode.Create);
            using var manifest = new StreamWriter(package.CreateEntry($"{id}.nuspec").Open());
            manifest.Write($"<package><metadata><id>{id}</id><version>{version}</version><authors>tests</authors><description>empty</description></metadata></package>");
        }
    }
}
