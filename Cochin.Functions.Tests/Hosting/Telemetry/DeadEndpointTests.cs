using System.Net;
using System.Net.Sockets;
using Cochin.Functions.Hosting;
using Cochin.Functions.Hosting.Telemetry;
using Cochin.Functions.Runs;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Cli;
using Cochin.Functions.Tests.Fakes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.Hosting.Telemetry;

/// <summary>Endpoints that are not there, or take everything and never answer: a run is none the worse.</summary>
public sealed class DeadEndpointTests(AzuriteServer server) : CommandTest(server)
{
    [Theory]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "", true)]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "", false)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "grpc", true)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "grpc", false)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http/protobuf", true)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http/protobuf", false)]
    public async Task Run_EndpointIsDead_EndsSoonAndWell(string setting, string protocol, bool listens)
    {
        using var endpoint = new TcpListener(IPAddress.Loopback, 0);
        endpoint.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)endpoint.LocalEndpoint).Port}/";
        if (!listens)
        {
            endpoint.Stop();
        }

        var value = protocol.Length == 0 ? $"InstrumentationKey={Guid.NewGuid()};IngestionEndpoint={address}" : address;
        var start = TimeProvider.System.GetTimestamp();
        await CochinProcess.RunAsync(Settings, "run", "cleanup_stuck_operations", "--json");
        var usual = TimeProvider.System.GetElapsedTime(start);

        // Whatever waits for the endpoint itself waits for minutes.
        start = TimeProvider.System.GetTimestamp();
        var result = await CochinProcess.RunAsync(
            [.. Settings, new(setting, value), new("OTEL_EXPORTER_OTLP_PROTOCOL", protocol), new("OTEL_EXPORTER_OTLP_TIMEOUT", "600000")],
            "run",
            "cleanup_stuck_operations",
            "--json");

        var took = TimeProvider.System.GetElapsedTime(start);
        var limit = (3 * usual) + TelemetryPipeline.FlushLimit + TimeSpan.FromSeconds(2);
        took.ShouldBeLessThan(limit, $"a run takes {usual.TotalSeconds:0.0} s on this machine now");
        result.ExitCode.ShouldBe(0);
        result.Json.GetProperty("outcome").GetString().ShouldBe("Completed");
        result.Errors.ShouldNotContain("xception");
    }

    [Fact]
    public async Task Flush_EndpointNeverAnswers_EndsAtItsLimit()
    {
        using var endpoint = new TcpListener(IPAddress.Loopback, 0);
        endpoint.Start();
        var clock = new FakeTimeProvider();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(
        [
            .. Settings.Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), (string?)setting.Value)),
            new("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://127.0.0.1:{((IPEndPoint)endpoint.LocalEndpoint).Port}/"),
            new("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            new("OTEL_EXPORTER_OTLP_TIMEOUT", "600000"),
        ]);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.AddCochin();
        using var host = builder.Build();
        host.Services.GetRequiredService<TelemetryPipeline>().Start();
        host.Services.GetRequiredService<RunTelemetry>().LockTried("scope", acquired: true, TimeSpan.Zero);

        var flushing = host.Services.GetRequiredService<TelemetryPipeline>().FlushAsync();
        using var call = await endpoint.AcceptTcpClientAsync(Cancellation);
        clock.Advance(TelemetryPipeline.FlushLimit);

        await flushing.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task Run_Terminated_StillSendsItsEnd()
    {
        await using var ingestion = new FakeIngestion();
        using var webhook = new TcpListener(IPAddress.Loopback, 0); // It takes the call and never answers.
        webhook.Start();
        await AddDevisAsync("D1", ("Montant", "10.00"), ("Statut", true), ("DateDebut", TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd", null)));
        var start = TimeProvider.System.GetTimestamp();
        using var run = CochinProcess.Start(
            [
                .. Settings,
                ingestion.AzureMonitor,
                new("Cochin__Discord__WebhookUrl", $"http://127.0.0.1:{((IPEndPoint)webhook.LocalEndpoint).Port}/hook"),
                new("Cochin__Discord__AllowAnyHost", "true"),
                new("Cochin__Discord__TimeoutSeconds", "60"),
            ],
            "check_devis_notifications",
            "--json");
        using var call = await webhook.AcceptTcpClientAsync(Cancellation);
        var usual = TimeProvider.System.GetElapsedTime(start);

        var asked = TimeProvider.System.GetTimestamp();
        await run.SignalAsync("TERM");
        var result = await run.EndAsync();

        // Its start takes some two seconds on a quiet machine.
        var limit = TimeSpan.FromSeconds(15) is var promised && 5 * usual > promised ? 5 * usual : promised;
        TimeProvider.System.GetElapsedTime(asked).ShouldBeLessThan(limit);
        result.ExitCode.ShouldBe(143);
        var span = ingestion.ItemsOf("RemoteDependencyData").Single(item => item.Name == "run check_devis_notifications");
        span.Properties["error.type"].ShouldBe("interrupted");
        span.Properties["cochin.outcome"].ShouldBe("Failed");
    }
}
