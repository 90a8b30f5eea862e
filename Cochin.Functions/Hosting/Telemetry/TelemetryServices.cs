using System.Reflection;
using Cochin.Functions.Runs;
using Cochin.Functions.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>Collects what runs emit and sends it where the settings say; the same for the worker and the command line.</summary>
internal static class TelemetryServices
{
    /// <summary>To be called after the program's own services, and only where telemetry goes anywhere: else none of it is loaded.</summary>
    public static IServiceCollection AddCochinTelemetry(this IServiceCollection services, IConfiguration configuration, TelemetryOptions options)
    {
        var settings = options.Settings;
        var azureMonitor = settings.ConnectionString is null ? null : new AzureMonitor(settings, options.KeepsUnsent);
        var secrets = new Secrets(configuration);

        // The exporters and resource detectors read the standard OTEL_* settings from here.
        services.TryAddSingleton(configuration);
        services.AddLogging(logging => logging
            .AddFilter<OpenTelemetryLoggerProvider>(category: null, LogLevel.Warning)
            .AddFilter<OpenTelemetryLoggerProvider>("Cochin", LogLevel.Information));
        services.AddOpenTelemetry()
            .ConfigureResource(Describe)
            .WithTracing(tracing => AddTracing(tracing, options, azureMonitor, secrets))
            .WithMetrics(metrics => AddMetrics(metrics, options, azureMonitor))
            .WithLogging(
                logging => AddLogging(logging, options, azureMonitor, secrets),
                logging =>
                {
                    logging.IncludeFormattedMessage = true;
                    logging.IncludeScopes = true;
                });

        return services
            .AddSingleton<TelemetryPipeline>()
            .AddHostedService(provider => provider.GetRequiredService<TelemetryPipeline>())
            .AddSingleton(provider =>
            {
                // Whoever runs something is listened to; a command that only looks pays nothing.
                provider.GetRequiredService<TelemetryPipeline>().Start();
                return ActivatorUtilities.CreateInstance<RunTelemetry>(provider);
            });
    }

    // What is set in OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES goes before ours.
    private static void Describe(ResourceBuilder resource) => resource
        .AddService(
            "cochin-maintenance",
            serviceVersion: typeof(TelemetryServices).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
            serviceInstanceId: $"{Environment.MachineName}:{Environment.ProcessId}")
        .AddEnvironmentVariableDetector();

    private static void AddTracing(TracerProviderBuilder tracing, TelemetryOptions options, AzureMonitor? azureMonitor, Secrets secrets)
    {
        tracing
            .AddSource(TelemetryNames.Source, "System.Net.Http")
            .SetSampler(new RunSampler())
            .AddProcessor(new IdleTicks())
            .AddProcessor(new CallsOfRun())
            .AddProcessor(provider => new SecretsOfSpans(secrets, provider.GetRequiredService<CochinStorage>()));
        if (azureMonitor is not null)
        {
            tracing.AddProcessor(_ => azureMonitor.Spans());
        }

        if (options.Settings.Otlp)
        {
            tracing.AddOtlpExporter();
        }
    }

    private static void AddMetrics(MeterProviderBuilder metrics, TelemetryOptions options, AzureMonitor? azureMonitor)
    {
        metrics.AddMeter(TelemetryNames.Source);
        if (azureMonitor is not null)
        {
            metrics.AddReader(_ => azureMonitor.Metrics());
        }

        if (options.Settings.Otlp)
        {
            metrics.AddOtlpExporter();
        }
    }

    private static void AddLogging(LoggerProviderBuilder logging, TelemetryOptions options, AzureMonitor? azureMonitor, Secrets secrets)
    {
        logging.AddProcessor(new SecretsOfLogs(secrets));
        if (azureMonitor is not null)
        {
            logging.AddProcessor(_ => azureMonitor.Logs());
        }

        if (options.Settings.Otlp)
        {
            logging.AddOtlpExporter();
        }
    }
}
