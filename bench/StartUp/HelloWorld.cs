using System.Diagnostics;
using Cochin.Bench.Running;

namespace Cochin.Bench.StartUp;

/// <summary>The least that a .NET program can be, built here: what <c>dotnet new console</c> makes.</summary>
internal static class HelloWorld
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
          </PropertyGroup>
        </Project>
        """;

    /// <returns>The path of the program, to be started with <c>dotnet</c>.</returns>
    public static async Task<string> BuildAsync(string folder, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "hello.csproj"), Project, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "hello.cs"), "System.Console.WriteLine(\"Hello, World!\");", cancellationToken);
        using var build = Process.Start(new ProcessStartInfo("dotnet", ["build", "-c", "Release", "-nologo", "-v", "quiet", "-o", Path.Combine(folder, "out")])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            Environment = { ["MSBUILDDISABLENODEREUSE"] = "1" },
        })!;
        var output = await build.StandardOutput.ReadToEndAsync(cancellationToken);
        await build.WaitForExitAsync(cancellationToken);
        return build.ExitCode == 0
            ? Path.Combine(folder, "out", "hello.dll")
            : throw new BenchException($"the bare program could not be built: {output.Trim()}");
    }
}
