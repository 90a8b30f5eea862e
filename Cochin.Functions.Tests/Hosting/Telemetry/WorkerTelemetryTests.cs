using Cochin.Functions.Hosting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Fakes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Resources;

namespace Cochin.Functions.Tests.Hosting.Telemetry;

/// <summary>The composition of the worker, on a host that any machine has.</summary>
public sealed class WorkerTelemetryTests(AzuriteServer server) : StorageTest(server)
{
    [Fact]
    public async Task Worker_Stops_HasSentTheRunAndItsMeasurements()
    {
        await using var ingestion = new FakeIngestion();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(
        [
            new("CochinStorage", ConnectionString),
            new("Cochin:Storage:BackupContainer", Names.BackupContainer),
            new("Cochin:Storage:SystemContainer", Names.SystemContainer),
            new("Cochin:Storage:TablePrefix", Names.TablePrefix),
            .. ingestion.Otlp.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)),
        ]);

        // What the worker's own defaults do; they come first, so that the name that alerts ask for is ours.
        builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("name-of-the-app"));
        builder.AddCochin();
        using var host = builder.Build();
        await host.StartAsync(Cancellation);

        await host.Services.GetRequiredService<JobTicks>().RunDueAsync("cleanup_stuck_operations", Cancellation);
        var job = host.Services.GetRequiredService<JobCatalog>().Find("cleanup_stuck_operations")!;
        var run = await host.Services.GetRequiredService<JobRunner>().RunJobAsync(job, dryRun: false, RunObserver.None, Cancellation);
        await host.StopAsync(Cancellation);

        // Other tests of this process emit too, so the run is looked for by its id.
        var span = ingestion.Messages("traces").SelectMany(message => message.All(1, 2, 2)).Single(span => span.Attributes(9).GetValueOrDefault("cochin.run.id") == run.RunId);
        span.Text(5).ShouldBe("run cleanup_stuck_operations");
        ingestion.Messages("traces")[0].All(1, 1).Single().Attributes(1)["service.name"].ShouldBe("cochin-maintenance");
        ingestion.Messages("metrics").SelectMany(message => message.All(1, 2, 2)).Select(metric => metric.Text(1)).ShouldContain("cochin.job.last_success_age");
        ingestion.Messages("logs").SelectMany(message => message.All(1, 2, 2)).Count(log => log.Attributes(6).GetValueOrDefault("cochin.run.id") == run.RunId).ShouldBe(2);
    }
}
