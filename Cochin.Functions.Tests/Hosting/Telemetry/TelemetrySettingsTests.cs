using Cochin.Functions.Hosting;
using Cochin.Functions.Hosting.Telemetry;
using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Tests.Hosting.Telemetry;

public sealed class TelemetrySettingsTests
{
    private const string ConnectionString = "InstrumentationKey=11111111-2222-3333-4444-555555555555;"
        + "IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/;LiveEndpoint=https://westeurope.livediagnostics.monitor.azure.com/;"
        + "ApplicationId=66666666-7777-8888-9999-000000000000";

    [Fact]
    public void Read_NothingSet_IsOff() => Read().IsOn.ShouldBeFalse();

    [Theory]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", ConnectionString)]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=11111111-2222-3333-4444-555555555555")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4317")]
    public void Read_AnyExporter_IsOn(string key, string value) => Read((key, value)).IsOn.ShouldBeTrue();

    [Theory]
    [InlineData("Authorization=AAD", null)]
    [InlineData("ClientId=66666666-7777-8888-9999-000000000000;Authorization=AAD", "66666666-7777-8888-9999-000000000000")]
    [InlineData("authorization=aad;clientid=66666666-7777-8888-9999-000000000000;", "66666666-7777-8888-9999-000000000000")]
    public void Read_AuthenticationString_ReturnsTheIdentity(string value, string? clientId) =>
        Read(("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", value)).Identity.ShouldBe(new TelemetryIdentity(clientId));

    [Theory]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "marked")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=marked")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "IngestionEndpoint=https://marked.example/")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=11111111-2222-3333-4444-555555555555;IngestionEndpoint=marked")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=11111111-2222-3333-4444-555555555555;InstrumentationKey=marked")]
    [InlineData("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "marked")]
    [InlineData("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "Authorization=marked")]
    [InlineData("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "Authorization=AAD;ClientId=marked")]
    [InlineData("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "Authorization=AAD;Secret=marked")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "marked")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://marked.example")]
    public void Read_InvalidValue_IsReportedWithoutTheValue(string key, string value)
    {
        var problem = Should.Throw<SettingsException>(() => Read((key, value))).Problems.ShouldHaveSingleItem();

        problem.Setting.ShouldBe(key);
        problem.ToString().ShouldNotContain("marked");
    }

    [Fact]
    public void Read_ManyMistakes_AreAllReported()
    {
        var problems = Should.Throw<SettingsException>(() => Read(
            ("APPLICATIONINSIGHTS_CONNECTION_STRING", "x"),
            ("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "x"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "x"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"))).Problems;

        problems.Select(problem => problem.Setting).ShouldBe(
        [
            "APPLICATIONINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "OTEL_EXPORTER_OTLP_PROTOCOL",
            "OTEL_EXPORTER_OTLP_ENDPOINT",
        ]);
    }

    [Fact]
    public void Read_RemovedConsoleSetting_IsReportedUnlessFalse()
    {
        Read(("Cochin:Telemetry:Console", "false")).IsOn.ShouldBeFalse();

        var problem = Should.Throw<SettingsException>(() => Read(("Cochin:Telemetry:Console", "true"))).Problems.ShouldHaveSingleItem();

        problem.Setting.ShouldBe("Cochin__Telemetry__Console");
        problem.Hint.ShouldContain("OTEL_EXPORTER_OTLP_ENDPOINT");
    }

    [Fact]
    public void ToString_WithAConnectionString_DoesNotContainIt() =>
        Read(("APPLICATIONINSIGHTS_CONNECTION_STRING", ConnectionString)).ToString().ShouldNotContain("1111");

    private static TelemetrySettings Read(params (string Key, string Value)[] settings) =>
        CochinSettings.Read(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build()).Telemetry;
}
