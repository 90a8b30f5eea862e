using Cochin.Functions.Jobs;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Cli;
using Cochin.Functions.Tests.Fakes;

namespace Cochin.Functions.Tests.Hosting.Telemetry;

/// <summary>What really arrives at Application Insights from the real program.</summary>
public sealed class AzureMonitorTests(AzuriteServer server) : CommandTest(server), IAsyncDisposable
{
    private readonly FakeIngestion ingestion = new();

    public override async ValueTask DisposeAsync()
    {
        await ingestion.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Run_Done_IsADependencyWithItsCallsBelowIt()
    {
        var run = (await EmitAsync("run", "cleanup_stuck_operations", "--json")).Json;

        var dependencies = ingestion.ItemsOf("RemoteDependencyData");
        var span = dependencies.Where(item => item.Name == "run cleanup_stuck_operations").ShouldHaveSingleItem();
        span.Role.ShouldBe("cochin-maintenance");
        span.RoleInstance!.ShouldStartWith(Environment.MachineName + ":");
        span.Data.GetProperty("success").GetBoolean().ShouldBeTrue();
        foreach (var (key, value) in new Dictionary<string, string>
        {
            ["cochin.run.id"] = run.GetProperty("runId").GetString()!,
            ["cochin.job"] = "cleanup_stuck_operations",
            ["cochin.task"] = "cleanup_stuck_operations",
            ["cochin.trigger"] = "Manual",
            ["cochin.dry_run"] = "False",
            ["cochin.outcome"] = "Completed",
            ["cochin.count.examined"] = "0",
        })
        {
            span.Properties[key].ShouldBe(value, key);
        }

        var calls = dependencies.Where(item => item != span).ToList();
        calls.Count.ShouldBeGreaterThan(5);
        calls.ShouldAllBe(call => call.OperationId == span.OperationId && call.ParentId == span.Data.GetProperty("id").GetString());
        calls.ShouldContain(call => call.Data.GetProperty("data").GetString()!.Contains("/locks/cleanup_stuck_operations"));
    }

    [Fact]
    public async Task Run_Done_IsMeasured()
    {
        await EmitAsync("run", "cleanup_temp_files");

        var metrics = Metrics;
        metrics.ShouldAllBe(item => item.Role == "cochin-maintenance");
        metrics.Select(Describe).ShouldBeSubsetOf(
        [
            "cochin.run.duration cochin.job=cleanup_temp_files cochin.outcome=Completed cochin.task=cleanup_temp_files",
            "cochin.run.outcome=1 cochin.job=cleanup_temp_files cochin.outcome=Completed cochin.task=cleanup_temp_files cochin.trigger=Manual",
            .. new[] { "scanned", "old", "deleted", "inUse", "changed", "failed", "blobsDeleted" }.Select(item => $"cochin.items=0 cochin.item={item} cochin.job=cleanup_temp_files"),
            .. new[] { "scanned", "freed" }.Select(item => $"cochin.bytes=0 cochin.item={item} cochin.job=cleanup_temp_files"),
            "cochin.lock.wait cochin.lock.result=acquired cochin.lock.scope=cleanup_temp_files",
            "cochin.job.last_success_age cochin.job=cleanup_temp_files cochin.job.enabled=true",
        ]);
        metrics.Count.ShouldBe(13);
    }

    [Fact]
    public async Task Run_Done_IsLoggedWithTheRunsIdAndWithinItsSpan()
    {
        var run = (await EmitAsync("run", "cleanup_stuck_operations", "--json")).Json;

        var logs = ingestion.ItemsOf("MessageData");
        logs.Count.ShouldBe(2);
        logs.ShouldAllBe(log => log.Properties["cochin.run.id"] == run.GetProperty("runId").GetString() && log.Properties["cochin.job"] == "cleanup_stuck_operations");
        logs.Select(log => log.Properties["EventId"]).ShouldBe(["100", "101"]);
        var span = ingestion.ItemsOf("RemoteDependencyData").Single(item => item.Name!.StartsWith("run ", StringComparison.Ordinal));
        logs.ShouldAllBe(log => log.OperationId == span.OperationId && log.ParentId == span.Data.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Run_Fails_IsAFailedDependencyWithItsKindOfTrouble()
    {
        await AddOperationAsync("backup", "B1", ("Status", "completed"), ("BlobName", "storage/x.zip"));

        var result = await EmitAsync(1, "run", "rebuild_backup_paths", "--json", "--set", "Cochin__Storage__BackupContainer=no-such-container");

        result.Json.GetProperty("outcome").GetString().ShouldBe("Failed");
        var span = ingestion.ItemsOf("RemoteDependencyData").Single(item => item.Name!.StartsWith("run ", StringComparison.Ordinal));
        span.Data.GetProperty("success").GetBoolean().ShouldBeFalse();
        span.Properties["cochin.outcome"].ShouldBe("Failed");
        span.Properties["error.type"].ShouldBe("failed");
        Metrics.Single(item => Describe(item).StartsWith("cochin.run.outcome", StringComparison.Ordinal)).Properties["cochin.outcome"].ShouldBe("Failed");
    }

    [Fact]
    public async Task Run_Throws_IsAnExceptionOfTheRun()
    {
        var wrong = ConnectionString.Replace("AccountKey=", "AccountKey=AAAA", StringComparison.Ordinal);

        var result = await EmitAsync(1, "run", "cleanup_stuck_operations", "--json", "--set", $"CochinStorage={wrong}");

        var exception = ingestion.ItemsOf("ExceptionData").ShouldHaveSingleItem();
        exception.Properties["cochin.run.id"].ShouldBe(result.Json.GetProperty("runId").GetString());
        exception.Properties["cochin.job"].ShouldBe("cleanup_stuck_operations");
        var span = ingestion.ItemsOf("RemoteDependencyData").Single(item => item.Name!.StartsWith("run ", StringComparison.Ordinal));
        span.Properties["error.type"].ShouldBe("403");
        exception.OperationId.ShouldBe(span.OperationId);
    }

    [Fact]
    public async Task Run_Dry_IsADependencyAndNoMetric()
    {
        await EmitAsync("run", "cleanup_temp_files", "--dry-run");

        ingestion.ItemsOf("RemoteDependencyData").Single(item => item.Name == "run cleanup_temp_files").Properties["cochin.dry_run"].ShouldBe("True");
        Metrics.ShouldBeEmpty();
    }

    [Fact]
    public async Task Serve_NothingDue_SendsAgesOnly()
    {
        using var serve = CochinProcess.Start([.. Settings, ingestion.AzureMonitor], "serve");
        await Wait.UntilAsync(async () => (await new JobStates(Storage).GetAllAsync(Cancellation)).Count == 6, Cancellation);

        await serve.SignalAsync("TERM");
        var result = await serve.EndAsync();

        result.ExitCode.ShouldBe(0);
        ingestion.Items.ShouldAllBe(item => item.GetProperty("data").GetProperty("baseType").GetString() == "MetricData");
        Metrics.Select(Describe).ShouldAllBe(metric => metric.StartsWith("cochin.job.last_success_age cochin.job=", StringComparison.Ordinal));
        Metrics.Count.ShouldBe(6);
    }

    [Fact]
    public async Task Show_EvenWithAnExporter_SendsNothing()
    {
        await EmitAsync("show");

        ingestion.Items.ShouldBeEmpty();
    }

    // The exporter adds one of its own, which tells the resource.
    private List<TrackedItem> Metrics => [.. ingestion.ItemsOf("MetricData").Where(item => !Describe(item).StartsWith('_'))];

    private static string Describe(TrackedItem metric)
    {
        var point = metric.Data.GetProperty("metrics").EnumerateArray().Single();
        var name = point.GetProperty("name").GetString()!;
        var value = name is "cochin.run.outcome" or "cochin.items" or "cochin.bytes" ? $"={point.GetProperty("value").GetDouble()}" : "";
        var properties = metric.Properties.Where(property => property.Key.StartsWith("cochin.", StringComparison.Ordinal)).OrderBy(property => property.Key, StringComparer.Ordinal);
        return $"{name}{value} {string.Join(' ', properties.Select(property => $"{property.Key}={property.Value}"))}";
    }

    private Task<CommandResult> EmitAsync(params string[] arguments) => EmitAsync(0, arguments);

    private async Task<CommandResult> EmitAsync(int exitCode, params string[] arguments)
    {
        var result = await CochinProcess.RunAsync([.. Settings, ingestion.AzureMonitor], arguments);
        result.ExitCode.ShouldBe(exitCode, result.Errors + result.Output);
        return result;
    }
}
