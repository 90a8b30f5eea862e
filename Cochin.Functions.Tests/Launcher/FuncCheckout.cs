using Cochin.Functions.Storage.Azurite;
using Cochin.Functions.Tests.Hosting.OfficialWorker;

namespace Cochin.Functions.Tests.Launcher;

/// <summary>
/// A checkout for <c>./cochin func</c> in which what can't be had everywhere is played: the Core Tools are a script that writes down how
/// it was started, the worker's packages are empty folders in a NuGet cache.
/// </summary>
internal sealed class FuncCheckout : IDisposable
{
    private const string Host = """
        #!/usr/bin/env bash
        { pwd -P; echo "$*"; echo "FunctionsWorker=$FunctionsWorker"; } > "$RECORD.new"
        trap 'exit 7' INT TERM
        mv "$RECORD.new" "$RECORD"
        while [ -n "${HOST_WAITS-}" ]; do sleep 0.05; done
        exit 5
        """;

    private const string Npm = """
        #!/usr/bin/env bash
        echo "$*" >> "$RECORD.npm"
        exit 1
        """;

    private readonly CheckoutCopy copy = new(
        "cochin", "scripts", "Directory.Build.props", "Directory.Packages.props", "global.json", "host.json", "local.settings.sample.json", "package.json", "Cochin.Functions/Cochin.Functions.csproj");

    public FuncCheckout(bool hasCoreTools = true, bool hasWorkerPackages = true)
    {
        Directory.CreateSymbolicLink(copy.Resolve("node_modules"), Path.Combine(ProjectRoot.Path, "node_modules"));
        Directory.CreateDirectory(copy.Resolve("tools"));
        WriteTool("npm", Npm);
        if (hasCoreTools)
        {
            WriteTool("func", Host);
        }

        Directory.CreateDirectory(copy.Resolve("cache"));
        foreach (var (id, version) in hasWorkerPackages ? WorkerPackages.All : [])
        {
            Directory.CreateDirectory(copy.Resolve("cache", id.ToLowerInvariant(), version));
        }
    }

    /// <summary>Where Azurite is to listen.</summary>
    public AzuriteEndpoint Storage { get; init; } = AzuriteEndpoint.OnFreePorts();

    public string Root => copy.Path;

    public string LocalSettings => copy.Resolve("local.settings.json");

    /// <summary>Folder, arguments and a variable of the host, once it was started.</summary>
    public string[]? HostStart => File.Exists(Record) ? File.ReadAllLines(Record) : null;

    public IReadOnlyList<string> NpmCalls => File.Exists(Record + ".npm") ? File.ReadAllLines(Record + ".npm") : [];

    private string Record => copy.Resolve("record");

    public void WriteTool(string name, string script)
    {
        var path = copy.Resolve("tools", name);
        File.WriteAllText(path, script);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public Command Start(bool hostWaits, params string[] arguments) => Command.Start(
        Root,
        [
            new("PATH", $"{copy.Resolve("tools")}:{Environment.GetEnvironmentVariable("PATH")}"),
            new("NUGET_PACKAGES", copy.Resolve("cache")),
            new("RestoreSources", copy.Resolve("tools")), // No packages there, and no network.
            new("AzureWebJobsStorage", Storage.ConnectionString),
            new("RECORD", Record),
            new("HOST_WAITS", hostWaits ? "1" : null),
        ],
        copy.Resolve("cochin"),
        ["func", .. arguments]);

    public void Dispose() => copy.Dispose();
}
