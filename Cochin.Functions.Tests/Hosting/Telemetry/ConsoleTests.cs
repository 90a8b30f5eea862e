using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Cli;

namespace Cochin.Functions.Tests.Hosting.Telemetry;

public sealed class ConsoleTests(AzuriteServer server) : CommandTest(server)
{
    [Fact]
    public async Task Run_OnRequest_TellsSpansMetricsAndLogsOnStandardError()
    {
        var result = await CochinProcess.RunAsync([.. Settings, new("Cochin__Telemetry__Console", "true")], "run", "cleanup_stuck_operations", "--json");

        var run = result.Json.GetProperty("runId").GetString()!;
        var lines = result.Errors.Split('\n');
        lines.ShouldContain(line => line.StartsWith("span ", StringComparison.Ordinal) && line.Contains("run cleanup_stuck_operations") && line.Contains("cochin.run.id=" + run));
        lines.ShouldContain(line => line.StartsWith("metric ", StringComparison.Ordinal) && line.Contains("cochin.run.outcome 1 {run}"));
        lines.ShouldContain(line => line.StartsWith("log ", StringComparison.Ordinal) && line.Contains("Information 100:") && line.Contains("cochin.job=cleanup_stuck_operations"));
    }

    [Fact]
    public async Task Serve_NothingSet_LoadsNothingOfOpenTelemetry()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It looks at /proc.");

        (await LoadedByAsync([])).ShouldBeEmpty();
        (await LoadedByAsync([new("Cochin__Telemetry__Console", "true")])).ShouldNotBeEmpty("or else the look proves nothing");
    }

    private async Task<string[]> LoadedByAsync(KeyValuePair<string, string>[] settings)
    {
        using var serve = CochinProcess.Start([.. Settings, .. settings], "serve");
        await serve.ErrorLineAsync();
        var files = await File.ReadAllLinesAsync($"/proc/{serve.Id}/maps", Cancellation);
        await serve.SignalAsync("TERM");
        await serve.EndAsync();
        return [.. files.Where(file => file.Contains("OpenTelemetry", StringComparison.Ordinal))];
    }
}
