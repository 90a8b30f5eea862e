using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Cli;
using Cochin.Functions.Tests.Fakes;

namespace Cochin.Functions.Tests.Hosting.Telemetry;

/// <summary>Runs the program and tests what it sends to an OpenTelemetry collector.</summary>
public sealed class OtlpTests(AzuriteServer server) : CommandTest(server), IAsyncDisposable
{
    private readonly FakeIngestion ingestion = new();

    public override async ValueTask DisposeAsync()
    {
        await ingestion.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Run_Completed_SendsSpansMetricsAndLogs()
    {
        var run = (await EmitAsync([])).Json.GetProperty("runId").GetString();

        // resource_spans, scope_spans, spans
        var spans = ingestion.Messages("traces").SelectMany(message => message.All(1, 2, 2)).ToList();
        var span = spans.Single(span => span.Text(5) == "run cleanup_stuck_operations");
        span.Attributes(9)["cochin.run.id"].ShouldBe(run);
        span.Attributes(9)["cochin.count.examined"].ShouldBe("0");
        span.Attributes(9)["cochin.dry_run"].ShouldBe("false");
        spans.Where(other => other != span).ShouldAllBe(call => call.Hex(1) == span.Hex(1) && call.Hex(4) == span.Hex(2));
        spans.Count.ShouldBeGreaterThan(5);

        // resource_metrics, scope_metrics, metrics; sum and its data points
        var metrics = ingestion.Messages("metrics").SelectMany(message => message.All(1, 2, 2)).ToDictionary(metric => metric.Text(1));
        metrics.Keys.ShouldBe(
            ["cochin.run.duration", "cochin.run.outcome", "cochin.items", "cochin.lock.wait", "cochin.job.last_success_age"], ignoreOrder: true);
        metrics["cochin.run.outcome"].Text(3).ShouldBe("{run}");
        var outcome = metrics["cochin.run.outcome"].All(7, 1).ShouldHaveSingleItem();
        outcome.Whole(6).ShouldBe(1);
        outcome.Attributes(7).ShouldBe(
            new Dictionary<string, string>
            {
                ["cochin.job"] = "cleanup_stuck_operations",
                ["cochin.task"] = "cleanup_stuck_operations",
                ["cochin.trigger"] = "Manual",
                ["cochin.outcome"] = "Completed",
            },
            ignoreOrder: true);
        metrics["cochin.run.duration"].All(9, 1).ShouldHaveSingleItem().Real(5).ShouldBeGreaterThan(0);
        metrics["cochin.job.last_success_age"].All(5, 1).ShouldHaveSingleItem().Attributes(7)["cochin.job.enabled"].ShouldBe("true");

        // resource_logs, scope_logs, log_records
        var logs = ingestion.Messages("logs").SelectMany(message => message.All(1, 2, 2)).ToList();
        logs.Count.ShouldBe(2);
        logs.ShouldAllBe(log => log.Attributes(6)["cochin.run.id"] == run && log.Hex(9) == span.Hex(1));
    }

    [Fact]
    public async Task Resource_NothingSet_HasServiceVersionAndInstance()
    {
        await EmitAsync([]);

        var resource = Resource();
        resource["service.name"].ShouldBe("cochin-maintenance");
        resource["service.version"].ShouldNotBeNullOrEmpty();
        resource["service.instance.id"].ShouldStartWith(Environment.MachineName + ":");
    }

    [Fact]
    public async Task Resource_StandardSettings_OverrideTheDefaults()
    {
        await EmitAsync(
        [
            new("OTEL_SERVICE_NAME", "cochin-test"),
            new("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=staging,service.instance.id=one"),
        ]);

        var resource = Resource();
        resource["service.name"].ShouldBe("cochin-test");
        resource["deployment.environment.name"].ShouldBe("staging");
        resource["service.instance.id"].ShouldBe("one");
    }

    [Fact]
    public async Task Serve_NothingSet_DoesNotLoadOpenTelemetry()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads /proc.");

        (await LoadedFilesAsync([])).ShouldBeEmpty();
        (await LoadedFilesAsync(ingestion.Otlp)).ShouldNotBeEmpty("otherwise the check proves nothing");
    }

    private async Task<string[]> LoadedFilesAsync(KeyValuePair<string, string>[] settings)
    {
        using var serve = CochinProcess.Start([.. Settings, .. settings], "serve");
        await serve.ErrorLineAsync();
        var files = await File.ReadAllLinesAsync($"/proc/{serve.Id}/maps", Cancellation);
        await serve.SignalAsync("TERM");
        await serve.EndAsync();
        return [.. files.Where(file => file.Contains("OpenTelemetry", StringComparison.Ordinal))];
    }

    private IReadOnlyDictionary<string, string> Resource() => ingestion.Messages("traces")[0].All(1, 1).Single().Attributes(1);

    private async Task<CommandResult> EmitAsync(KeyValuePair<string, string>[] settings)
    {
        var result = await CochinProcess.RunAsync([.. Settings, .. ingestion.Otlp, .. settings], "run", "cleanup_stuck_operations", "--json");
        result.ExitCode.ShouldBe(0, result.Errors + result.Output);
        return result;
    }
}
