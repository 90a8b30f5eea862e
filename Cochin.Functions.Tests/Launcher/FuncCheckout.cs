using Cochin.Functions.Local.Azurite;

namespace Cochin.Functions.Tests.Launcher;

/// <summary>
/// A checkout for <c>./cochin func</c> with a script instead of the Core Tools, which are not available everywhere. The script records how it was started.
/// </summary>
internal sealed class FuncCheckout : IDisposable
{
    private const string Host = """
        #!/usr/bin/env bash
        { pwd -P; echo "$*"; echo "$NO_PROXY"; } > "$RECORD.new"
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
        "cochin", "scripts", "Directory.Build.props", "Directory.Packages.props", "global.json", "host.json", "local.settings.sample.json", "package.json",
        "Cochin.Functions/Cochin.Functions.csproj");

    public FuncCheckout(bool hasCoreTools = true)
    {
        Directory.CreateSymbolicLink(copy.Resolve("node_modules"), Path.Combine(ProjectRoot.Path, "node_modules"));
        Directory.CreateDirectory(copy.Resolve("tools"));
        WriteTool("npm", Npm);
        if (hasCoreTools)
        {
            WriteTool("func", Host);
        }
    }

    /// <summary>The endpoint for Azurite.</summary>
    public AzuriteEndpoint Storage { get; init; } = AzuriteEndpoint.OnFreePorts();

    public string Root => copy.Path;

    public string LocalSettings => copy.Resolve("local.settings.json");

    /// <summary>Folder, arguments and NO_PROXY of the host, after it was started.</summary>
    public string[]? HostStart => File.Exists(Record) ? File.ReadAllLines(Record) : null;

    public IReadOnlyList<string> NpmCalls => File.Exists(Record + ".npm") ? File.ReadAllLines(Record + ".npm") : [];

    private string Record => copy.Resolve("record");

    public string NpmProcess => File.ReadAllText(Record + ".pid").Trim();

    /// <summary>Sets how long the launcher waits for a build or an installation.</summary>
    public void SetLimit(int seconds)
    {
        var script = copy.Resolve("scripts", "build.sh");
        File.WriteAllText(script, File.ReadAllText(script).Replace("build_limit=1800", $"build_limit={seconds}", StringComparison.Ordinal));
    }

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
            new("NO_PROXY", "example.org"),
            new("no_proxy", null),
            new("AzureWebJobsStorage", Storage.ConnectionString),
            new("RECORD", Record),
            new("HOST_WAITS", hostWaits ? "1" : null),
        ],
        copy.Resolve("cochin"),
        ["func", .. arguments]);

    public void Dispose() => copy.Dispose();
}
