using System.Diagnostics;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;

namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>
/// Exports to Application Insights. Uses the exporters directly, because their `AddAzureMonitor…` extensions limit sampling to five traces per
/// second, drop the logs of traces that are not sampled, and add more metrics.
/// </summary>
internal sealed class AzureMonitor(TelemetrySettings settings, bool storesUnsent)
{
    private const int ExportIntervalMs = 60_000;

    public BaseProcessor<Activity> Spans() => new BatchActivityExportProcessor(new AzureMonitorTraceExporter(Options()));

    public MetricReader Metrics() => new PeriodicExportingMetricReader(new AzureMonitorMetricExporter(Options()), ExportIntervalMs)
    {
        // Application Insights expects the change since the previous export.
        TemporalityPreference = MetricReaderTemporalityPreference.Delta,
    };

    public BaseProcessor<LogRecord> Logs() => new BatchLogRecordExportProcessor(new AzureMonitorLogExporter(Options()));

    private AzureMonitorExporterOptions Options() => new()
    {
        ConnectionString = settings.ConnectionString,
        Credential = settings.Identity is { } identity
            ? new ManagedIdentityCredential(
                identity.ClientId is { } clientId ? ManagedIdentityId.FromUserAssignedClientId(clientId) : ManagedIdentityId.SystemAssigned)
            : null,
        SamplingRatio = 1,
        TracesPerSecond = null,

        // A worker stores unsent telemetry on disk. A command leaves no files on the operator's machine.
        DisableOfflineStorage = !storesUnsent,
    };
}
