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

/// <summary>Tests the services of the worker in a generic host.</summary>
public sealed class WorkerTelemetryTests(AzuriteServer server) : StorageTest(server)
{
    [Fact]
    public async Task Stop_AfterARun_HasSentItsTelemetry()
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

        // Like the defaults of the worker. They are added first, so that our service name, which the alerts query, overrides theirs.
        builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("name-of-the-app"));
        builder.AddCochin();
        using var host = builder.Build();
        await host.StartAsync(Cancellation);

        await host.Services.GetRequiredService<JobTicks>().RunDueAsync("cleanup_stuck_operations", Cancellation);
        var job = host.Services.GetRequiredService<JobCatalog>().Find("cleanup_stuck_operations")!;
        var run = await host.Services.GetRequiredService<JobRunner>().RunJobAsync(job, dryRun: false, RunObserver.None, Cancellation);
        await host.StopAsync(Cancellation);

        // Other tests in this process emit telemetry, too, so the run is found by its id.
        var span = ingestion.Messages("traces")
            .SelectMany(message => message.All(1, 2, 2))
            .Single(span => span.Attributes(9).GetValueOrDefault("cochin.run.id") == run.RunId);
        span.Text(5).ShouldBe("run cleanup_stuck_operations");
        ingestion.Messages("traces")[0].All(1, 1).Single().Attributes(1)["service.name"].ShouldBe("cochin-maintenance");
        var metrics = ingestion.Messages("metrics").SelectMany(message => message.All(1, 2, 2)).Select(metric => metric.Text(1));
        metrics.ShouldContain("cochin.job.last_success_age");
        var logs = ingestion.Messages("logs").SelectMany(message => message.All(1, 2, 2));
        logs.Count(log => log.Attributes(6).GetValueOrDefault("cochin.run.id") == run.RunId).ShouldBe(2);
    }
}
