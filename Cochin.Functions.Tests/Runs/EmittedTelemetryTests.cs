using Cochin.Functions.Hosting;
using Cochin.Functions.Runs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Cochin.Functions.Tests.Runs;

/// <summary>The telemetry of real runs of the five jobs, with the names in docs/operations.md.</summary>
public sealed class EmittedTelemetryTests(AzuriteServer server) : StorageTest(server)
{
    [Fact]
    public async Task Jobs_AllRun_EmitTheDocumentedMetricsAndAttributes()
    {
        using var emitted = await EmitAsync();

        emitted.Metrics.ToDictionary(metric => metric.Key, metric => string.Join(' ', metric.Value.Keys.Order(StringComparer.Ordinal))).ShouldBe(
            new Dictionary<string, string>
            {
                ["cochin.run.outcome"] = "cochin.job cochin.outcome cochin.reason cochin.task cochin.trigger",
                ["cochin.run.duration"] = "cochin.job cochin.outcome cochin.task",
                ["cochin.items"] = "cochin.item cochin.job",
                ["cochin.bytes"] = "cochin.item cochin.job",
                ["cochin.lock.wait"] = "cochin.lock.result cochin.lock.scope",
                ["cochin.job.last_success_age"] = "cochin.job cochin.job.enabled",
            },
            ignoreOrder: true);
        emitted.Metrics["cochin.items"]["cochin.item"].ShouldBe(
        [
            "examined", "startSent", "endSent", "late", "expired", "alreadySent", "failed",
            "scanned", "old", "deleted", "inUse", "changed", "blobsDeleted",
            "stuck", "marked", "finishedMeanwhile",
            "blobs", "records", "registered", "missing", "healed", "mismatched", "inFlight", "ignored",
            "verified", "damaged", "repaired", "notDue",
        ]);
        emitted.Spans.Select(span => span.DisplayName).ShouldBe(
            [
                "run check_devis_notifications", "run cleanup_temp_files", "run cleanup_temp_files_weekend", "run cleanup_stuck_operations",
                "run rebuild_backup_paths", "run verify_backups",
            ]);
    }

    private async Task<EmittedTelemetry> EmitAsync()
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
