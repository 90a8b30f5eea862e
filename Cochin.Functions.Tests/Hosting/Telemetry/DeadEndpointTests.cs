using System.Net;
using System.Net.Sockets;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Cli;
using Cochin.Functions.Tests.Fakes;

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
        var result = await CochinProcess.RunAsync([.. Settings, new(setting, value), new("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)], "run", "cleanup_stuck_operations", "--json");

        var took = TimeProvider.System.GetElapsedTime(start);
        took.ShouldBeLessThan(TimeSpan.FromSeconds(12), "a run of about two seconds, and five to send what it emitted, on a busy machine");
        result.ExitCode.ShouldBe(0);
        result.Json.GetProperty("outcome").GetString().ShouldBe("Completed");
        result.Errors.ShouldNotContain("xception");
    }

    [Fact]
    public async Task Run_Terminated_StillSendsItsEnd()
    {
        await using var ingestion = new FakeIngestion();
        using var webhook = new TcpListener(IPAddress.Loopback, 0); // It takes the call and never answers.
        webhook.Start();
        await AddDevisAsync("D1", ("Montant", "10.00"), ("Statut", true), ("DateDebut", TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd", null)));
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

        var asked = TimeProvider.System.GetTimestamp();
        await run.SignalAsync("TERM");
        var result = await run.EndAsync();

        TimeProvider.System.GetElapsedTime(asked).ShouldBeLessThan(TimeSpan.FromSeconds(15));
        result.ExitCode.ShouldBe(143);
        var span = ingestion.ItemsOf("RemoteDependencyData").Single(item => item.Name == "run check_devis_notifications");
        span.Properties["error.type"].ShouldBe("interrupted");
        span.Properties["cochin.outcome"].ShouldBe("Failed");
    }
}
