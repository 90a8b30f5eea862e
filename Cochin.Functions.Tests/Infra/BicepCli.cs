using System.Diagnostics;
using System.Reflection;

namespace Cochin.Functions.Tests.Infra;

/// <summary>The Bicep CLI from the package that the test project downloads.</summary>
internal static class BicepCli
{
    public static async Task<(string Output, string Errors)> RunAsync(string folder, params string[] arguments)
    {
        var program = typeof(BicepCli).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "BicepCli").Value!;
        using var bicep = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = bicep.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = bicep.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bicep.WaitForExitAsync(TestContext.Current.CancellationToken);

        bicep.ExitCode.ShouldBe(0, await errors);
        return (await output, await errors);
    }
}
