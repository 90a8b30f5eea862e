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

/// <summary>Registers telemetry for the worker and the command line.</summary>
internal static class TelemetryServices
{
    /// <summary>Call it after the other services are registered, and only if telemetry is on, so that OpenTelemetry is not loaded otherwise.</summary>
    public static IServiceCollection AddCochinTelemetry(this IServiceCollection services, IConfiguration configuration, TelemetryOptions options)
    {
        var settings = options.Settings;
        var azureMonitor = settings.ConnectionString is null ? null : new AzureMonitor(settings, options.StoresUnsent);
        var redactor = new SecretRedactor(configuration);

        // The exporters and resource detectors read the standard OTEL_* settings from it.
        services.TryAddSingleton(configuration);
        services.AddLogging(logging => logging
            .AddFilter<OpenTelemetryLoggerProvider>(category: null, LogLevel.Warning)
            .AddFilter<OpenTelemetryLoggerProvider>("Cochin", LogLevel.Information));
        services.AddOpenTelemetry()
            .ConfigureResource(AddService)
            .WithTracing(tracing => AddTracing(tracing, options, azureMonitor, redactor))
            .WithMetrics(metrics => AddMetrics(metrics, options, azureMonitor))
            .WithLogging(
                logging => AddLogging(logging, options, azureMonitor, redactor),
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
                // Collecting starts with the first use, so commands that run no job have no overhead.
                provider.GetRequiredService<TelemetryPipeline>().Start();
                return ActivatorUtilities.CreateInstance<RunTelemetry>(provider);
            });
    }

    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES override these values.
    private static void AddService(ResourceBuilder resource) => resource
        .AddService(
            "cochin-maintenance",
            serviceVersion: typeof(TelemetryServices).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
            serviceInstanceId: $"{Environment.MachineName}:{Environment.ProcessId}")
        .AddEnvironmentVariableDetector();

    private static void AddTracing(TracerProviderBuilder tracing, TelemetryOptions options, AzureMonitor? azureMonitor, SecretRedactor redactor)
    {
        tracing
            .AddSource(TelemetryNames.Source, "System.Net.Http")
            .SetSampler(new RunSampler())
            .AddProcessor(new IdleTickFilter())
            .AddProcessor(new CallLimiter())
            .AddProcessor(provider => new SpanRedactor(redactor, provider.GetRequiredService<CochinStorage>()));
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

    private static void AddLogging(LoggerProviderBuilder logging, TelemetryOptions options, AzureMonitor? azureMonitor, SecretRedactor redactor)
    {
        logging.AddProcessor(new LogRedactor(redactor));
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

/// <summary>The telemetry options besides the standard OTEL_* settings.</summary>
internal sealed record TelemetryOptions
{
    public required TelemetrySettings Settings { get; init; }

    /// <summary>Whether to store unsent telemetry on disk, for a program that keeps running.</summary>
    public bool StoresUnsent { get; init; }
}
