using Cochin.Functions.Local.Azurite;
using Cochin.Functions.Tests.Launcher;

[assembly: AssemblyFixture(typeof(Cochin.Functions.Tests.Azurite.AzuriteServer))]

namespace Cochin.Functions.Tests.Azurite;

/// <summary>One real Azurite in memory for all storage tests; each test has its own containers and table prefix.</summary>
public sealed class AzuriteServer : IAsyncLifetime
{
    private readonly string log = Path.GetTempFileName();
    private AzuriteEndpoint? endpoint;

    internal AzuriteEndpoint Endpoint => endpoint ?? throw new InvalidOperationException("Azurite is not started yet.");

    public async ValueTask InitializeAsync()
    {
        await Reaper.WatchThisRunAsync();
        var script = await new AzuritePackage(ProjectRoot.Path).EnsureAsync(Console.Error.WriteLine, CancellationToken.None);
        Environment.SetEnvironmentVariable("NODE_OPTIONS", $"--require {Path.Combine(AppContext.BaseDirectory, "Azurite", "keep-extents.cjs")}");
        endpoint = await AzuriteProcess.StartAsync(script, location: null, log, Console.Error.WriteLine, CancellationToken.None);
        Environment.SetEnvironmentVariable("NODE_OPTIONS", null);
    }

    public async ValueTask DisposeAsync()
    {
        await AzuriteProcess.StopAsync(Endpoint, Console.Error.WriteLine);
        File.Delete(log);
    }
}
