using System.Runtime.Versioning;
using Cochin.Functions.Tests.Cli;

namespace Cochin.Functions.Tests.Launcher;

/// <summary>A checkout for <c>./cochin</c> with a script instead of the .NET SDK. It records each build and runs a program that prints its arguments.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class FakeCheckout : IDisposable
{
    private const UnixFileMode Everyone = (UnixFileMode)0b111_111_111;
    private const UnixFileMode ReadOnly = (UnixFileMode)0b101_101_101;

    private const string Dotnet = """
        #!/usr/bin/env bash
        case $1 in
          --version) echo 10.0.100 ;;
          publish)
            echo "$PWD: $*" >> "$RECORD"
            case "$*" in *PublishReadyToRun=false*) ;; *) [ -z "${BUILD_FAILS-}" ] || { echo "x.csproj : error $BUILD_FAILS"; exit 1; } ;; esac
            while [ "$1" != -o ]; do shift; done
            mkdir -p "$2" && echo program > "$2/Cochin.Functions.dll"
            ;;
          *)
            [ ! -e /proc/$$/fd/9 ] || echo "the lock is still held"
            [ -f "$1" ] || echo "no program"
            echo "ran ${*:2} at $COCHIN_ROOT"
            ;;
        esac
        """;

    private readonly CheckoutCopy copy = new(
        "cochin", "scripts", "Directory.Build.props", "Directory.Packages.props", "global.json", "host.json", "package.json",
        "Cochin.Functions/Cochin.Functions.csproj", "Cochin.Functions/Program.cs");

    private readonly DirectoryInfo elsewhere = Directory.CreateTempSubdirectory("cochin-");

    public FakeCheckout()
    {
        File.SetUnixFileMode(Root, Everyone);
        File.SetUnixFileMode(elsewhere.FullName, Everyone);
        File.SetUnixFileMode(Directory.CreateDirectory(Home).FullName, Everyone);
        Directory.CreateDirectory(Path.Combine(elsewhere.FullName, "tools"));
        WriteTool("dotnet", Dotnet);
    }

    public string Root => copy.Path;

    public string Home => Path.Combine(elsewhere.FullName, "home");

    public string Cache => Path.Combine(Home, ".cache");

    public IReadOnlyList<string> Builds => File.Exists(Record) ? File.ReadAllLines(Record) : [];

    private string Record => Path.Combine(elsewhere.FullName, "record");

    public string Resolve(params string[] path) => copy.Resolve(path);

    public void WriteTool(string name, string script)
    {
        var path = Path.Combine(elsewhere.FullName, "tools", name);
        File.WriteAllText(path, script);
        File.SetUnixFileMode(path, ReadOnly | UnixFileMode.UserWrite);
    }

    /// <summary>Makes a folder read-only; for root, see <see cref="RunAsOtherAsync"/>.</summary>
    public void MakeReadOnly(params string[] folder) => File.SetUnixFileMode(copy.Resolve(folder), ReadOnly);

    /// <param name="redirections">For the shell, e.g. <c>2&gt;/dev/full</c>.</param>
    public Command Start(string arguments, string redirections = "", params KeyValuePair<string, string?>[] environment) =>
        Command.Start(Root, [.. Environment(), .. environment], "bash", "-c", $"exec ./cochin {arguments} {redirections}");

    public async Task<CommandResult> RunAsync(string arguments, string redirections = "", params KeyValuePair<string, string?>[] environment)
    {
        using var command = Start(arguments, redirections, environment);
        return await command.EndAsync().WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
    }

    /// <summary>Runs the launcher as another user if the tests run as root, who can write everywhere.</summary>
    public Task<CommandResult> RunAsOtherAsync(string arguments, params KeyValuePair<string, string?>[] environment) =>
        System.Environment.UserName == "root"
            ? Command.RunAsync(Root, [.. Environment(), .. environment], "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "./cochin", arguments)
            : RunAsync(arguments, "", environment);

    public void Dispose()
    {
        foreach (var folder in Directory.EnumerateDirectories(Root, "*", SearchOption.AllDirectories).Prepend(Root))
        {
            File.SetUnixFileMode(folder, Everyone);
        }

        copy.Dispose();
        elsewhere.Delete(recursive: true);
    }

    private KeyValuePair<string, string?>[] Environment() =>
    [
        new("PATH", $"{Path.Combine(elsewhere.FullName, "tools")}:{System.Environment.GetEnvironmentVariable("PATH")}"),
        new("HOME", Home),
        new("XDG_CACHE_HOME", null),
        new("DOTNET_CLI_HOME", null),
        new("RECORD", Record),
    ];
}
