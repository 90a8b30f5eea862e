using Cochin.Functions.Hosting;
using Cochin.Functions.Running;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Cochin.Functions.Tests.Running;

/// <summary>
/// The program's five jobs, each run for real on the storage of a test, and what that emitted: for tests that ask whether
/// a name which an alert or a workbook uses is one that the program knows.
/// </summary>
public abstract class RealRuns(AzuriteServer server) : StorageTest(server)
{
    internal async Task<EmittedTelemetry> EmitAsync()
    {
        var settings = CochinSettings.Read(new ConfigurationBuilder().Build()) with { Names = Names };
        await using var services = new ServiceCollection().AddLogging().AddCochin(settings, new StorageConnection(ConnectionString)).BuildServiceProvider();
        var emitted = new EmittedTelemetry(services.GetRequiredService<RunTelemetry>());
        var runner = services.GetRequiredService<JobRunner>();
        foreach (var job in settings.Jobs.Jobs)
        {
            await runner.RunJobAsync(job, dryRun: false, RunObserver.None, Cancellation);
        }

        emitted.ReadGauges();
        return emitted;
    }
}
