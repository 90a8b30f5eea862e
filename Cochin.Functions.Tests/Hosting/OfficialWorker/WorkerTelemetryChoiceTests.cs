using Cochin.Functions.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Cochin.Functions.Tests.Hosting.OfficialWorker;

/// <summary>Tests whether the worker declares that it exports logs itself. If so, the host does not write the worker's log messages.</summary>
public sealed class WorkerTelemetryChoiceTests
{
    [Theory]
    [InlineData(null, null, false)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1", true)]
    public void AddCochinWorker_OpenTelemetryCapability_IsSetOnlyIfTelemetryIsExported(string? setting, string? value, bool expected)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration["CochinStorage"] = "UseDevelopmentStorage=true";
        if (setting is not null)
        {
            builder.Configuration[setting] = value;
        }

        builder.AddCochinWorker();

        using var host = builder.Build();
        var capabilities = host.Services.GetRequiredService<IOptions<WorkerOptions>>().Value.Capabilities;
        capabilities.ContainsKey("WorkerOpenTelemetryEnabled").ShouldBe(expected, string.Join(", ", capabilities));
    }
}
